/** Samples and gaps of a store, in and out, on each kind of database. */
import { inFeedOrder, type StoredGap, type StoredSample } from 'isotherm-server/store';
import { describe, expect, test } from 'vitest';
import { all, call, count, DAY, embedded, postgresql, sharedStore, TICK_MS } from '../stores.js';

const HOUR = 3_600_000;

describe.each([embedded(), postgresql()])('a store in $name', (kind) => {
  const shared = sharedStore(kind);

  test('tells what is new from what it has, and from what contradicts it', async () => {
    const given = [
      call('identity', 1),
      call('identity', 1),
      call('identity', 1, { ordinal: 1 }),
      call('identity', 1, { id: 'a' }),
      call('identity', 1, { id: 'a', ordinal: 7 }),
      call('identity', 1, { id: 'a', coldStart: false }),
      call('identity', 1, { durationMs: 1 }),
      call('identity', 1.5),
      count('identity', 1, 5),
      count('identity', 1, 5, { toMs: DAY + 2 }),
      count('identity', 1, 6),
    ];
    const outcomes = [
      ...['accepted', 'duplicate', 'accepted', 'accepted', 'duplicate', 'conflict', 'conflict', 'accepted'],
      ...['accepted', 'accepted', 'conflict'],
    ];
    expect(await shared.store.acceptSamples(given)).toEqual(outcomes);
    const again = outcomes.map((outcome) => (outcome === 'accepted' ? 'duplicate' : outcome));
    expect(await shared.store.acceptSamples(given)).toEqual(again);
    await shared.reopen();
    expect(await shared.store.acceptSamples([...given, call('identity', 2)])).toEqual([...again, 'accepted']);
    expect(await all(shared.store.samples(1, 9, 'identity'))).toHaveLength(7);
    expect(await shared.store.acceptSamples([])).toEqual([]);
  });

  test('gives each request its own answer, however many come at once', async () => {
    const requests = Array.from({ length: 50 }, (_, i) => [
      call('together', i),
      call('together', i >> 1, { ordinal: 1 }),
    ]);
    const outcomes = await Promise.all(requests.map((request) => shared.store.acceptSamples(request)));
    expect(outcomes).toEqual(requests.map((_, i) => ['accepted', i % 2 === 0 ? 'accepted' : 'duplicate']));
  });

  test('gives back what it was given, to the last bit, in the order in which it is fed', async () => {
    const given = [
      call('order', 10 * TICK_MS, {
        durationMs: 0.1 + 0.2,
        id: '\u{1f600}',
        coldStart: true,
        initMs: 1e-7,
        error: false,
      }),
      call('order', 10 * TICK_MS, { id: '\uffee', memoryMiB: 170.3, coldStart: false, error: true }),
      call('order', 10 * TICK_MS + 1 / 3),
      call('order', 10 * TICK_MS, { ordinal: 2 }),
      call('order', 10 * TICK_MS, { ordinal: 10, durationMs: Number.MAX_VALUE }),
      call('order', 5 * TICK_MS, { tick: 11, late: true }),
      count('order', 10 * TICK_MS, 0),
      count('order', 10 * TICK_MS, 3, {
        durationMs: 5e-324,
        coldStarts: 0,
        memoryMiB: 128,
        toMs: DAY + 10 * TICK_MS + 1000,
      }),
      call('order', 9 * TICK_MS),
    ];
    await shared.store.acceptSamples([...given, call('other', 10 * TICK_MS)]);
    expect(await all(shared.store.samples(1, 99, 'order'))).toEqual(given.toSorted(inFeedOrder));
    expect(await all(shared.store.samples(11, 11, 'order'))).toEqual(given.toSorted(inFeedOrder).slice(1));
    expect(await all(shared.store.samples(11, 11))).toHaveLength(9);
    expect(await all(shared.store.samples(1, 99, 'never seen'))).toEqual([]);
  });

  test('reads more than a page, many of them in one tick', async () => {
    const many = Array.from({ length: 12_345 }, (_, i) =>
      call('many', (i % 7) + (i < 11_000 ? 0 : 10 * i), { ordinal: i }),
    );
    await shared.store.acceptSamples(many);
    const found = await all(shared.store.samples(1, 2 ** 31 - 1, 'many'));
    // Compared as texts: by `toEqual` it takes seconds.
    const told = (samples: StoredSample[]) =>
      samples.map((one) => one.kind === 'call' && `${one.tick} ${one.atMs} ${one.ordinal}`);
    expect(told(found)).toEqual(told(many.toSorted(inFeedOrder)));
  });

  test('packs the counts of a fleet, and knows each of them', async () => {
    const fleet = (at: number, many: number, more = {}) =>
      Array.from({ length: many }, (_, i) => count(`fleet ${i}`, at * TICK_MS, i % 10 === 0 ? i : 0, more));
    const single = count('fleet 7', 200 * TICK_MS, 0);
    const other = count('fleet 8', 200 * TICK_MS, 1, { memoryMiB: 128 });
    expect(await shared.store.acceptSamples([single, other])).toEqual(['accepted', 'accepted']);
    const given = fleet(200, 150);
    const outcomes = given.map((_, i) => (i === 7 ? 'duplicate' : i === 8 ? 'conflict' : 'accepted'));
    expect(await shared.store.acceptSamples(given)).toEqual(outcomes);
    const again = outcomes.map((outcome) => (outcome === 'accepted' ? 'duplicate' : outcome));
    expect(await shared.store.acceptSamples(given)).toEqual(again);
    // A wider one of the same interval, one that contradicts, and two ticks in one request.
    const wider = fleet(200, 300).map((one, i) => (i === 100 ? { ...one, calls: 5 } : one));
    const expected = wider.map((_, i) => (i === 100 ? 'conflict' : i < 150 ? again[i] : 'accepted'));
    expect(await shared.store.acceptSamples(wider)).toEqual(expected);
    const two = [
      ...fleet(201, 70, { durationMs: 1 / 3, coldStarts: 0 }),
      ...fleet(202, 70),
      call('fleet 3', 201 * TICK_MS),
    ];
    expect(await shared.store.acceptSamples([...two, ...two])).toEqual([
      ...two.map(() => 'accepted'),
      ...two.map(() => 'duplicate'),
    ]);
    expect(
      await shared.store.acceptSamples([count('fleet 20', 200 * TICK_MS, 20), count('fleet 20', 201 * TICK_MS, 20)]),
    ).toEqual(['duplicate', 'conflict']);
    const found = await all(shared.store.samples(201, 203));
    expect(found.filter(({ functionKey }) => functionKey.startsWith('fleet'))).toHaveLength(300 + two.length);
    const own = [count('fleet 3', 200 * TICK_MS, 0), two[140], two[3], two[73]];
    expect(await all(shared.store.samples(201, 203, 'fleet 3'))).toEqual(own);
    expect(await all(shared.store.samples(201, 201, 'fleet 8'))).toEqual([other]);
    expect(await shared.store.minutes('fleet 60', DAY + 200 * TICK_MS, DAY + 203 * TICK_MS)).toEqual([
      { atMs: DAY + 200 * TICK_MS, calls: 120, durationMs: 20, coldStarts: 0 },
      { atMs: DAY + 202 * TICK_MS, calls: 60, durationMs: 0, coldStarts: 0 },
    ]);
  });

  test('keeps gaps beside, those of all too', async () => {
    const gap = (functionKey: string | null, fromMs: number): StoredGap => ({
      ...{ kind: 'gap', functionKey, fromMs: DAY + fromMs, toMs: DAY + fromMs + 1000 },
      ...{ reason: 'unavailable', detail: 'no answer', tick: 77 },
    });
    const given = [gap('gaps', 0), gap(null, 1000), gap('gaps of another', 2000)];
    await shared.store.acceptGaps(given);
    await shared.store.acceptGaps(given);
    expect(await shared.store.gaps(77, 77)).toEqual(given);
    expect(await shared.store.gaps(77, 77, 'gaps')).toEqual(given.slice(0, 2));
    expect(await shared.store.gaps(1, 76)).toEqual([]);
    expect(await shared.store.gapsBetween(DAY + 1999, DAY + 2000)).toEqual([given[1]]);
    expect(await shared.store.gapsBetween(DAY + 1999, DAY + 2001, 'never seen')).toEqual([given[1]]);
    await shared.store.acceptGaps([]);
  });

  test('sums up minutes', async () => {
    await shared.store.acceptSamples([
      call('minutes', 0, { coldStart: true }),
      call('minutes', 59_999, { durationMs: 1 }),
      call('minutes', 60_000),
      count('minutes', 30_000, 6, { toMs: DAY + 90_000, durationMs: 2, coldStarts: 4 }),
      count('minutes', 180_000, 0),
    ]);
    const [first, second] = [
      { atMs: DAY, calls: 5, durationMs: 107, coldStarts: 4 },
      { atMs: DAY + 60_000, calls: 4, durationMs: 106, coldStarts: 1 },
    ];
    expect(await shared.store.minutes('minutes', DAY, DAY + HOUR)).toEqual([first, second]);
    expect(await shared.store.minutes('minutes', DAY + 1, DAY + 60_001)).toEqual([second]);
    expect(await shared.store.minutes('never seen', DAY, DAY + HOUR)).toEqual([]);
  });
});
