/** Samples as they come in the world: spread over ticks, late, wrong, too many; nothing of it ends the loop. */
import { IsothermError } from 'isotherm/kernels';
import { describe, expect, test } from 'vitest';
import type { Sample } from '../../ts/server/providers/index.js';
import { at, never, type Running, testPlanes } from '../planes.js';

const planes = testPlanes();

async function allSame({ plane }: Running): Promise<boolean[]> {
  const { items } = await plane.receipts({ limit: 1000 });
  return Promise.all(items.map(async ({ id }) => (await plane.recompute(id, never))!.same));
}

const count = (functionKey: string, minute: number, minutes: number, calls: number, coldStarts?: number): Sample => ({
  kind: 'count',
  functionKey,
  fromMs: at(minute),
  toMs: at(minute + minutes),
  calls,
  durationMs: 100,
  ...(coldStarts !== undefined && { coldStarts }),
});

describe('counts over several ticks', () => {
  test('are spread over them with the cold starts that they report', async () => {
    const { plane } = await planes.run([count('a/b', 1, 1, 10, 3), count('a/b', 3, 5, 7, 7)], at(4));
    expect(plane.status().loop).toBe('running');
    expect(plane.fn('a/b')!.ours.calls).toBe(10 + 1);
    await planes.running.clock.moveTo(at(10));
    expect(plane.fn('a/b')).toMatchObject({ ours: { calls: 17 }, compared: { coldStarts: 10 } });
    expect(new Set(await allSame(planes.running))).toEqual(new Set([true]));
  });

  test('go on over a restart, whenever each function was saved', async () => {
    const keys = Array.from({ length: 30 }, (_, i) => `a/f${i}`);
    const script = keys.flatMap((key) => [count(key, 0, 1, 2), count(key, 2, 40, 400)]);
    const whole = await planes.run(script, at(50));
    const calls = keys.map((key) => whole.plane.fn(key)!.ours);
    await planes.anew();
    await planes.run(script, at(13));
    await planes.kill();
    const second = await planes.run(script, at(50));
    expect(keys.map((key) => second.plane.fn(key)!.ours)).toEqual(calls);
    expect(calls.every((ours) => ours.calls === 402)).toBe(true);
  });
});

describe('samples that cannot be', () => {
  const good: Sample = { kind: 'call', functionKey: 'a/b', atMs: at(1), durationMs: 5 };
  const bad: [string, Sample][] = [
    ['a key with a NUL', { ...good, functionKey: 'a\0b' }],
    ['a key that is too long', { ...good, functionKey: 'x'.repeat(600) }],
    ['no time', { ...good, atMs: Number.NaN }],
    ['half a millisecond', { ...good, atMs: at(1) + 0.5 }],
    ['no memory', { ...good, memoryMiB: 0 }],
    ['a start of a century', { ...good, coldStart: true, initMs: 3e12 }],
    ['a duration below 0', { ...good, durationMs: -1 }],
    ['more cold starts than calls', count('a/b', 1, 1, 1, 5)],
    ['a count that ends before it begins', count('a/b', 2, -1, 1)],
    ['a count over two hours', count('a/b', 0, 120, 1)],
    ['a billion calls', count('a/b', 1, 1, 1e9)],
  ];

  test('are refused one by one, and neither end the loop nor take others with them', async () => {
    const { plane, clock } = await planes.run([], at(1.5));
    const others = plane.push([{ functionKey: 'a/c', atMs: at(1.2), durationMs: 5 }]);
    const { accepted, rejected } = await plane.push([good, ...bad.map(([, sample]) => sample)]);
    expect(await others).toMatchObject({ accepted: 1 });
    expect(accepted).toBe(1);
    expect(rejected.map(({ index }) => bad[index - 1]![0])).toEqual(bad.map(([name]) => name));
    expect(new Set(rejected.map(({ code }) => code))).toEqual(new Set(['BAD_ARGUMENT', 'OUT_OF_RANGE']));
    await clock.moveTo(at(10));
    expect(plane.status()).toMatchObject({ loop: 'running', tick: 20, samples: { rejected: bad.length } });
  });

  test('of an observer are counted, and the rest is decided upon', async () => {
    const { plane } = await planes.run([good, ...bad.map(([, sample]) => sample)], at(10));
    expect(plane.status()).toMatchObject({ loop: 'running', tick: 20 });
    expect(plane.status().samples.rejected).toBeGreaterThanOrEqual(bad.length - 2);
    expect(plane.fn('a/b')!.ours.calls).toBe(1);
  });
});

test('samples that came too late are told of', async () => {
  const { plane, clock } = await planes.run([], at(60));
  const told: unknown[] = [];
  plane.subscribe(({ kind, data }) => kind === 'late' && told.push(data));
  await plane.push([{ functionKey: 'a/b', atMs: at(30), durationMs: 5 }]);
  await clock.moveTo(at(61));
  expect(told).toContainEqual({ tooOld: 1 });
});

test('what an observer brings is taken however much waits already', async () => {
  const { plane, clock } = await planes.run([count('a/b', 1, 1, 5)], at(1));
  const accept = planes.store.acceptSamples.bind(planes.store);
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  planes.store.acceptSamples = async (samples) => {
    await held;
    return samples.length < 1000 ? accept(samples) : samples.map(() => 'duplicate' as const);
  };
  const many = Array.from({ length: 199_999 }, (_, i) => ({
    functionKey: 'a/c',
    atMs: at(1) + (i % 9),
    durationMs: 1,
  }));
  const first = plane.push([{ functionKey: 'a/c', atMs: at(0.9), durationMs: 1 }]);
  const second = plane.push(many);
  const tooMany = plane.push([many[0]!, many[1]!]);
  await expect(tooMany).rejects.toBeInstanceOf(IsothermError);
  const moved = clock.moveTo(at(3));
  await new Promise((resolve) => setTimeout(resolve, 50));
  release();
  await Promise.all([first, second, moved]);
  expect(plane.status()).toMatchObject({ loop: 'running', tick: 6 });
  expect(plane.fn('a/b')!.ours.calls).toBe(5);
});
