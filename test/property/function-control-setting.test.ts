/** A function under control that is given another setting on its way: what it knows stays, and every decision can be computed again. */
import { expect, it } from 'vitest';
import {
  type ControlSetting,
  FunctionControl,
  recompute,
  sameReceipt,
  type TickInput,
} from '../../ts/core/evaluate/index.js';
import { FORECAST_MODELS } from '../../ts/core/forecast/index.js';
import { IsothermError } from '../../ts/core/kernels/index.js';
import { byTick, type Call, inputOf, reloaded, settingOf } from '../control-runs.js';

const TICKS = 900;
const CHANGE = 400;

/** Bursts each ten minutes over a few steady calls, so that there is a pool and something to decide. */
const CALLS: Call[] = Array.from({ length: 5400 }, (_, i) => {
  const minute = Math.floor(i / 12);
  const isBurst = minute % 10 < 3;
  return { startMs: minute * 60_000 + (i % 12) * (isBurst ? 900 : 4900), durationMs: isBurst ? 9000 : 700 };
}).sort((a, b) => a.startMs - b.startMs);

const INPUTS: TickInput[] = byTick(CALLS, 30_000, TICKS).map((calls) => inputOf(calls));

/** Every decision of a run; `changes` come with the input of their ticks. */
function decisions(setting: ControlSetting, changes: ReadonlyMap<number, ControlSetting>, reloadEvery = 0) {
  let control = new FunctionControl(setting);
  const inputs = INPUTS.map((input, tick): [number, TickInput] => {
    const changed = changes.get(tick);
    return [tick, changed === undefined ? input : { ...input, setting: changed }];
  });
  const receipts = inputs.flatMap(([tick, input]) => {
    const { receipt } = control.tick(tick, input);
    if (reloadEvery > 0 && tick % reloadEvery === 0) control = reloaded(control);
    return receipt ?? [];
  });
  const state = control.save();
  const end = { counts: control.counts, totals: control.totals(), used: control.trusted.used, spec: control.spec };
  control.close();
  return { receipts, state, inputs, ...end };
}

const BEFORE = settingOf({ pool: { minInstances: 2, maxInstances: 100, buffer: 1.2 } });

const CHANGES: [string, Partial<ControlSetting>][] = [
  ['prices', { prices: { idleUsdPerGbS: 0.0002, coldStartUsdPerS: 0.00001, preWarmShare: 0.5 } }],
  ['more memory', { memoryMiB: 4096 }],
  ['a start time', { coldStartMs: 9000, coldStartFrom: 'configured' }],
  ['a smaller pool', { pool: { minInstances: 0, maxInstances: 1, buffer: 1 } }],
  ['a larger pool', { pool: { minInstances: 8, maxInstances: 200, buffer: 3 } }],
  ['a horizon', { horizonMs: 3_600_000 }],
  ...['last', 'arima'].map((model): [string, Partial<ControlSetting>] => [`the forecast ${model}`, { model }]),
  ...[
    'adaptive@5%',
    'fixed-1min',
    'hybrid-histogram',
    'break-even',
    'break-even-randomised',
    'recent-peak',
    'spes',
  ].map((policy): [string, Partial<ControlSetting>] => [`the policy ${policy}`, { policy }]),
  [
    'everything',
    { memoryMiB: 128, model: 'ma60', policy: 'static-2x', pool: { minInstances: 1, maxInstances: 3, buffer: 2 } },
  ],
];

const plain = decisions(BEFORE, new Map());

it.each(CHANGES)(
  '%s: decides as before until then, and otherwise from then on; loaded at any time it is the same',
  (_, patch) => {
    const setting = { ...BEFORE, ...patch };
    const changed = decisions(BEFORE, new Map([[CHANGE, setting]]));
    const until = (all: typeof plain.receipts) => all.filter(({ tick }) => tick < CHANGE);
    expect(until(changed.receipts)).toEqual(until(plain.receipts));
    const [after] = changed.receipts.filter(({ tick }) => tick >= CHANGE);
    expect(after).toBeDefined();
    expect(plain.receipts.map(({ id }) => id)).not.toContain(after!.id);
    expect(changed.receipts.at(-1)).toMatchObject({ policy: setting.policy, prices: { memoryMiB: setting.memoryMiB } });
    expect(changed.spec).not.toBe(plain.spec);
    expect(changed.totals.ours.calls).toBe(plain.totals.ours.calls);
    // What is warm, and what was learnt of the calls, is not forgotten: no start is made for it again.
    for (const every of [1, 7]) {
      const again = decisions(BEFORE, new Map([[CHANGE, setting]]), every);
      expect(again.receipts).toEqual(changed.receipts);
      expect(Buffer.compare(again.state, changed.state)).toBe(0);
    }
    const some = changed.receipts.filter(({ tick }, i) => tick >= CHANGE && i % 9 === 0);
    for (const receipt of some.slice(0, 5)) {
      const { tick } = receipt;
      expect(sameReceipt(recompute({ setting: BEFORE, checkpoint: null, inputs: changed.inputs, tick }), receipt)).toBe(
        true,
      );
    }
  },
);

it('forth and back decides as if nothing had been, but for what was learnt and started meanwhile', () => {
  const there = decisions(
    BEFORE,
    new Map([
      [CHANGE, { ...BEFORE, memoryMiB: 4096 }],
      [CHANGE + 1, BEFORE],
    ]),
  );
  expect(there.spec).toEqual(plain.spec);
  expect(there.totals.ours.calls).toBe(plain.totals.ours.calls);
});

it('the same setting again changes nothing but the digest of what was fed', () => {
  const again = decisions(BEFORE, new Map([[CHANGE, { ...BEFORE }]]));
  expect(again.totals).toEqual(plain.totals);
  expect(again.receipts.map(({ decision }) => decision)).toEqual(plain.receipts.map(({ decision }) => decision));
  const digests = (all: typeof plain.receipts) =>
    all.filter(({ tick }) => tick >= CHANGE).map(({ inputsDigest }) => inputsDigest);
  expect(digests(again.receipts)).not.toEqual(digests(plain.receipts));
});

it('a pool changes nothing of what it is compared with', () => {
  const before = { ...BEFORE, compared: 'adaptive' };
  const compared = (changes: ReadonlyMap<number, ControlSetting>) => decisions(before, changes).totals.compared;
  const kept = compared(new Map());
  const another = { ...before, pool: { minInstances: 0, maxInstances: 1, buffer: 1 } };
  for (const tick of [201, 333, 407, 555]) expect(compared(new Map([[tick, another]]))).toEqual(kept);
});

it('a model that is wanted by name is used at once, and every one of them goes on from what is known', () => {
  const control = new FunctionControl(BEFORE);
  INPUTS.slice(0, CHANGE).forEach((input, tick) => void control.tick(tick, input));
  const known = control.trusted.history!.end;
  FORECAST_MODELS.forEach((model, i) => {
    control.tick(CHANGE + i, { ...INPUTS[CHANGE + i]!, setting: { ...BEFORE, model } });
    expect([control.trusted.model, control.trusted.used]).toEqual([model, model]);
  });
  expect(control.trusted.history!.end).toBeGreaterThan(known);
  expect(control.trusted.trust().every(({ blocks }) => blocks > 0)).toBe(true);
  control.tick(CHANGE + FORECAST_MODELS.length, {
    ...INPUTS[0]!,
    startMs: new Float64Array(0),
    durationMs: new Uint32Array(0),
    setting: BEFORE,
  });
  expect([control.trusted.model, control.trusted.used]).toEqual(['auto', FORECAST_MODELS.at(-1)]);
  control.close();
});

it.each<[string, string, Partial<ControlSetting>]>([
  ['another function', 'BAD_ARGUMENT', { functionKey: 'app/two' }],
  ['other ticks', 'BAD_ARGUMENT', { tickMs: 60_000 }],
  ['another beginning', 'BAD_ARGUMENT', { firstTick: 5 }],
  ['another comparison', 'BAD_ARGUMENT', { compared: 'fixed-1min' }],
  ['other draws', 'BAD_ARGUMENT', { stream: 7 }],
  ['a policy that there is not', 'UNKNOWN_POLICY', { policy: 'nobody' }],
  ['a policy that sees the future', 'BAD_ARGUMENT', { policy: 'clairvoyant' }],
  ['a model that there is not', 'MODEL_UNAVAILABLE', { model: 'lstm' }],
  ['a pool that cannot be', 'OUT_OF_RANGE', { pool: { minInstances: 0, maxInstances: 5000, buffer: 1 } }],
  ['a price that cannot be', 'OUT_OF_RANGE', { prices: { idleUsdPerGbS: -1, coldStartUsdPerS: 0, preWarmShare: 0 } }],
])('refuses %s, unchanged', (_, code, patch) => {
  using control = new FunctionControl(BEFORE);
  INPUTS.slice(0, 50).forEach((input, tick) => void control.tick(tick, input));
  const before = control.save();
  let thrown: unknown;
  try {
    control.tick(50, { ...INPUTS[50]!, setting: { ...BEFORE, ...patch } });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(IsothermError);
  expect((thrown as IsothermError).code).toBe(code);
  expect(control.setting).toBe(BEFORE);
  expect(Buffer.compare(control.save(), before)).toBe(0);
});
