/** Why no pool is kept although one would pay by the forecast. */
import { usd } from './explain-words.js';

interface Size {
  /** `pool of 2` */
  name: string;
  coldStartUsd: number;
  /** What its last instance costs less what it saves, in a tick. */
  objectiveUsd: number;
}

const pays = ({ coldStartUsd, objectiveUsd }: Size): boolean => objectiveUsd <= 0 && coldStartUsd > 0;

/** A sentence; empty where a pool is kept, or none would pay. `sizes` ascend to the smallest that is allowed, `scoreUsd` is what pools have earned. */
export function poolRefusal(sizes: readonly Size[], keptInstances: number, scoreUsd: number): string {
  const smallest = sizes.at(-1);
  if (keptInstances > 0 || smallest === undefined || !sizes.some(pays)) return '';
  if (!pays(smallest))
    return `None is kept: the smallest that is allowed is a ${smallest.name}, and the last instance of it does not pay.`;
  const earned = scoreUsd < 0 ? `lost ${usd(-scoreUsd)}` : `saved ${usd(scoreUsd)}`;
  return `None is kept: pools have to prove first that they pay beside what the policy keeps anyway, and so far they would have ${earned}.`;
}
