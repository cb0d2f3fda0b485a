/** The order in which samples are fed: the same whether they come from memory or from a database. */
import type { StoredSample } from './rows.js';

const startOf = (sample: StoredSample): number => (sample.kind === 'call' ? sample.atMs : sample.fromMs);
const spanOf = (sample: StoredSample): number => (sample.kind === 'call' ? 0 : sample.toMs - sample.fromMs);

/** Calls without an id of their own are told apart by their place, the others by the id alone. */
const placeOf = (sample: StoredSample): number =>
  sample.kind === 'call' && sample.id === undefined ? sample.ordinal : 0;
const idOf = (sample: StoredSample): string => (sample.kind === 'call' ? (sample.id ?? '') : '');

/**
 * By tick, time, length (calls before counts), place in the request, and id; texts by code points, as a database without a locale sorts them.
 * Two different samples of one function never compare as equal; of different functions neither comes first.
 */
export function inFeedOrder(a: StoredSample, b: StoredSample): number {
  return (
    a.tick - b.tick ||
    startOf(a) - startOf(b) ||
    spanOf(a) - spanOf(b) ||
    placeOf(a) - placeOf(b) ||
    byCodePoints(idOf(a), idOf(b))
  );
}

/** JavaScript compares UTF-16 units: surrogates lie below U+E000..U+FFFF there, and above them in UTF-8. */
function byCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xe000;
