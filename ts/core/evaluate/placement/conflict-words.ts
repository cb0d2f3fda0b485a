/** Why there is no placement, in words. */
import type { Conflict, Relaxation } from '../../decide/placement/infeasible.js';
import type { NotPlaced } from '../../decide/placement/place.js';
import { counted, duration, ratio, threeDigits, usd } from '../figures.js';

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
export function conflictWords({ isProved, conflicts }: NotPlaced): string[] {
  const words = conflicts.flatMap((conflict) => [headOf(conflict, isProved), ...conflict.nearest.map(nearestOf)]);
  return words;
}

function headOf({ functionName, limits }: Conflict, isProved: boolean): string {
  const names = limits.map((limit) => LIMITS[limit]);
  const list = names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} together`;
  if (functionName !== null) return `${functionName} has no node: ${list}.`;
  const found = isProved
    ? 'Not all functions can be placed'
    : 'No placement of all functions was found, though none is proved impossible';
  return `${found}: ${list === '' ? 'room' : list}.`;
}

function nearestOf({ limit, functionName, value, functionNames }: Relaxation): string {
  const whose = functionName === null ? '' : ` for ${functionName}`;
  switch (limit) {
    case 'budget':
      return `A budget of ${usd(value)}/h would do.`;
    case 'carbon':
      return `A carbon limit of ${threeDigits(value)} gCO2e/h would do.`;
    case 'latency':
      return functionName === null
        ? `Latency ceilings ${ratio(value)} as high would do.`
        : `A ceiling of ${duration(value)}${whose} would do.`;
    case 'residency':
      return functionName === null
        ? `It would do to free ${counted(value, 'function')} of residency: ${functionNames.slice(0, 5).join(', ')}${functionNames.length > 5 ? ', …' : ''}.`
        : `Without residency${whose} there is a node.`;
    default:
      return `${ratio(value)} the ${LIMITS[limit]} ${functionName === null ? 'of every node' : `of a node${whose}`} would do.`;
  }
}
