/** What the reader of advice must know beside its figures. */
import type { TargetTerms } from '../../decide/advise/target.js';
import type { BillModel } from '../../decide/index.js';
import type { Trace } from '../../trace/index.js';
import { keepAliveSentence } from './keep-alive.js';
import { hasSizes } from './memory.js';
import type { Prepared } from './plan.js';

const DAY_MINUTES = 1440;

/** What cannot be set, cannot be known, or was not tried. */
export function adviceNotes(trace: Trace, terms: TargetTerms, model: BillModel): string[] {
  const notes = [...terms.limits];
  if (terms.kinds.includes('scheduled') && trace.minutes < 2 * DAY_MINUTES) {
    notes.push(
      'A schedule by the hour was not tried: no hour of the judged part was seen on a day before. It takes two days, and four to be chosen.',
    );
  }
  if (terms.target === 'lambda-pc' && !hasSizes(trace, model)) {
    notes.push(
      'Memory: no function ran with two sizes a hundred times each, so what another size would cost cannot be known from this trace.',
    );
  }
  return notes;
}

/** What the figures rest on. */
export function adviceAssumptions(trace: Trace, { plan: { terms }, keepAlive }: Prepared, model: BillModel): string[] {
  const own = [
    'Each instance serves one call at a time.',
    `${keepAliveSentence(keepAlive)}.`,
    ...(terms.readyDelayMs > 0
      ? [
          `A number that is set takes ${terms.readyDelayMs / 60_000} minutes and a start time to be ready, and is paid for from the beginning.`,
        ]
      : []),
    ...(trace.kind === 'counts'
      ? ['Every call of a function lasts its mean duration, so that latencies differ by the wait alone.']
      : []),
    'A function is as large as the memory that the trace has.',
  ];
  return [...own, ...model.assumptions];
}
