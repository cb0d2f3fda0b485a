/** Pages by where the one before ended: as fast on the last page as on the first, and nothing comes twice while rows are added. */
import { IsothermError } from 'isotherm/kernels';
import { textProblem } from './admission.js';
import type { Page } from './rows.js';

const MOST_ROWS = 1000;
const DEFAULT_ROWS = 100;

/** Errors: OUT_OF_RANGE. */
export function pageLimit(limit: number = DEFAULT_ROWS): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_ROWS) return limit;
  throw new IsothermError('OUT_OF_RANGE', `limit is ${limit}, expected 1..${MOST_ROWS}`);
}

interface Kinds {
  string: string;
  number: number;
}

type Values<Names extends readonly (keyof Kinds)[]> = { [I in keyof Names]: Kinds[Names[I]] };

const encodeCursor = (values: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url');

/** Errors: BAD_ARGUMENT for what is no cursor of ours. */
export function decodeCursor<const Names extends readonly (keyof Kinds)[]>(
  cursor: string,
  kinds: Names,
): Values<Names> {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    // Said below.
  }
  const fits =
    Array.isArray(values) &&
    values.length === kinds.length &&
    kinds.every((kind, i) => typeof values[i] === kind && (kind !== 'string' || textProblem(values[i]) === undefined));
  if (!fits) throw new IsothermError('BAD_ARGUMENT', 'cursor is none that a page before gave');
  return values as Values<Names>;
}

/** The first `rows` of what was found, which is one more where another page follows; `place` is where a row stands in the order. */
export function pageOf<Row, Out>(
  found: readonly Row[],
  rows: number,
  place: (row: Row) => readonly (string | number)[],
  out: (row: Row) => Out,
): Page<Out> {
  const last = found.length > rows ? found[rows - 1] : undefined;
  return { rows: found.slice(0, rows).map(out), cursor: last === undefined ? null : encodeCursor(place(last)) };
}

/** Page after page of what `read` finds behind a row, or from the beginning; nothing is held in the database between two of them. */
export async function* allPages<Row>(
  rows: number,
  read: (after: Row | undefined) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  for (let last: Row | undefined; ; ) {
    const page = await read(last);
    yield page;
    if (page.length < rows) return;
    last = page.at(-1);
  }
}
