import { IsothermError } from '../kernels/error.js';
import { exp } from '../kernels/pure/numeric.js';
import { CellWriter } from './cells.js';
import { ArrivalWriter } from './generator/arrivals.js';
import { calibratedWorkload } from './generator/calibrated.js';
import { SIMPLE_PATTERNS, simpleWorkload } from './generator/patterns.js';
import { type CountsTrace, roundHalfUp } from './trace.js';

/** What synthetic traffic can look like; `docs/synthetic.md` defines each. */
export const PATTERNS = [...SIMPLE_PATTERNS, 'calibrated'] as const;

export type Pattern = (typeof PATTERNS)[number];

export interface GenerateOptions {
  pattern: Pattern;
  /** Whole, 1..10,000,000. */
  functions: number;
  /** Length, to the nearest minute, 1 minute to 3660 days; a day by default. Day 0 is a Monday. */
  days?: number;
  /** Whole, 0..4294967295. */
  seed: number;
  /** About how many calls there shall be in all; rates are scaled to expect that many. */
  calls?: number;
  /** Called with the functions done so far. */
  onProgress?: (functionsDone: number) => void;
}

const MOST_FUNCTIONS = 10_000_000;
const MOST_MINUTES = 3660 * 1440;
const MOST_CALLS = 1e15;

/**
 * A synthetic trace of calls per minute: the same seed gives the same bytes on every machine and engine, and function `f` is the same
 * whatever the number of functions (unless `calls` scales them).
 *
 * Errors: BAD_ARGUMENT for an unknown pattern, OUT_OF_RANGE for a number outside its range.
 * Time: per function linear in the minutes (of a function called less than once in two minutes: in its calls). Memory: about two bytes per minute
 * with calls.
 * Source: docs/synthetic.md.
 *
 * @example
 * const trace = generateTrace({ pattern: 'calibrated', functions: 400, days: 1, seed: 1 });
 */
export function generateTrace(options: GenerateOptions): CountsTrace {
  const steps = generating(options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    options.onProgress?.(step.value);
  }
}

/**
 * As `generateTrace`, giving way to other work now and then; `signal` stops it.
 *
 * Errors: those of `generateTrace`, and ABORTED.
 *
 * @example
 * const trace = await generateTraceAsync({ pattern: 'steady', functions: 5, seed: 1 }, { signal: AbortSignal.timeout(1000) });
 */
export async function generateTraceAsync(
  options: GenerateOptions,
  { signal }: { signal?: AbortSignal } = {},
): Promise<CountsTrace> {
  const steps = generating(options);
  for (;;) {
    if (signal?.aborted) throw new IsothermError('ABORTED', 'generating was stopped', { cause: signal.reason });
    const step = steps.next();
    if (step.done) return step.value;
    options.onProgress?.(step.value);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Minutes of functions between two steps: about twenty milliseconds. */
const STEP_MINUTES = 250_000;

function* generating(options: GenerateOptions): Generator<number, CountsTrace> {
  const { pattern, functions, seed, calls } = options;
  const minutes = roundHalfUp((options.days ?? 1) * 1440);
  check(options, minutes);
  const workload =
    pattern === 'calibrated'
      ? calibratedWorkload(seed, functions, minutes, calls)
      : simpleWorkload(pattern, seed, functions, minutes, calls);

  const cells = new CellWriter(expectedBytes(functions, minutes, workload.callsPerMinute));
  const arrivals = new ArrivalWriter(cells, minutes);
  const keys: string[] = [];
  const trigger: string[] = [];
  const durationMs = new Float64Array(functions);
  const memoryMiB = new Float64Array(functions);
  const functionsPerStep = Math.max(1, Math.floor(STEP_MINUTES / minutes));
  for (let f = 0; f < functions; f++) {
    const facts = workload.generate(f, arrivals);
    arrivals.end();
    keys.push(`synthetic/${pattern}-${String(f).padStart(6, '0')}/main`);
    trigger.push(facts.trigger);
    durationMs[f] = facts.durationMs;
    memoryMiB[f] = facts.memoryMiB;
    if ((f + 1) % functionsPerStep === 0) yield f + 1;
  }
  const index = Float64Array.from({ length: functions }, (_, f) => f);
  return {
    kind: 'counts',
    functions: { keys, durationMs, memoryMiB, trigger, index },
    minutes,
    originMs: Number.NaN,
    calls: arrivals.calls,
    ...cells.finish(),
  };
}

function check({ pattern, functions, days, seed, calls }: GenerateOptions, minutes: number): void {
  if (!PATTERNS.includes(pattern)) {
    throw new IsothermError('BAD_ARGUMENT', `pattern is '${pattern}', expected one of ${PATTERNS.join(', ')}`);
  }
  if (!(Number.isInteger(functions) && functions >= 1 && functions <= MOST_FUNCTIONS)) {
    throw outOfRange('functions', functions, `a whole number, 1..${MOST_FUNCTIONS}`);
  }
  if (!(minutes >= 1 && minutes <= MOST_MINUTES)) throw outOfRange('days', days, 'a minute to 3660 days');
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff)) {
    throw outOfRange('seed', seed, 'a whole number, 0..4294967295');
  }
  if (calls !== undefined && !(calls > 0 && calls <= MOST_CALLS)) {
    throw outOfRange('calls', calls, `above 0, at most ${MOST_CALLS}`);
  }
}

function outOfRange(name: string, value: unknown, expected: string): IsothermError {
  return new IsothermError('OUT_OF_RANGE', `${name} is ${value}, expected ${expected}`);
}

/** A little more than the cells will take: two bytes a minute with calls, three from 128 calls on, four from 16384 on. */
function expectedBytes(functions: number, minutes: number, callsPerMinute: (f: number) => number): number {
  let bytes = 0;
  for (let f = 0; f < functions; f++) {
    const rate = callsPerMinute(f);
    bytes += (1 - exp(-rate)) * (rate < 40 ? 2 : rate < 6000 ? 3 : 4);
  }
  return Math.ceil(bytes * minutes * 1.02) + 65536;
}
