/** How a control plane's life goes: ends of traces, restarts, silence, stops, changes made at once, the past asked about. */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { IsothermError } from 'isotherm/kernels';
import { describe, expect, test, vi } from 'vitest';
import type { WhatIfProgress } from '../../ts/server/api/schemas/what-if.js';
import { EventLog } from '../../ts/server/control/event-log.js';
import { pushObserver } from '../../ts/server/providers/index.js';
import { at, configOf, EPOCH, gapOf, never, ScriptedObserver, someCalls, testPlanes } from '../planes.js';
import { StandingClock } from '../standing-clock.js';

const planes = testPlanes();

/** A script that ends. */
class EndingObserver extends ScriptedObserver {
  override readonly endMs: number;

  constructor(endMs: number) {
    super(someCalls(20));
    this.endMs = endMs;
  }
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('a trace', () => {
  test('ends: it is said, and nothing is decided upon the silence after', async () => {
    const ending = await planes.open(new EndingObserver(at(20)), new StandingClock(at(500)));
    ending.start();
    await until(() => ending.status().loop === 'ended');
    expect(ending.status()).toMatchObject({
      tick: 40,
      provider: { state: 'idle', detail: 'it has come to its end: nothing is decided any more, and the figures stay' },
    });
    expect(ending.desired('shop/steady')).toMatchObject({ stale: true });
    const { items } = await ending.events({ limit: 10 });
    const message = 'script has come to its end: nothing is decided any more, and the figures stay';
    expect(items[0]).toMatchObject({ kind: 'provider-ended', message });
    expect(ending.summary()).toMatchObject({ functions: 4, toMs: at(20) });
    await ending.stop();
    await ending.ended();
    expect(ending.status().loop).toBe('stopped');
  });

  test('goes with no other in one store', async () => {
    const first = await planes.open(new EndingObserver(at(20)), new StandingClock(at(0)));
    await first.stop();
    await expect(planes.open(new EndingObserver(at(30)), new StandingClock(at(0)))).rejects.toThrow(/another source/);
    await expect(planes.open(new ScriptedObserver([]), new StandingClock(at(0)))).rejects.toThrow(/--store/);
  });
});

test('where samples are brought, the time that it was away is unknown, not without calls', async () => {
  const clock = new StandingClock(at(0));
  const first = await planes.open(pushObserver({ lagMs: 0 }), clock);
  first.start();
  await clock.moveTo(at(1));
  for (let minute = 1; minute < 30; minute++) {
    await first.push([{ functionKey: 'a/b', atMs: at(minute), durationMs: 20_000 }]);
    await clock.moveTo(at(minute + 1));
  }
  const before = first.desired('a/b')!.value;
  await first.stop();
  const later = new StandingClock(at(150));
  const second = await planes.open(pushObserver({ lagMs: 0 }), later);
  const idle = later.idle();
  second.start();
  // Somebody comes at once: what was before is not known for that.
  await second.push([{ functionKey: 'a/b', atMs: at(150) - 1, durationMs: 20_000 }]);
  await idle;
  expect(second.status().tick).toBe(300);
  expect(second.desired('a/b')!.value).toBe(before);
  const { gaps } = second.fn('a/b')!;
  expect(gaps[0]).toMatchObject({ fromMs: at(30), reason: expect.stringContaining('did not run') });
});

test('gaps are known after a restart', async () => {
  const running = await planes.run([...someCalls(20), gapOf(null, 20, 60)], at(30));
  const { gaps } = running.plane.fn('shop/timer')!;
  expect(gaps).toMatchObject([{ fromMs: at(20), toMs: null }]);
  await running.plane.stop();
  const again = await planes.open(new ScriptedObserver([]), new StandingClock(at(30)));
  expect(again.fn('shop/timer')!.gaps).toEqual(gaps);
  expect(again.desired('shop/timer')).toMatchObject({ stale: true });
  expect(again.summary().forecasts.models.length).toBeGreaterThan(0);
});

test('functions are learning until nineteen of their blocks are scored', async () => {
  const learning = async (minutes: number): Promise<number[]> => {
    const running = await planes.run(someCalls(minutes), at(minutes));
    const { forecasts, functions } = running.plane.summary();
    expect(forecasts.models.reduce((sum, model) => sum + model.learning, 0)).toBe(forecasts.learning);
    return [forecasts.learning, functions];
  };
  const [early, all] = await learning(60);
  expect(early).toBe(all);
  expect(await learning(220)).toEqual([0, all]);
});

test('what is told after the last tick is stored when it stops', async () => {
  const running = await planes.run(someCalls(5), at(5));
  await running.plane.pause({ kind: 'fleet' }, null, 'ann');
  await running.plane.stop();
  const { rows } = await planes.store.events({ kind: 'paused' });
  expect(rows).toHaveLength(1);
});

test('events of before and after a restart are all kept, though the clock was set back between', async () => {
  const scope = { kind: 'fleet' } as const;
  const ids = async (): Promise<number[]> => {
    const plane = await planes.open(new ScriptedObserver([]), new StandingClock(at(5)));
    const told: number[] = [];
    plane.subscribe(({ id }) => told.push(id));
    await plane.pause(scope, null, 'ann');
    await plane.resume(scope, 'ann');
    await plane.stop();
    return told;
  };
  const before = await ids();
  try {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    const after = await ids();
    expect(after[0]).toBeGreaterThan(before.at(-1)!);
    const { rows } = await planes.store.events({ limit: 9 });
    expect(rows.map(({ id }) => Number(id))).toEqual([...before, ...after].reverse());
  } finally {
    vi.useRealTimers();
  }
});

test('changes of limits at once do not undo one another', async () => {
  const running = await planes.run(someCalls(5), at(5));
  const scope = { kind: 'fleet' } as const;
  await Promise.all([
    running.plane.setLimits(scope, { maxInstances: 7 }, 'ann'),
    running.plane.setLimits(scope, { minInstances: 2 }, 'bob'),
  ]);
  expect(running.plane.limits().fleet).toMatchObject({ maxInstances: 7, minInstances: 2 });
  expect((await planes.store.settings()).get('limits/fleet')).toEqual({ maxInstances: 7, minInstances: 2 });
});

test('scopes may have names as long as functions have', async () => {
  const running = await planes.run([], at(5));
  for (const scope of [
    { kind: 'group', match: `${'g'.repeat(511)}*` },
    { kind: 'function', functionKey: 'f'.repeat(512) },
  ] as const) {
    await running.plane.setLimits(scope, { maxInstances: 100_000, maxRatePerMin: 0 }, 'ann');
    expect(await running.plane.pause(scope, null, 'ann')).toHaveLength(1);
    expect(await running.plane.resume(scope, 'ann')).toEqual([]);
  }
});

test('what-if takes bounds away, and knows the gaps', async () => {
  const running = await planes.run([...someCalls(60), gapOf(null, 20, 60)], at(60));
  await running.plane.setLimits({ kind: 'fleet' }, { minInstances: 5 }, 'ann');
  const told: WhatIfProgress[] = [];
  const none = await running.plane.whatIf({}, { signal: never, onProgress: (one) => told.push(one) });
  expect(told).toHaveLength(none.functions * 120);
  expect(told.map(({ share }) => share)).toEqual(told.map(({ share }) => share).sort((a, b) => a - b));
  expect([told[0], told.at(-1)]).toMatchObject([{ functions: 0 }, { functions: none.functions - 1, share: 1 }]);
  expect((await running.plane.whatIf({ mostFunctions: 1 }, { signal: never })).functions).toBe(1);
  expect(none.rows.every(({ configuredUsd, whatIfUsd }) => configuredUsd === whatIfUsd)).toBe(true);
  const without = await running.plane.whatIf({ limits: { minInstances: null } }, { signal: never });
  expect(without.whatIf.idleMs).toBeLessThan(without.configured.idleMs);
});

test('work that takes long is no jump of the clock', async () => {
  const running = await planes.run(someCalls(10), at(5));
  const told: string[] = [];
  running.plane.subscribe(({ kind }) => told.push(kind));
  const { clock } = running;
  const commit = planes.store.commitTick.bind(planes.store);
  planes.store.commitTick = async (one) => {
    planes.store.commitTick = commit;
    // The clock goes on while the store takes its time.
    clock.nowMs = at(9);
    return commit(one);
  };
  await clock.moveTo(at(5.5));
  expect(running.plane.status().tick).toBe(18);
  expect(told).not.toContain('clock-jump');
});

test('events that are let go of are told', () => {
  const log = new EventLog(() => EPOCH);
  for (let i = 0; i < 10_003; i++) log.emit('late', null, `late ${i}`);
  expect(log.waiting()).toHaveLength(10_000);
  log.stored(log.waiting());
  expect(log.waiting()).toMatchObject([{ message: '3 events were let go of while the store was away' }]);
});

test('an error that waiting does not heal ends the loop, and nothing else', async () => {
  const running = await planes.run(someCalls(10), at(5));
  planes.store.commitTick = async () => {
    throw new IsothermError('BAD_STATE', 'broken');
  };
  running.clock.moveTo(at(6)).catch(() => undefined);
  await expect(running.plane.ended()).rejects.toThrow('broken');
  expect(running.plane.status()).toMatchObject({ loop: 'stopped', degraded: ['the loop has ended: broken'] });
  expect(running.plane.desired('shop/steady')).toMatchObject({ stale: true });
  await running.plane.stop();
});

test('an upload counts equal calls, however many there are', async () => {
  const running = await planes.run([], at(30));
  const rows = Array.from({ length: 25_000 }, () => `a/b,${new Date(at(29)).toISOString()},20\n`);
  async function* body(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(`function,time,duration_ms\n${rows.join('')}`);
  }
  const progress: number[] = [];
  const options = { signal: never, onProgress: ({ samples }: { samples: number }) => void progress.push(samples) };
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('isotherm-upload-'));
  const first = await running.plane.upload(body(), 'calls.csv', options);
  expect(first).toMatchObject({ samples: 25_000, accepted: 25_000, duplicates: 0, rejectedTotal: 0 });
  expect(progress.at(-1)).toBe(25_000);
  expect(await running.plane.upload(body(), 'calls.csv', options)).toMatchObject({ accepted: 0, duplicates: 25_000 });
  const dateless = async function* (): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode('function,time,duration_ms\na/b,100,20\n');
  };
  await expect(running.plane.upload(dateless(), 'calls.csv', options)).rejects.toMatchObject({ code: 'BAD_TIME' });
  const after = readdirSync(tmpdir()).filter((name) => name.startsWith('isotherm-upload-'));
  expect(after).toEqual(before);
});

test('receipts are kept as long as is configured', async () => {
  const config = await configOf({ ISOTHERM_RETENTION__RECEIPTS: '1h' });
  const running = await planes.run(someCalls(180), at(180), config);
  const { items } = await running.plane.receipts({ limit: 1000 });
  const oldest = items.at(-1)!.atMs;
  expect(oldest).toBeGreaterThanOrEqual(at(120));
  expect(oldest).toBeLessThan(at(180));
});

test('a pause of the configuration is shown as one', async () => {
  const config = await configOf();
  const groups = [{ name: 'rare', match: 'shop/r*', limits: { ...config.limits.default, paused: true } }];
  const running = await planes.run(someCalls(5), at(5), { ...config, limits: { ...config.limits, groups } });
  expect(running.plane.limits().groups).toMatchObject([{ match: 'shop/r*', limits: { paused: true } }]);
  expect(running.plane.fn('shop/rare')).toMatchObject({ paused: true });
  expect(running.plane.fn('shop/timer')).toMatchObject({ paused: false });
  const scope = { kind: 'group', match: 'shop/r*' } as const;
  const configured = { scope, sinceMs: at(5), actor: 'configuration', reason: null, configured: true };
  expect(running.plane.pauses()).toEqual([configured]);
  // Nobody is told that it is over while it is not; what is not paused, or by somebody, is another matter.
  await expect(running.plane.resume(scope, 'ann')).rejects.toMatchObject({ code: 'PAUSED_BY_CONFIG' });
  const fleet = { kind: 'fleet' } as const;
  expect(await running.plane.pause(fleet, null, 'ann')).toMatchObject([
    { actor: 'ann', configured: false },
    configured,
  ]);
  expect(await running.plane.resume(fleet, 'ann')).toEqual([configured]);
  expect((await running.plane.audit({ limit: 9 })).items.map(({ action }) => action)).toEqual(['resume', 'pause']);
  await running.plane.reconfigure(config, { applied: ['limits.groups'], from: {}, to: {} });
  expect(running.plane.pauses()).toEqual([]);
});
