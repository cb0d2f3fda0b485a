/** Advantages of mean 0 and deviation 1: the pure twin of `normalize.rs` in `crates/advantage`. */
import { ensure, nonNegative } from '../check.js';
import { checkFinite, checkLength, type Reals } from './rollout.js';

/** Sums that are added up side by side: entry `i` goes to sum `i mod 8`, and these are added in order. */
const SUMS = 8;
/** A scale beyond this, of squares that lost digits below the normal numbers, says nothing. */
const LARGEST_SCALE = 1e150;
const LEAST_NORMAL = 2 ** -1022;

/** Of the entries, or of the squares of their distances from `center`. */
function sum(entries: Reals, center: number | undefined): number {
  const sums = new Float64Array(SUMS);
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    sums[i % SUMS] += center === undefined ? entry : (entry - center) * (entry - center);
  }
  return sums.reduce((all, some) => all + some, 0);
}

export function normalizeAdvantages(advantages: Reals, epsilon: number, outMoments: Float64Array): void {
  nonNegative('epsilon', epsilon);
  const count = advantages.length;
  checkFinite('the advantage', advantages, Math.max(1, count));
  checkLength('out', outMoments.length, 2);
  if (count === 0) {
    outMoments.fill(0);
    return;
  }
  const [first] = advantages;
  // Their sum may round, or overflow, and what lies between it and them would then count as deviation.
  if (advantages.every((entry: number) => entry === first)) {
    advantages.fill(0);
    outMoments[0] = first;
    outMoments[1] = 0;
    return;
  }
  const mean = sum(advantages, undefined) / count;
  const squares = sum(advantages, mean);
  const deviation = Math.sqrt(squares / (count - 1));
  const scale = 1 / (deviation + epsilon);
  const measured = Number.isFinite(squares) && (squares >= LEAST_NORMAL || scale <= LARGEST_SCALE);
  ensure(
    measured,
    'NOT_FINITE',
    () => 'the advantages are too far apart, or too close, for their deviation to be a number',
  );
  for (let i = 0; i < count; i++) {
    advantages[i] = (advantages[i] - mean) * scale;
  }
  outMoments[0] = mean;
  outMoments[1] = deviation;
}
