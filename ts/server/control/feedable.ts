/** What a sample must be for a tick to be fed with it: looked at before it is stored, for what is stored is fed, now and whenever it is computed again. */
import { IsothermError } from 'isotherm/kernels';
import type { Sample } from '../providers/index.js';
import { checkFacts } from '../store/index.js';

/** The longest interval that a count may be of: it may go on into ticks so much later. */
export const LONGEST_COUNT_MS = 3_600_000;

/** Calls of one count: each of them is stepped by itself. */
const MOST_CALLS = 1_000_000;

/** Sizes and times of starts that there are. */
const LARGEST_MEMORY_MIB = 16_777_216;
const LONGEST_START_MS = 2 ** 32 - 1;

/** Errors: `BAD_ARGUMENT`, `OUT_OF_RANGE`. */
export function checkFeedable(sample: Sample): void {
  checkFacts(sample);
  const { memoryMiB } = sample;
  if (memoryMiB !== undefined)
    check('memory', memoryMiB, memoryMiB > 0 && memoryMiB <= LARGEST_MEMORY_MIB, 'MiB above 0');
  if (sample.kind === 'call') {
    const { atMs, initMs } = sample;
    check('the time of a call', atMs, Number.isSafeInteger(atMs), 'whole ms');
    if (initMs !== undefined)
      check('an init duration', initMs, initMs <= LONGEST_START_MS, `at most ${LONGEST_START_MS} ms`);
    return;
  }
  const { fromMs, toMs, calls, coldStarts } = sample;
  check('the interval of a count', toMs - fromMs, toMs - fromMs <= LONGEST_COUNT_MS, 'at most an hour, in ms');
  check('a count of calls', calls, calls <= MOST_CALLS, `at most ${MOST_CALLS}: bring them by shorter intervals`);
  if (coldStarts !== undefined) {
    check('a count of cold starts', coldStarts, coldStarts <= calls, `at most the ${calls} calls`);
  }
}

function check(what: string, value: number, isRight: boolean, expected: string): void {
  if (!isRight) throw new IsothermError('OUT_OF_RANGE', `${what} is ${value}, expected ${expected}`);
}
