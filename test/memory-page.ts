/** Pages of what a plane for tests keeps. */
import { IsothermError } from 'isotherm/kernels';
import type { Page } from '../ts/server/api/schemas/pages.js';

/** Pages by position: enough where nothing is added meanwhile. */
export function page<Item>(items: readonly Item[], { cursor, limit }: { cursor?: string; limit: number }): Page<Item> {
  const from = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(from) || from < 0) throw new IsothermError('BAD_ARGUMENT', 'the cursor is none of this plane');
  const to = from + limit;
  return { items: items.slice(from, to), nextCursor: to < items.length ? String(to) : null };
}
