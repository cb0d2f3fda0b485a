/** The judged part of a trace as a month like it: bills and counts stand beside each other over the same time. */

import { span } from '../../decide/figures.js';
import { MONTH_MS } from '../../decide/index.js';
import type { Split } from './split.js';

/** How many months the judged part is. */
export const monthsOf = ({ minutes, judgeFrom }: Pick<Split, 'minutes' | 'judgeFrom'>): number =>
  ((minutes - judgeFrom) * 60_000) / MONTH_MS;

/** What so many in a part are in a month like it, to a whole number; NaN stays. */
export const inAMonth = (count: number, months: number): number => Math.round(count / months);

/** 'a month like the last 12 h'. */
export const likeTheLast = ({ minutes, judgeFrom }: Pick<Split, 'minutes' | 'judgeFrom'>): string =>
  `a month like the last ${span(minutes - judgeFrom)}`;
