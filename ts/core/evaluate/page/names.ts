/** Function keys short enough for a chart. */

const LONG = 16;
const KEPT = 6;

/** Hashes differ everywhere, but numbered names differ at their ends. */
function shorten(segment: string): string {
  return segment.length > LONG ? `${segment.slice(0, KEPT)}…${segment.slice(-KEPT)}` : segment;
}

/**
 * For each key its last segment, its middle left out when long; with more segments where that would make two keys look the same.
 *
 * @example
 * shortNames(['app/resize', 'shop/resize', 'app/mail']) // ['app/resize', 'shop/resize', 'mail']
 */
export function shortNames(keys: readonly string[]): string[] {
  const at = (key: string, segments: number): string => key.split('/').slice(-segments).map(shorten).join('/');
  const seen = new Map<string, number>();
  for (const key of new Set(keys)) {
    for (let segments = 1; segments <= 2; segments++) {
      const name = at(key, segments);
      seen.set(`${segments} ${name}`, (seen.get(`${segments} ${name}`) ?? 0) + 1);
    }
  }
  return keys.map((key) => {
    if (seen.get(`1 ${at(key, 1)}`) === 1) return at(key, 1);
    return seen.get(`2 ${at(key, 2)}`) === 1 ? at(key, 2) : key;
  });
}
