/** Advice end to end: what pays and what does not, nothing learnt from the judged part, the same on every backend, in the shape of its schema. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { lambdaOnDemand, lambdaProvisioned } from '../../ts/core/decide/index.js';
import { kneeOf } from '../../ts/core/evaluate/advise/choice.js';
import { leftAlone } from '../../ts/core/evaluate/advise/headline.js';
import {
  type Advice,
  type AdviseOptions,
  adviceConfiguration,
  adviceHeadline,
  adviceJson,
  advise,
  adviseAsync,
  splitOf,
} from '../../ts/core/evaluate/index.js';
import { type CallsTrace, eachCell, generateTrace, type StartTime, type Trace } from '../../ts/core/trace/index.js';

const HOUR_MS = 3_600_000;

/** Functions with calls `[startMs, durationMs]`, over whole hours. */
function traceOf(hours: number, functions: Record<string, readonly (readonly [number, number])[]>): CallsTrace {
  const lists = Object.values(functions);
  const offsets = [0];
  for (const list of lists) offsets.push(offsets.at(-1)! + list.length);
  const all = lists.flat();
  return {
    kind: 'calls',
    functions: {
      keys: Object.keys(functions),
      durationMs: Float64Array.from(lists, (list) => Math.round(list[0]?.[1] ?? 0)),
      memoryMiB: new Float64Array(lists.length).fill(1024),
      trigger: lists.map(() => ''),
      index: Float64Array.from(lists, (_, f) => f),
    },
    minutes: hours * 60,
    originMs: Date.UTC(2026, 0, 5),
    calls: all.length,
    offsets: Float64Array.from(offsets),
    startMs: Float64Array.from(all, ([start]) => start),
    durationMs: Uint32Array.from(all, ([, duration]) => duration),
    columns: {},
  };
}

const every = (ms: number, hours: number, duration: number, at = 0) =>
  Array.from({ length: Math.floor((hours * HOUR_MS - at) / ms) }, (_, i) => [at + i * ms, duration] as const);

const FREE: AdviseOptions = { target: 'lambda-pc', goal: { kind: 'price', coldStartUsdPerS: 0 }, coldStartMs: 1000 };
const DEAR: AdviseOptions = { ...FREE, goal: { kind: 'price', coldStartUsdPerS: 0.01 } };

describe('the split', () => {
  it('halves hours, then days; the earlier part has the larger half', () => {
    expect(splitOf(240)).toEqual({ chooseFrom: 60, judgeFrom: 120, minutes: 240 });
    expect(splitOf(1440)).toEqual({ chooseFrom: 360, judgeFrom: 720, minutes: 1440 });
    expect(splitOf(5 * 1440)).toEqual({ chooseFrom: 2 * 1440, judgeFrom: 3 * 1440, minutes: 5 * 1440 });
  });

  it('refuses a trace that is too short to be split', () => {
    expect(() => advise(traceOf(3, { f: every(60_000, 3, 10) }), FREE)).toThrow('needs at least 240');
  });
});

describe('start times', () => {
  const trace = traceOf(12, { a: every(60_000, 12, 100), b: every(90_000, 12, 100) });
  const tabled = (medianMs: number, source: string): StartTime => ({
    from: 'table',
    medianMs,
    p90Ms: medianMs,
    count: 9,
    source,
  });
  const options: AdviseOptions = { target: 'lambda-pc', goal: { kind: 'price', coldStartUsdPerS: 0.001 } };

  it('are those of each function where they are given', () => {
    const both = advise(trace, { ...options, startTimes: [tabled(299.5, 'here'), tabled(5000, 'there')] });
    expect(both.functions.map(({ coldStartMs }) => coldStartMs)).toEqual([300, 5000]);
    expect(both.startTimes).toEqual([
      { source: 'here', functions: 1 },
      { source: 'there', functions: 1 },
    ]);
    [300, 5000].forEach((coldStartMs, f) => {
      const alike = advise(trace, { ...options, coldStartMs });
      expect(both.functions[f]!.onDemand).toEqual(alike.functions[f]!.onDemand);
    });
  });

  it('are given once, for all functions', () => {
    const one = tabled(300, 'here');
    expect(() => advise(trace, { ...options, startTimes: [one] })).toThrow('startTimes has 1 entries, expected 2');
    expect(() => advise(trace, { ...options, startTimes: [one, one], coldStartMs: 1 })).toThrow('both given');
  });
});

describe('what pays', () => {
  // Ten instances without a pause: 60 s calls, one begins every 6 s.
  const busy = every(6000, 12, 60_000);

  it('saves on the bill where instances are busy: 10 of them at 100 %, by hand', () => {
    const { functions, settings, bill } = advise(traceOf(12, { busy }), FREE);
    expect(functions[0]!.setting).toEqual({ kind: 'constant', ready: 10 });
    expect(functions[0]!.leftAlone).toBeUndefined();
    // Six hours: 216,000 GB-s of calls. 1.66667e-5 on demand; 4.1667e-6 + 9.7222e-6 ready. The first calls reach beyond the end.
    const calls = 3600;
    const gbS = calls * 60;
    const requests = calls * 2e-7;
    const onDemand = settings['on-demand']!;
    // The first ten calls of the part begin cold, and one more for each that began while those started.
    expect(onDemand.usd).toBeCloseTo(gbS * 1.66667e-5 + onDemand.coldStarts * 1.66667e-5 + requests, 9);
    expect(settings.advised.usd).toBeCloseTo(gbS * 9.7222e-6 + 10 * 6 * 3600 * 4.1667e-6 + requests, 6);
    expect(settings.advised.coldStarts).toBe(0);
    expect(bill.advised.reduce((sum, line) => sum + line.usd, 0)).toBeCloseTo(settings.advised.usd, 12);
    expect(adviceHeadline(advise(traceOf(12, { busy }), FREE)).answer).toContain('the bill falls by');
  });

  it('sells nothing where a ready instance would stand idle and waiting is worth nothing', () => {
    const rare = every(30 * 60_000, 24, 100);
    const { functions, settings, isReached } = advise(traceOf(24, { rare }), FREE);
    expect(functions[0]).toMatchObject({ setting: { kind: 'on-demand' }, leftAlone: 'saves-nothing' });
    expect(settings.advised).toEqual(settings['on-demand']);
    expect(isReached).toBeNull();
    // At ten cents a cold start the same function has an instance ready.
    const dear = advise(traceOf(24, { rare }), { ...FREE, goal: { kind: 'price', coldStartUsdPerS: 0.1 } });
    expect(dear.functions[0]!.setting).toEqual({ kind: 'constant', ready: 1 });
    expect(dear.settings.advised.coldStarts).toBe(0);
    expect(adviceHeadline(dear).losses).toContain('what it buys is time');
  });

  it('schedules by the hour what works by the hour', () => {
    // Eight days: three calls at once, every ten minutes from 8 to 11 o'clock.
    const calls = Array.from({ length: 8 * 24 * 6 }, (_, i) => i * 600_000)
      .filter((at) => Math.floor(at / HOUR_MS) % 24 >= 8 && Math.floor(at / HOUR_MS) % 24 < 11)
      .flatMap((at) => [0, 0, 0].map(() => [at, 5000] as const));
    const advice = advise(traceOf(8 * 24, { office: calls }), {
      ...FREE,
      goal: { kind: 'price', coldStartUsdPerS: 0.005 },
    });
    const { setting } = advice.functions[0]!;
    expect(setting.kind).toBe('scheduled');
    const ready = setting.kind === 'scheduled' ? setting.ready : [];
    expect(ready.flatMap((count, hour) => (count > 0 ? [hour] : []))).toEqual([8, 9, 10]);
    expect(Math.max(...ready)).toBe(3);
    const [script] = adviceConfiguration(advice);
    expect(script!.text).toContain("--schedule='cron(0 8 * * ? *)'");
  });

  it('names functions to leave alone, each with its reason', () => {
    const advice = advise(
      traceOf(24, {
        never: [],
        few: every(HOUR_MS * 2, 24, 100),
        warm: every(15_000, 24, 100),
        rare: every(900_000, 24, 100),
      }),
      FREE,
    );
    expect(Object.fromEntries(leftAlone(advice).map(({ reason, keys }) => [reason, keys]))).toEqual({
      'no-calls': ['never'],
      'few-calls': ['few'],
      'already-warm': ['warm'],
      'saves-nothing': ['rare'],
    });
    const large = traceOf(24, { large: every(60_000, 24, 100) });
    large.functions.memoryMiB[0] = 20_480;
    expect(advise(large, DEAR).functions[0]!.leftAlone).toBe('too-large');
    expect(adviceHeadline(advice).answer).toContain('Leave all 4 functions alone');
  });
});

describe('targets', () => {
  const trace = generateTrace({ pattern: 'diurnal', functions: 8, days: 4, calls: 40_000, seed: 3 });

  it('a cold-start rate asks for the lowest price that reached it before', () => {
    const loose = advise(trace, { target: 'cloud-run', coldStartMs: 800, goal: { kind: 'cold-rate', most: 1 } });
    expect(loose.coldStartUsdPerS).toBe(0);
    expect(loose.isReached).toBe(true);
    const strict = advise(trace, { target: 'cloud-run', coldStartMs: 800, goal: { kind: 'cold-rate', most: 0.0005 } });
    expect(strict.coldStartUsdPerS!).toBeGreaterThan(0);
    expect(strict.settings.advised.coldStarts).toBeLessThan(loose.settings.advised.coldStarts);
    expect(strict.settings.advised.usd).toBeGreaterThan(loose.settings.advised.usd);
    const { coldStarts, calls } = strict.settings.advised;
    expect(strict.isReached).toBe(coldStarts <= 0.0005 * calls);
  });

  it('a P99 is reached for each function where a setting reaches it, and said to be missed where none does', () => {
    const slow = every(120_000, 24, 3000);
    const quick = every(30 * 60_000, 24, 50);
    const advice = advise(traceOf(24, { slow, quick }), { ...FREE, goal: { kind: 'p99', ms: 500 } });
    expect(advice.coldStartUsdPerS).toBeNull();
    expect(advice.functions.map(({ setting }) => setting.kind)).toEqual(['on-demand', 'constant']);
    expect(advice.functions[1]!.advised.latencyP99Ms).toBeLessThanOrEqual(500);
    expect(advice.isReached).toBe(false);
    expect(adviceHeadline(advice).losses).toContain('missed on the judged part, by 1 function.');
  });

  it('without one the knee of the curve is advised', () => {
    expect(kneeOf([0, 1, 2, 10], [10, 4, 1, 0])).toBe(2);
    expect(kneeOf([0, 10], [10, 0])).toBe(0);
    expect(kneeOf([1, 1, 1], [5, 5, 5])).toBe(0);
    const { frontier, coldStartUsdPerS } = advise(trace, { target: 'lambda-pc', coldStartMs: 1000 });
    expect(frontier.filter(({ isAdvised }) => isAdvised).map((point) => point.coldStartUsdPerS)).toEqual([
      coldStartUsdPerS,
    ]);
    expect(frontier.at(-1)!.coldStarts).toBeLessThan(frontier[0]!.coldStarts);
  });

  it('are checked', () => {
    const refused = (goal: AdviseOptions['goal']) => () => advise(trace, { ...FREE, goal: goal! });
    expect(refused({ kind: 'cold-rate', most: 2 })).toThrow('most is 2');
    expect(refused({ kind: 'price', coldStartUsdPerS: Number.NaN })).toThrow('coldStartUsdPerS is NaN');
    expect(() => advise(trace, { ...FREE, target: 'mainframe' as 'flex' })).toThrow("target is 'mainframe'");
    expect(() => advise(trace, { ...FREE, coldStartMs: -1 })).toThrow('coldStartMs is -1');
  });
});

describe('the figures', () => {
  const trace = generateTrace({ pattern: 'calibrated', functions: 40, days: 2, calls: 100_000, seed: 5 });
  const options: AdviseOptions = { target: 'lambda-pc', coldStartMs: 900 };
  const advice = advise(trace, options);

  it('are in the shape of the schema, with null for what is not known', () => {
    const schema = JSON.parse(
      readFileSync(new URL('../../ts/core/evaluate/advise/advice.schema.json', import.meta.url), 'utf8'),
    );
    const validate = new Ajv2020({ allErrors: true }).compile(schema);
    const goals: AdviseOptions['goal'][] = [
      { kind: 'knee' },
      { kind: 'p99', ms: 800 },
      { kind: 'cold-rate', most: 0.01 },
    ];
    const found = goals.map((goal) => adviceJson(advise(trace, { ...options, goal: goal! })));
    for (const target of ['flex', 'cloud-run', 'knative'] as const) found.push(adviceJson(advise(trace, { target })));
    for (const json of found) {
      validate(json);
      expect(validate.errors).toBeNull();
    }
    expect(found[0]!.originMs).toBeNull();
    expect(found[0]!.functions.length).toBe(40);
  });

  it('are the same asynchronously, and on more threads; progress ends at all calls', async () => {
    const seen: number[] = [];
    const later = await adviseAsync(trace, { ...options, threads: 3 }, { onProgress: (done) => seen.push(done) });
    expect(adviceJson(later)).toEqual(adviceJson(advice));
    expect(seen.at(-1)).toBe(trace.calls);
    expect(seen.every((done, i) => i === 0 || done >= seen[i - 1]! - 1e-6)).toBe(true);
  });

  it('stop when asked', async () => {
    const signal = AbortSignal.abort();
    await expect(adviseAsync(trace, options, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('add up: every call is on a ready instance or spills over, and bills are those of the functions', () => {
    const { advised } = advice.settings;
    const sum = (of: (one: Advice['functions'][number]) => number) =>
      advice.functions.reduce((all, one) => all + of(one), 0);
    expect(advised.coldStarts).toBe(sum((one) => one.advised.coldStarts));
    expect(advised.usd).toBeCloseTo(
      sum((one) => one.advised.usd),
      9,
    );
    expect(advice.settings['on-demand']!.spillCalls).toBe(advised.calls);
    for (const { setting, leftAlone: reason } of advice.functions) {
      expect(reason === undefined).toBe(setting.kind !== 'on-demand');
    }
  });
});

describe('honesty', () => {
  const days = (seed: number): Trace =>
    generateTrace({ pattern: 'bursty', functions: 6, days: 4, calls: 20_000, seed });

  it('learns nothing from the judged part: with other calls there, the settings judged are the same', () => {
    const { judgeFrom, minutes } = splitOf(days(1).minutes);
    const trace = spliced(days(1), days(1), minutes);
    const mixed = spliced(days(1), days(2), judgeFrom);
    expect(mixed.calls).not.toBe(trace.calls);
    const judged = (advice: Advice) =>
      // What a forecast keeps ready after the end it learnt from the part, as it may.
      advice.functions.map(({ judged: setting }) => (setting.kind === 'forecast' ? setting.method : setting));
    for (const target of ['lambda-pc', 'flex', 'knative'] as const) {
      const options = { ...DEAR, target };
      expect(judged(advise(mixed, options))).toEqual(judged(advise(trace, options)));
    }
  });

  it('advises nothing that cannot be set', () => {
    for (const target of ['flex', 'cloud-run'] as const) {
      const kinds = new Set(advise(days(1), { ...DEAR, target }).functions.map(({ setting }) => setting.kind));
      expect(kinds.has('target-tracking')).toBe(false);
    }
    const { notes } = advise(days(1), DEAR);
    expect(notes.join(' ')).toContain('cannot be set on Lambda');
    expect(notes.join(' ')).toContain('cannot be known from this trace');
  });

  it('bills what is left alone as Lambda on demand would', () => {
    const trace = traceOf(24, { rare: every(1_800_000, 24, 100) });
    const { settings } = advise(trace, FREE);
    // 24 calls in twelve hours, each cold: a second of start and 0.1 s.
    const calls = [{ calls: 24, durationMs: 100, initMs: 1000, onReady: false }];
    const usage = { periodMs: 12 * HOUR_MS, memoryMiB: 1024, calls, ready: [], preWarmMs: 0, idleMs: 0 };
    const model = lambdaOnDemand();
    const usd = model.price(model.meter(usage), 1).reduce((sum, line) => sum + line.usd, 0);
    expect(settings.advised.usd).toBeCloseTo(usd, 12);
  });

  it('compares memory sizes where a function ran with two, and only there', () => {
    const calls = every(60_000, 12, 400);
    const trace = traceOf(12, { f: calls });
    const memoryMiB = Float64Array.from(calls, (_, i) => (i % 2 === 0 ? 512 : 1024));
    trace.durationMs.set(calls.map((_, i) => (i % 2 === 0 ? 500 : 400)));
    const [advised] = advise({ ...trace, columns: { memoryMiB } }, FREE).memory;
    expect(advised).toMatchObject({
      key: 'f',
      present: { memoryMiB: 1024, meanMs: 400 },
      cheapest: { memoryMiB: 512 },
    });
    const { meter, price } = lambdaProvisioned();
    const group = [{ calls: 1e6, durationMs: 500, initMs: 0, onReady: false }];
    const lines = price(meter({ periodMs: 1, memoryMiB: 512, calls: group, ready: [], preWarmMs: 0, idleMs: 0 }), 1);
    const usd = lines.reduce((sum, line) => sum + line.usd, 0);
    expect(advised!.cheapest.usdPerMillionCalls).toBeCloseTo(usd, 9);
    expect(advise(trace, FREE).memory).toEqual([]);
  });
});

/** A function's calls as a list, evenly within their minutes. */
function listOf(trace: Trace, f: number): [number, number][] {
  if (trace.kind !== 'counts') throw new Error('expected counts');
  const list: [number, number][] = [];
  eachCell(trace.cells, trace.offsets[f]!, trace.offsets[f + 1]!, (minute, count) => {
    for (let i = 0; i < count; i++) {
      list.push([minute * 60_000 + Math.floor((i * 60_000) / count), trace.functions.durationMs[f]!]);
    }
  });
  return list;
}

/** The calls of `first` before a minute, and those of `second` from it on. */
function spliced(first: Trace, second: Trace, minute: number): CallsTrace {
  const lists = first.functions.keys.map((key, f): [string, [number, number][]] => {
    const before = listOf(first, f).filter(([at]) => at < minute * 60_000);
    const after = listOf(second, f).filter(([at]) => at >= minute * 60_000);
    return [key, [...before, ...after.map(([at]): [number, number] => [at, first.functions.durationMs[f]!])]];
  });
  return traceOf(first.minutes / 60, Object.fromEntries(lists));
}
