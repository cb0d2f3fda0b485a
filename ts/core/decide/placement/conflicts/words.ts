/** Why there is no placement, in words. */
import { counted, duration, ratio, threeDigits, usd } from '../../figures.js';
import type { NotPlaced } from '../place.js';
import { isWithin } from '../problem.js';
import type { Conflict, Relaxation } from './conflict.js';

const LIMITS: Record<Relaxation['limit'], string> = {
  memory: 'memory',
  vcpu: 'vCPU',
  instances: 'counts of instances',
  residency: 'residency',
  latency: 'latency ceilings',
  budget: 'the budget',
  carbon: 'the carbon limit',
};

/**
 * What stands in the way of a placement, and what would do, one sentence each.
 *
 * @example
 * const nodes = [{ name: 'dublin', tier: 'cloud', provider: 'aws', region: 'eu-west-1', vcpu: 8, memoryGib: 32 }];
 * const found = placeFunctions(parsePlacement(nodes, [{ name: 'ledger', memoryMiB: 512, vcpu: 1, residency: 'us' }]));
 * !found.isPlaced && conflictWords(found)[0]; // 'ledger has no node: residency.'
 */
export function conflictWords({ isProved, conflicts, together = [] }: NotPlaced): string[] {
  // Receipts of earlier versions say of all conflicts together whether they are proved.
  const words = conflicts.flatMap((conflict) => [
    headOf({ ...conflict, isProved: conflict.isProved ?? isProved }),
    ...conflict.nearest.map(nearestOf),
  ]);
  // What does for several conflicts is said once.
  return [...new Set(words), ...together.map(togetherOf)];
}

function headOf({ functionName, limits, isProved }: Conflict): string {
  const names = limits.map((limit) => LIMITS[limit]);
  const list = names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} together`;
  if (functionName !== null) return `${functionName} has no node: ${list === '' ? 'there is none' : list}.`;
  const found = isProved
    ? 'Not all functions can be placed'
    : 'No placement was found with these limits, though it is not proved that there is none';
  return `${found}: ${list === '' ? 'room' : list}.`;
}

function nearestOf(one: Relaxation): string {
  const { limit, functionName } = one;
  if (limit === 'residency') {
    return functionName === null
      ? `It would do to free ${counted(enough(one), 'function')} of residency: ${namesOf(one)}.`
      : `Without residency for ${functionName} there is a node.`;
  }
  const words = valueWords(one);
  return `${words[0].toUpperCase()}${words.slice(1)} would do.`;
}

const togetherOf = (all: readonly Relaxation[]): string => {
  if (all.length === 1) return nearestOf(all[0]);
  const words = all.map(valueWords);
  return `Together would do: ${words.slice(0, -1).join('; ')}; and ${words.at(-1)}.`;
};

/** A value that a limit would have. */
function valueWords(one: Relaxation): string {
  const { limit, functionName } = one;
  const value = enough(one);
  const whose = functionName === null ? '' : ` for ${functionName}`;
  switch (limit) {
    case 'budget':
      return `a budget of ${usd(value)}/h`;
    case 'carbon':
      return `a carbon limit of ${threeDigits(value)} gCO2e/h`;
    case 'latency':
      return functionName === null
        ? `latency ceilings ${ratio(value)} as high`
        : `a ceiling of ${duration(value)}${whose}`;
    case 'residency':
      return `${counted(value, 'function')} free of residency (${namesOf(one)})`;
    default:
      return `${ratio(value)} the ${LIMITS[limit]} ${functionName === null ? 'of every node' : `of a node${whose}`}`;
  }
}

/** The least figure of three digits that does as well: the nearest may be too little. */
function enough({ limit, value }: Relaxation): number {
  const isSum = limit === 'budget' || limit === 'carbon';
  const nearest = Number(value.toPrecision(3));
  if (isSum ? isWithin(value, nearest) : value <= nearest) return nearest;
  const [digits, exponent] = nearest.toExponential(2).split('e');
  return Number(`${Math.round(Number(digits) * 100) + 1}e${Number(exponent) - 2}`);
}

const namesOf = ({ functionNames }: Relaxation): string =>
  `${functionNames.slice(0, 5).join(', ')}${functionNames.length > 5 ? ', …' : ''}`;
