/** Whether a receipt that was computed again is the one that was kept, and where it is not. */
import type { TickReceipt } from '../decide/receipt.js';

/** A place where two receipts differ, as a JSON pointer. */
export interface ReceiptDifference {
  place: string;
  stored: unknown;
  recomputed: unknown;
}

/**
 * Every place where two receipts differ, as JSON has them, however a store orders their names. The backend that computed them may be another. O(size).
 *
 * @example
 * receiptDifferences({ tick: 3, backend: 'wasm' }, { tick: 4, backend: 'pure' }); // [{ place: '/tick', stored: 3, recomputed: 4 }]
 */
export function receiptDifferences(stored: unknown, recomputed: unknown): ReceiptDifference[] {
  return [...differences(asJson(stored), asJson(recomputed), '')];
}

/** Whether two receipts say the same; the backend that computed them may be another. */
export function sameReceipt(one: TickReceipt | null, other: TickReceipt | null): boolean {
  return receiptDifferences(one, other).length === 0;
}

function asJson(receipt: unknown): unknown {
  const json: unknown = JSON.parse(JSON.stringify(receipt ?? null));
  if (!isTree(json) || Array.isArray(json)) return json;
  const { backend: _, ...rest } = json;
  return rest;
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function* differences(stored: unknown, recomputed: unknown, place: string): Generator<ReceiptDifference> {
  if (stored === recomputed) return;
  if (!isTree(stored) || !isTree(recomputed) || Array.isArray(stored) !== Array.isArray(recomputed)) {
    yield { place: place === '' ? '/' : place, stored, recomputed };
    return;
  }
  for (const name of new Set([...Object.keys(stored), ...Object.keys(recomputed)])) {
    yield* differences(stored[name], recomputed[name], `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}
