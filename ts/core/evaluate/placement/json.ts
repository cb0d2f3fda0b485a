/** A placement as JSON: the exact figures. */
import { conflictWords } from '../../decide/placement/conflicts/words.js';
import type { NotPlaced, Placed } from '../../decide/placement/place.js';
import { VERSION } from '../../kernels/index.js';
import { movesOf, placementHeadline } from './words.js';

/**
 * Everything that is known of a placement, for `JSON.stringify`.
 *
 * Complexity: O(functions).
 *
 * @example
 * const nodes = [{ name: 'dublin', tier: 'cloud', provider: 'aws', region: 'eu-west-1', vcpu: 8, memoryGib: 32 }];
 * const placed = placeFunctions(parsePlacement(nodes, [{ name: 'checkout', memoryMiB: 512, vcpu: 1 }]));
 * placementJson(placed, 'list prices').isPlaced; // true
 */
export function placementJson(found: Placed | NotPlaced, networkSource: string): Record<string, unknown> {
  const about = { version: VERSION, network: networkSource };
  if (!found.isPlaced) return { ...about, ...found, words: conflictWords(found) };
  const { assignment: _, prices: __, ...figures } = found;
  return { ...about, ...figures, moves: movesOf(found), words: placementHeadline(found) };
}
