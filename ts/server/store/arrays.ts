/** Columns as PostgreSQL's array literals: a batch is one bound parameter a column. */

/** Of numbers; null and NaN stand for nothing known. */
export const numbers = (values: Iterable<number | null | undefined>): string =>
  `{${Array.from(values, (value) => (value === null || value === undefined || Number.isNaN(value) ? 'NULL' : value)).join()}}`;

export const flags = (values: Iterable<boolean | null>): string =>
  `{${Array.from(values, (value) => (value === null ? 'NULL' : value)).join()}}`;

/** Of texts, each in quotes. */
export const texts = (values: Iterable<string | null>): string =>
  `{${Array.from(values, (value) => (value === null ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`)).join()}}`;

/** Of bytes, in base64: `decode(…, 'base64')` turns each back. */
export const base64s = (values: Iterable<Uint8Array>): string =>
  `{${Array.from(values, (value) => `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`).join()}}`;

/** Rows of one statement: putting them together is a matter of a few ms, so that others get their turn. */
const STATEMENT_ROWS = 1000;

export function* inStatements<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += STATEMENT_ROWS) yield rows.slice(from, from + STATEMENT_ROWS);
}
