/** A trace as samples: what a file tells, in the shape in which it is pushed. */
import { IsothermError } from 'isotherm/kernels';
import { type CallsTrace, type CountsTrace, eachCell, type Trace } from 'isotherm/trace';
import { type CallSample, type CountSample, callOfTrace, type Sample } from '../providers/index.js';
import { MINUTE_MS } from '../time.js';

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
  const { originMs, offsets } = trace;
  for (let call = offsets[f]!; call < offsets[f + 1]!; call++) yield callOfTrace(trace, f, call, originMs);
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
