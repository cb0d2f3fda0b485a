/** Receipts of a function that decide the same number of instances, one after the other, as one line of a list. */
import { count } from '../../core/decide/figures.js';
import type { ReceiptRow } from '../api/schemas/receipts.js';
import { long } from './words.js';

/** What was decided once and stood, while pool and keep-alive moved: its receipts, newest first. */
export interface ReceiptRun {
  newest: ReceiptRow;
  receipts: ReceiptRow[];
}

/** A number is what is acted upon. Keeping instances for good is another decision than for any time. */
const isSame = (a: ReceiptRow, b: ReceiptRow): boolean =>
  a.desiredInstances === b.desiredInstances && (a.keepAliveMs === null) === (b.keepAliveMs === null);

/** `rows` are newest first, of one function or of many; every one of them is in one run. Runs stand where their newest receipt stood. */
export function receiptRuns(rows: readonly ReceiptRow[]): ReceiptRun[] {
  const runs: ReceiptRun[] = [];
  const oldest = new Map<string, ReceiptRun>();
  for (const row of rows) {
    const run = oldest.get(row.functionKey);
    if (run !== undefined && isSame(run.newest, row)) {
      run.receipts.push(row);
      continue;
    }
    const next = { newest: row, receipts: [row] };
    oldest.set(row.functionKey, next);
    runs.push(next);
  }
  return runs;
}

/** `4 min`, or `4 to 6 min` of a run in which it moved. */
function range(values: readonly number[], figure: (value: number) => string): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(figure) as [string, string];
  if (least === most) return most;
  const [number, unit, ...others] = least.split(/[\u00a0 ]/);
  // A unit that is the only one of both is said once.
  const isShared =
    others.length === 0 &&
    most
      .split(/[\u00a0 ]/)
      .slice(1)
      .join() === unit;
  return `${isShared ? number : least} to ${most}`;
}

export const poolWords = ({ receipts }: ReceiptRun): string =>
  range(
    receipts.map(({ poolInstances }) => poolInstances),
    count,
  );

export const keepAliveWords = ({ newest, receipts }: ReceiptRun): string =>
  newest.keepAliveMs === null
    ? 'for good'
    : range(
        receipts.map(({ keepAliveMs }) => keepAliveMs ?? 0),
        long,
      );
