/** A trace as samples: what a file tells, in the shape in which it is pushed. */
import { IsothermError } from 'isotherm/kernels';
import { type CallColumn, type CallsTrace, type CountsTrace, eachCell, type Trace } from 'isotherm/trace';
import type { CallSample, CountSample, Sample } from '../providers/index.js';

const MINUTE_MS = 60_000;

/**
 * Function after function, each in order of time.
 *
 * Errors: `BAD_TIME` for a trace without a date: nobody could say when its calls were.
 */
export function* traceSamples(trace: Trace): Generator<Sample> {
  if (Number.isNaN(trace.originMs)) {
    throw new IsothermError(
      'BAD_TIME',
      'the file tells no date, only times of day or minutes; expected times with a date',
    );
  }
  for (let f = 0; f < trace.functions.keys.length; f++) {
    if (trace.kind === 'calls') yield* callsOf(trace, f);
    else yield* countsOf(trace, f);
  }
}

function* callsOf(trace: CallsTrace, f: number): Generator<CallSample> {
  const functionKey = trace.functions.keys[f]!;
  const memoryMiB = trace.functions.memoryMiB[f]!;
  const { originMs, offsets, startMs, durationMs, columns } = trace;
  for (let call = offsets[f]!; call < offsets[f + 1]!; call++) {
    const known = (name: CallColumn): number | undefined => {
      const value = columns[name]?.[call];
      return value === undefined || Number.isNaN(value) ? undefined : value;
    };
    const coldStart = known('coldStart');
    const initMs = known('initMs');
    const error = known('error');
    yield {
      kind: 'call',
      functionKey,
      atMs: originMs + startMs[call]!,
      durationMs: durationMs[call]!,
      memoryMiB,
      ...(coldStart !== undefined && { coldStart: coldStart !== 0 }),
      ...(initMs !== undefined && { initMs }),
      ...(error !== undefined && { error: error !== 0 }),
    };
  }
}

function* countsOf(trace: CountsTrace, f: number): Generator<CountSample> {
  const functionKey = trace.functions.keys[f]!;
  const durationMs = trace.functions.durationMs[f]!;
  const memoryMiB = trace.functions.memoryMiB[f]!;
  const { originMs, offsets, cells } = trace;
  const samples: CountSample[] = [];
  eachCell(cells, offsets[f]!, offsets[f + 1]!, (minute, calls) => {
    const fromMs = originMs + minute * MINUTE_MS;
    samples.push({ kind: 'count', functionKey, fromMs, toMs: fromMs + MINUTE_MS, calls, durationMs, memoryMiB });
  });
  yield* samples;
}
