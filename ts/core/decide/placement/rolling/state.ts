/** What one rolling decision leaves to the next. */
import type { MigrationMemory } from '../migration.js';
import { isRaw } from './raw.js';

/** Plain values, as JSON takes them. */
export interface RollingState {
  /** Where each function is, and where the file said that it was: once it says otherwise, that counts. */
  places: readonly { name: string; node: string | null; given: string | null }[];
  memory: MigrationMemory | null;
}

/** Before the first decision. */
export const NO_PLACEMENT: RollingState = { places: [], memory: null };

const isName = (value: unknown): boolean => value === null || typeof value === 'string';

/**
 * Whether what was stored is such a state: another version may have stored it in another way.
 *
 * @param stored of `JSON.parse`.
 *
 * Errors: none, whatever is given. Complexity: O(functions).
 *
 * @example
 * isRollingState(JSON.parse(JSON.stringify(NO_PLACEMENT))); // true
 */
export function isRollingState(stored: unknown): stored is RollingState {
  if (!isRaw(stored) || !Array.isArray(stored.places)) return false;
  const { places, memory } = stored;
  const arePlaces = places.every(
    (one) => isRaw(one) && typeof one.name === 'string' && isName(one.node) && isName(one.given),
  );
  return arePlaces && (memory === null || isMemory(memory));
}

function isMemory(stored: unknown): stored is MigrationMemory {
  if (!isRaw(stored)) return false;
  const { target, prices, movedAtMs } = stored;
  return (
    isRaw(target) &&
    Object.values(target).every((node) => typeof node === 'string') &&
    Array.isArray(prices) &&
    prices.every((price) => typeof price === 'number') &&
    isRaw(movedAtMs) &&
    Object.values(movedAtMs).every((atMs) => typeof atMs === 'number')
  );
}
