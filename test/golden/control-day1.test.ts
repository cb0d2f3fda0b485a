/** An hour of day 1 of the Azure 2019 sample, live and offline; the trace lies beside the project and is not part of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { GovernedPolicy, policyByName } from '../../ts/core/decide/index.js';
import { FunctionControl, LiveReplay, replay, replayPolicy } from '../../ts/core/evaluate/index.js';
import { TrustedForecast } from '../../ts/core/forecast/index.js';
import { ADAPTIVE_PRIOR, type PolicySpec, PolicyStepper } from '../../ts/core/kernels/index.js';
import { specOfFunction } from '../../ts/core/kernels/policy.js';
import { functionPrices, objectiveUsd } from '../../ts/core/kernels/pure/replay/bounds.js';
import { bytesSource, type CountsTrace, readTrace, sliceTrace } from '../../ts/core/trace/index.js';
import { laidOut, settingOf } from '../control-runs.js';

const DAY = new URL('../../../shared/data/azure2019-day1/', import.meta.url);
const present = existsSync(DAY);
const MINUTES = 60;
const TICK_MS = 30_000;
const LAST = (MINUTES * 60_000) / TICK_MS;
const POLICIES = ['adaptive', 'adaptive-keepalive', 'recent-peak', 'hybrid-histogram', 'fixed-10min'];

/** The calls of each tick, up to the last. */
function* ticksOf(startMs: Float64Array, durationMs: number) {
  let at = 0;
  for (let tick = 0; tick <= LAST; tick++) {
    const from = at;
    while (at < startMs.length && startMs[at]! < tick * TICK_MS) at++;
    yield { tick, startMs: startMs.slice(from, at), durationMs: new Uint32Array(at - from).fill(durationMs) };
  }
}

// In CI it is there, and missing it fails.
describe.skipIf(!present && !process.env.CI)('an hour of 400 functions, tick by tick', () => {
  let hour: CountsTrace;

  beforeAll(async () => {
    const files = readdirSync(DAY).map((name) => bytesSource(name, readFileSync(new URL(name, DAY))));
    const { trace } = await readTrace(files);
    hour = sliceTrace(trace, 540, 540 + MINUTES) as CountsTrace;
  });

  it('comes to the integers and the objective of the replay, for every policy and function', () => {
    const offline = replay(hour, { policies: POLICIES, prior: 'default', tickMs: TICK_MS });
    const setting = settingOf();
    const { prices, coldStartMs } = setting;
    for (const { f, startMs, durationMs } of laidOut(hour)) {
      const memory = hour.functions.memoryMiB[f]!;
      const of = { ...functionPrices({ ...prices, coldStartMs }, memory), seed: 1, stream: hour.functions.index[f]! };
      for (const name of POLICIES) {
        const named = policyByName(name, coldStartMs).spec as PolicySpec;
        const begun = 'prior' in named ? { ...named, prior: Float64Array.from(ADAPTIVE_PRIOR.hazards) } : named;
        const live = new LiveReplay(PolicyStepper.create(specOfFunction(begun, of)), { coldStartMs, tickMs: TICK_MS });
        for (const { tick, startMs: starts, durationMs: durations } of ticksOf(startMs, durationMs)) {
          live.feed(starts, durations);
          live.advance(tick * TICK_MS);
        }
        const { coldStarts, preWarms, idleMs } = live.totals();
        live.policy.close();
        const columns = offline.columns[name]!;
        const found = { coldStarts, preWarms, idleMs };
        const expected = {
          coldStarts: columns.coldStarts[f],
          preWarms: columns.preWarms[f],
          idleMs: columns.idleMs[f],
        };
        expect({ f, name, ...found }).toEqual({ f, name, ...expected });
        const usd = objectiveUsd({ ...prices, coldStartMs }, idleMs, memory, coldStarts, preWarms);
        expect(usd).toBe(columns.objectiveUsd[f]);
      }
    }
  });

  it('under control comes to what the replay of the governed policy does', () => {
    for (const { f, startMs, durationMs } of laidOut(hour)) {
      // One function in seven: its policy runs on the pure engine offline as well.
      if (f % 7 !== 0) continue;
      const key = hour.functions.keys[f]!;
      const memoryMiB = hour.functions.memoryMiB[f]!;
      const setting = settingOf({ functionKey: key, memoryMiB, stream: hour.functions.index[f]! });
      const { coldStartMs, prices, horizonMs, pool, tickMs } = setting;
      const control = new FunctionControl(setting);
      for (const { tick, ...calls } of ticksOf(startMs, durationMs)) control.tick(tick, calls);
      const { ours } = control.totals();
      const { ours: costs } = control.savings();
      const governed = new GovernedPolicy(PolicyStepper.create(control.spec), new TrustedForecast({ model: 'auto' }), {
        tickMs,
        horizonMs,
        pool,
        prices: functionPrices({ ...prices, coldStartMs }, memoryMiB),
      });
      const offline = replayPolicy(hour, key, governed, { tickMs, coldStartMs, prices });
      expect({ f, ...ours }).toMatchObject({ f, ...offline });
      expect(costs.objectiveUsd).toBe(
        objectiveUsd({ ...prices, coldStartMs }, offline.idleMs, memoryMiB, offline.coldStarts, offline.preWarms),
      );
      governed.close();
      control.close();
    }
  });
});
