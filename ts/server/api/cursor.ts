/** Cursors as clients see them: opaque, and good only for the list and the filters that they came from. */
import { createHash } from 'node:crypto';
import { ApiError } from './problem.js';
import type { Page } from './schemas/pages.js';

/** What a cursor belongs to: a list and its query without cursor and page size. */
function listOf(list: string, query: Record<string, unknown>): string {
  const filters = Object.entries(query)
    .filter(([name, value]) => name !== 'cursor' && name !== 'limit' && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([list, filters]))
    .digest('base64url')
    .slice(0, 8);
}

const refused = (): ApiError =>
  new ApiError('BAD_CURSOR', 'expected `nextCursor` of the page before, with the same filters', {
    errors: [{ in: 'query', pointer: 'cursor', message: 'expected `nextCursor` of the page before' }],
  });

/** The query as the plane takes it: its own cursor, and a page size. */
export function settle<Query extends { cursor?: string; limit?: number }>(
  list: string,
  query: Query,
): Query & { limit: number } {
  const settled = { ...query, limit: query.limit ?? 100 };
  if (query.cursor === undefined) return settled;
  const text = Buffer.from(query.cursor, 'base64url').toString();
  const from = listOf(list, query);
  if (!text.startsWith(`${from}.`)) throw refused();
  settled.cursor = text.slice(from.length + 1);
  return settled;
}

/** The page as clients take it. */
export function wrap<Item>(list: string, query: Record<string, unknown>, page: Page<Item>): Page<Item> {
  if (page.nextCursor === null) return page;
  return { ...page, nextCursor: Buffer.from(`${listOf(list, query)}.${page.nextCursor}`).toString('base64url') };
}
