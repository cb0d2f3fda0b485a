/** What a tick is fed, checked, and in time. */
import { IsothermError } from '../kernels/index.js';
import type { TickInput } from './control-model.js';

const MOST_START_MS = 0xffff_ffff;
const NO_STARTS = new Float64Array(0);
/** Errors: `OUT_OF_RANGE`, `BAD_LENGTH`, `TIME_ORDER`. */
export function checkInput(tick: number, fromMs: number, untilMs: number, input: TickInput): void {
  const { startMs, durationMs, reported, measuredStartsMs = NO_STARTS } = input;
  if (startMs.length !== durationMs.length) {
    throw new IsothermError('BAD_LENGTH', `durationMs has ${durationMs.length} entries, expected ${startMs.length}`);
  }
  if (startMs.length > 0 && fromMs < 0) {
    throw new IsothermError('OUT_OF_RANGE', `tick ${tick} is before any call, and has ${startMs.length}`);
  }
  let last = Number.NEGATIVE_INFINITY;
  for (const start of startMs) {
    if (!Number.isSafeInteger(start) || start >= untilMs) {
      throw new IsothermError(
        'OUT_OF_RANGE',
        `a call of tick ${tick} is at ${start}, expected whole ms before ${untilMs}`,
      );
    }
    if (start < last) throw new IsothermError('TIME_ORDER', `a call at ${start} ms comes after one at ${last} ms`);
    last = start;
  }
  for (const start of measuredStartsMs) {
    if (Number.isInteger(start) && start >= 0 && start <= MOST_START_MS) continue;
    throw new IsothermError(
      'OUT_OF_RANGE',
      `a start took ${start} ms, expected a whole number in 0..=${MOST_START_MS}`,
    );
  }
  if (reported === undefined) return;
  const { calls, coldStarts, waitMs } = reported;
  const isCount =
    Number.isSafeInteger(calls) && Number.isSafeInteger(coldStarts) && coldStarts >= 0 && calls >= coldStarts;
  if (isCount && calls <= startMs.length && waitMs >= 0 && waitMs < Number.POSITIVE_INFINITY) return;
  const found = `${coldStarts} cold starts of ${calls} calls that wait ${waitMs} ms are reported`;
  throw new IsothermError(
    'OUT_OF_RANGE',
    `${found}, expected at most ${startMs.length} calls and what of them was cold`,
  );
}

/** The calls as the engine takes them: late ones arrive as the tick begins. */
export function onTime(startMs: Float64Array, fromMs: number): { startMs: Float64Array; late: number } {
  let late = 0;
  while (late < startMs.length && startMs[late]! < fromMs) late++;
  return { startMs: late === 0 ? startMs : startMs.map((at) => Math.max(at, fromMs)), late };
}
