/** Which part of a trace settings are fitted on, which part chooses between them, and which part judges. */
import { IsothermError } from '../../kernels/index.js';
import { sliceTrace, type Trace } from '../../trace/index.js';

const HOUR = 60;
const DAY = 1440;
const LEAST_MINUTES = 4 * HOUR;

/** Minutes of the trace: settings are fitted on `0..chooseFrom`, compared on `chooseFrom..judgeFrom`, fitted anew on both, and judged on the rest. */
export interface Split {
  chooseFrom: number;
  judgeFrom: number;
  minutes: number;
}

/**
 * Halves: of whole days where there are two and more, else of whole hours; the part before the judged one is halved alike. Of an odd number the
 * earlier part has the larger half.
 *
 * Errors: `BAD_ARGUMENT` for a trace under four hours: too little to learn from one part and be judged on another.
 *
 * @example
 * splitOf(1440); // { chooseFrom: 360, judgeFrom: 720, minutes: 1440 }
 * splitOf(14 * 1440).judgeFrom / 1440; // 7
 */
export function splitOf(minutes: number): Split {
  if (!(minutes >= LEAST_MINUTES)) {
    throw new IsothermError(
      'BAD_ARGUMENT',
      `the trace has ${minutes} minutes; advice is fitted on one part and judged on another, and needs at least ${LEAST_MINUTES}`,
    );
  }
  const half = (of: number): number => {
    const unit = of >= 2 * DAY ? DAY : HOUR;
    return Math.ceil(of / unit / 2) * unit;
  };
  const judgeFrom = half(minutes);
  return { chooseFrom: half(judgeFrom), judgeFrom, minutes };
}

export interface Parts {
  fit: Trace;
  choose: Trace;
  judge: Trace;
}

export function partsOf(trace: Trace, { chooseFrom, judgeFrom, minutes }: Split): Parts {
  return {
    fit: sliceTrace(trace, 0, chooseFrom),
    choose: sliceTrace(trace, chooseFrom, judgeFrom),
    judge: sliceTrace(trace, judgeFrom, minutes),
  };
}
