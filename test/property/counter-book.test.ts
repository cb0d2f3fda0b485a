/** Counters observed window by window: no call is lost or doubled, whatever the windows; what cannot be is a gap. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesSource, readTrace } from '../../ts/core/trace/index.js';
import type { CountSample, Observation } from '../../ts/server/providers/index.js';
import type { AnsweredSeries } from '../../ts/server/providers/prometheus/answer.js';
import { CounterBook, type Surroundings } from '../../ts/server/providers/prometheus/counter-book.js';

const STEP_MS = 15_000;
const T0_MS = 1_785_585_600_000;
const WELL: Surroundings = { down: new Set(), incomplete: null };
const METRIC = 'gateway_function_invocation_total';

/** A counter of one instance: its value at each step, null where it has no sample. */
interface Scripted {
  labels: Record<string, string>;
  values: readonly (number | null)[];
}

const secondsOf = (step: number): number => (T0_MS + step * STEP_MS) / 1000;

/** What a server answers for the steps `from..to`, both included. */
const answered = (all: readonly Scripted[], from: number, to: number): AnsweredSeries[] =>
  all.flatMap(({ labels, values }) => {
    const samples = values.flatMap((value, step) =>
      value === null || step < from || step > to ? [] : [[secondsOf(step), String(value)] as const],
    );
    return samples.length === 0 ? [] : [{ labels, samples }];
  });

function observed(all: readonly Scripted[], windows: readonly number[], book = new CounterBook()): Observation[] {
  let from = 0;
  return windows.flatMap((to) => {
    const window = { fromMs: T0_MS + from * STEP_MS, toMs: T0_MS + to * STEP_MS, stepMs: STEP_MS };
    const found = book.take(window, answered(all, from, to), WELL);
    from = to;
    return found;
  });
}

const isCount = (one: Observation): one is CountSample => one.kind === 'count';

const callsOf = (found: readonly Observation[]): Record<string, number> => {
  const calls: Record<string, number> = {};
  for (const { functionKey, calls: more } of found.filter(isCount))
    calls[functionKey] = (calls[functionKey] ?? 0) + more;
  return calls;
};

/** As `isotherm import` counts them. */
async function imported(all: readonly Scripted[], steps: number): Promise<Record<string, number>> {
  const result = answered(all, 0, steps).map(({ labels, samples }) => ({ metric: labels, values: samples }));
  const text = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
  const { trace } = await readTrace(bytesSource('prometheus', new TextEncoder().encode(text)));
  if (trace.kind !== 'counts') throw new Error('no counts');
  const calls = Object.fromEntries(trace.functions.keys.map((key) => [key, 0]));
  const { eachCell } = await import('../../ts/core/trace/index.js');
  trace.functions.keys.forEach((key, f) => {
    eachCell(trace.cells, trace.offsets[f]!, trace.offsets[f + 1]!, (_, count) => {
      calls[key]! += count;
    });
  });
  return calls;
}

/** Growth step by step, restarts (to at most half of what was seen last), and samples that are missing. */
const script = (steps: number): fc.Arbitrary<(number | null)[]> =>
  fc
    .array(
      fc.record({
        grow: fc.oneof(fc.nat(5), fc.nat(400)),
        event: fc.constantFrom('none', 'none', 'none', 'none', 'restart', 'missing', 'missing'),
      }),
      { minLength: steps + 1, maxLength: steps + 1 },
    )
    .map((all) => {
      let [value, seen] = [0, 0];
      return all.map(({ grow, event }) => {
        if (event === 'restart') value = Math.min(grow, Math.floor(seen / 2));
        else value += grow;
        if (event === 'missing') return null;
        seen = value;
        return value;
      });
    });

const STEPS = 40;

test('sums are those of the import, whatever the windows', async () => {
  const instances = fc.array(script(STEPS), { minLength: 1, maxLength: 4 });
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: STEPS - 1 }), { maxLength: STEPS - 1 });
  await fc.assert(
    fc.asyncProperty(instances, cuts, async (scripts, inner) => {
      const all = scripts.map((values, i) => ({
        labels: { __name__: METRIC, function_name: `f${i % 2}`, instance: `i${i}` },
        // Looked at from the same time on: the import takes the first sample of all for that.
        values: i === 0 ? [values[0] ?? 0, ...values.slice(1)] : values,
      }));
      const found = observed(all, [...inner.sort((a, b) => a - b), STEPS]);
      expect(callsOf(found)).toEqual(await imported(all, STEPS));
      for (const one of found.filter(isCount)) {
        expect(Number.isInteger(one.calls) && one.calls >= 0 && one.toMs > one.fromMs).toBe(true);
        expect([one.fromMs % 1000, one.toMs % 1000]).toEqual([0, 0]);
      }
      expect(found.some(({ kind }) => kind === 'gap')).toBe(false);
      // A store knows samples by function and stretch.
      const stretches = found.filter(isCount).map((one) => `${one.functionKey} ${one.fromMs} ${one.toMs}`);
      expect(new Set(stretches).size).toBe(stretches.length);
    }),
    { numRuns: 150 },
  );
});

test('sums hold over windows that were never answered, and what is known late comes as late', () => {
  const values = Array.from({ length: 21 }, (_, step) => step * 3);
  const all = [{ labels: { __name__: METRIC, function_name: 'f' }, values }];
  const book = new CounterBook();
  const take = (from: number, to: number): Observation[] =>
    book.take(
      { fromMs: T0_MS + from * STEP_MS, toMs: T0_MS + to * STEP_MS, stepMs: STEP_MS },
      answered(all, from, to),
      WELL,
    );
  const first = take(0, 4);
  // The server was away from 4 to 10.
  const second = take(10, 12);
  expect(callsOf(first)).toEqual({ f: 12 });
  expect(second).toEqual([
    { kind: 'count', functionKey: 'f', fromMs: T0_MS + 4 * STEP_MS, toMs: T0_MS + 10 * STEP_MS, calls: 18 },
    { kind: 'count', functionKey: 'f', fromMs: T0_MS + 10 * STEP_MS, toMs: T0_MS + 11 * STEP_MS, calls: 3 },
    { kind: 'count', functionKey: 'f', fromMs: T0_MS + 11 * STEP_MS, toMs: T0_MS + 12 * STEP_MS, calls: 3 },
  ]);
});

test('a scrape that comes late is counted once, from the last one on', () => {
  const labels = { __name__: METRIC, function_name: 'f' };
  const book = new CounterBook();
  const window = (from: number, to: number) => ({
    fromMs: T0_MS + from * STEP_MS,
    toMs: T0_MS + to * STEP_MS,
    stepMs: STEP_MS,
  });
  expect(callsOf(book.take(window(0, 2), answered([{ labels, values: [0, 10, null] }], 0, 2), WELL))).toEqual({
    f: 10,
  });
  const late = book.take(window(2, 4), answered([{ labels, values: [0, 10, null, 40, 50] }], 2, 4), WELL);
  expect(late).toMatchObject([
    { fromMs: T0_MS + 1 * STEP_MS, toMs: T0_MS + 3 * STEP_MS, calls: 30 },
    { fromMs: T0_MS + 3 * STEP_MS, toMs: T0_MS + 4 * STEP_MS, calls: 10 },
  ]);
});

test.each([
  ['NaN', 'a counter of NaN'],
  ['-5', 'a counter of -5'],
  ['+Inf', 'a counter of +Inf'],
  ['1e300', 'a counter of 1e300'],
  ['', 'a counter of '],
  [null, 'a counter of null'],
  ['99', 'a counter that fell from 100 to 99, and did not begin again'],
  ['1e15', '999999999999900 calls in 15 s'],
])('a lie (%s) is a gap with its reason, and nothing of it is counted', (lie, detail) => {
  const labels = { __name__: METRIC, function_name: 'f' };
  const samples = ['90', '100', lie, '104'].map((value, step) => [secondsOf(step), value] as const);
  const book = new CounterBook();
  const found = book.take({ fromMs: T0_MS, toMs: T0_MS + 3 * STEP_MS, stepMs: STEP_MS }, [{ labels, samples }], WELL);
  expect(callsOf(found)).toEqual({ f: 14 });
  expect(found.filter(({ kind }) => kind === 'gap')).toEqual([
    {
      kind: 'gap',
      functionKey: 'f',
      fromMs: T0_MS + STEP_MS,
      toMs: T0_MS + 2 * STEP_MS,
      reason: 'bad-value',
      detail,
    },
  ]);
  expect(book).toMatchObject({ badSamples: 1, restarts: 0 });
});

test('two servers that answer in turn, one a little behind, do not make calls up; a counter that stays lower is believed in the end', () => {
  const labels = { __name__: METRIC, function_name: 'f' };
  const values = Array.from({ length: 21 }, (_, step) => 1000 + 4 * step - (step % 2) * 6);
  expect(callsOf(observed([{ labels, values }], [10, 20]))).toEqual({ f: 80 });
  const lower = [1000, 1004, 1008, ...Array.from({ length: 60 }, (_, step) => 990 + Math.floor(step / 50))];
  const book = new CounterBook();
  const found = observed([{ labels, values: lower }], [20, 40, 62], book);
  expect(callsOf(found)).toEqual({ f: 9 });
  expect(book.restarts).toBe(0);
});

test('times that nobody asked for are a gap', () => {
  const labels = { __name__: METRIC, function_name: 'f' };
  const window = { fromMs: T0_MS, toMs: T0_MS + 2 * STEP_MS, stepMs: STEP_MS };
  for (const wrong of [secondsOf(-1), secondsOf(3), Number.NaN, 'now', 1e300, null]) {
    const found = new CounterBook().take(window, [{ labels, samples: [[wrong, '1']] }], WELL);
    expect(found).toMatchObject([{ kind: 'gap', reason: 'bad-value', functionKey: 'f' }]);
  }
});

test('functions that appear begin at 0; those that end are without calls, unless their target is not scraped', () => {
  const all: Scripted[] = [
    {
      labels: { __name__: METRIC, function_name: 'ends', instance: 'a:1', job: 'x' },
      values: [1, 2, null, null, null],
    },
    {
      labels: { __name__: METRIC, function_name: 'lost', instance: 'b:1', job: 'x' },
      values: [1, 2, null, null, null],
    },
    {
      labels: { __name__: METRIC, function_name: 'appears', instance: 'c:1', job: 'x' },
      values: [null, null, null, 7, 9],
    },
    { labels: { __name__: METRIC, function_name: 'idle', instance: 'd:1', job: 'x' }, values: [5, 5, 5, 5, 5] },
  ];
  const book = new CounterBook();
  const window = { fromMs: T0_MS, toMs: T0_MS + 4 * STEP_MS, stepMs: STEP_MS };
  const found = book.take(window, answered(all, 0, 4), { down: new Set(['x\nb:1']), incomplete: null });
  expect(callsOf(found)).toEqual({ ends: 1, lost: 1, appears: 9, idle: 0 });
  expect(found.filter(({ kind }) => kind === 'gap')).toEqual([
    {
      kind: 'gap',
      functionKey: 'lost',
      fromMs: T0_MS + STEP_MS,
      toMs: T0_MS + 4 * STEP_MS,
      reason: 'missing',
      detail: 'the target x b:1 was not scraped',
    },
  ]);
});

test('mean durations are time spent over calls, and wait for calls that come later', () => {
  const series = (metric: string, values: number[]): AnsweredSeries => ({
    labels: { __name__: metric, kn_configuration_name: 'pay', k8s_namespace_name: 'shop' },
    samples: values.map((value, step) => [secondsOf(step), String(value)]),
  });
  const name = 'kn_serving_invocation_duration_seconds';
  const book = new CounterBook();
  const window = { fromMs: T0_MS, toMs: T0_MS + 2 * STEP_MS, stepMs: STEP_MS };
  const found = book.take(window, [series(`${name}_count`, [0, 4, 4]), series(`${name}_sum`, [0, 1, 3])], WELL);
  expect(found).toMatchObject([{ functionKey: 'shop/pay', calls: 4, durationMs: 750 }]);
});

test('any answers whatever give observations', () => {
  const value = fc.oneof(fc.string({ maxLength: 6 }), fc.double().map(String), fc.nat().map(String), fc.constant(null));
  const time = fc.oneof(fc.integer({ min: 0, max: 6 }).map(secondsOf), fc.double(), fc.string({ maxLength: 3 }));
  const names = fc.constantFrom(METRIC, 'gateway_functions_seconds_sum', 'x_total', 'up', '');
  const series = fc.record({
    labels: fc.record({
      __name__: names,
      function_name: fc.constantFrom('f', 'g', ''),
      instance: fc.constantFrom('a', 'b'),
    }),
    samples: fc.array(fc.tuple(time, value), { maxLength: 5 }),
  });
  fc.assert(
    fc.property(fc.array(fc.array(series, { maxLength: 4 }), { maxLength: 4 }), (windows) => {
      const book = new CounterBook();
      windows.forEach((answers, w) => {
        const window = { fromMs: T0_MS + 2 * w * STEP_MS, toMs: T0_MS + 2 * (w + 1) * STEP_MS, stepMs: STEP_MS };
        for (const one of book.take(window, answers, WELL)) {
          if (one.kind !== 'call') expect(one.toMs, JSON.stringify(one)).toBeGreaterThan(one.fromMs);
          if (isCount(one)) expect(Number.isInteger(one.calls) && one.calls >= 0).toBe(true);
          if (isCount(one) && one.durationMs !== undefined) expect(one.durationMs >= 0).toBe(true);
        }
      });
    }),
    { numRuns: 500 },
  );
});
