/** A replay in parts: some functions at a time, put together again as if it had been one. */
import { REPLAY_COLUMNS } from '../kernels/contract.js';
import type { PolicySpec, ReplaySource } from '../kernels/index.js';
import { FOLDS, foldOf } from '../learn/fit-prior.js';
import type { Trace } from '../trace/index.js';
import { withPrior } from './priors.js';

/** The numbers of the functions in each fold. */
export function functionsByFold(trace: Trace): number[][] {
  const folds = Array.from({ length: FOLDS }, (): number[] => []);
  trace.functions.index.forEach((index, f) => void folds[foldOf(index)]!.push(f));
  return folds;
}

/** Some functions, what is known of them, and policies that begin with their fold's prior. */
interface FoldPart {
  functions: readonly number[];
  source: ReplaySource;
  specs: PolicySpec[];
}

/** What to replay for policies with a prior for each fold; `priors` by fold. Nothing where there are none. */
export function* foldParts(
  trace: Trace,
  source: ReplaySource,
  specs: readonly PolicySpec[],
  priors: readonly Float64Array[],
): Generator<FoldPart, void> {
  if (priors.length === 0) return;
  for (const [fold, functions] of functionsByFold(trace).entries()) {
    const begun = specs.map((spec) => withPrior(spec, priors[fold]!));
    yield { functions, source: sourceOf(source, functions), specs: begun };
  }
}

/** The source with some of its functions only, `functions` ascending. Their streams of arrivals go by their rows in the source, and stay. */
export function sourceOf(source: ReplaySource, functions: readonly number[]): ReplaySource {
  const offsets = new Float64Array(functions.length + 1);
  functions.forEach((f, i) => {
    offsets[i + 1] = offsets[i]! + source.offsets[f + 1]! - source.offsets[f]!;
  });
  const length = offsets[functions.length]!;
  const wanted = new Set(functions);
  const each = <T extends Float64Array | Uint8Array>(column: T): T =>
    column.filter((_, f) => wanted.has(f)) as unknown as T;
  const activity = <T extends Float64Array | Uint32Array | Uint8Array>(into: T, from: T): T => {
    functions.forEach((f, i) => {
      into.set(from.subarray(source.offsets[f]!, source.offsets[f + 1]!), offsets[i]!);
    });
    return into;
  };
  const { coldStartMs } = source;
  const shared = { memoryMiB: each(source.memoryMiB), ...(coldStartMs && { coldStartMs: each(coldStartMs) }) };
  if (source.kind === 'calls') {
    const startMs = activity(new Float64Array(length), source.startMs);
    const durationMs = activity(new Uint32Array(length), source.durationMs);
    return { ...source, ...shared, offsets, startMs, durationMs };
  }
  return {
    ...source,
    ...shared,
    offsets,
    cells: activity(new Uint8Array(length), source.cells),
    durationMs: each(source.durationMs),
    poisson: each(source.poisson),
    index: each(source.index),
  };
}

/** Puts what `replayFunctions` gave for some functions, `[policies, functions of the part, 4]`, where they are among all `count`. */
export function placeIn(out: Float64Array, count: number, part: Float64Array, functions: readonly number[]): void {
  const policies = out.length / (count * REPLAY_COLUMNS);
  for (let policy = 0; policy < policies; policy++) {
    functions.forEach((f, i) => {
      const from = (policy * functions.length + i) * REPLAY_COLUMNS;
      out.set(part.subarray(from, from + REPLAY_COLUMNS), (policy * count + f) * REPLAY_COLUMNS);
    });
  }
}
