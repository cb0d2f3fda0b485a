/** Holds a policy of one's own to the interface: a number that cannot be meant is refused where it is given. */
import { IsothermError, type Policy, type WarmInterval } from '../kernels/index.js';
import { MOST_STARTS } from '../kernels/pure/policy/schedule.js';

const isWhole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;

function checkInterval(atMs: number, { prewarmMs, keepAliveMs }: WarmInterval, leastPrewarmMs: number): void {
  const answered = `the policy answered prewarmMs ${prewarmMs}, keepAliveMs ${keepAliveMs} at ${atMs} ms`;
  if (!isWhole(prewarmMs, leastPrewarmMs)) {
    throw new IsothermError(
      'OUT_OF_RANGE',
      `${answered}, expected prewarmMs in whole ms of at least ${leastPrewarmMs}`,
    );
  }
  if (!isWhole(keepAliveMs, 0) && keepAliveMs !== Number.POSITIVE_INFINITY) {
    throw new IsothermError('OUT_OF_RANGE', `${answered}, expected keepAliveMs in whole ms of at least 0, or Infinity`);
  }
}

/** The policy, each answer checked; what ticks start cannot be warm before a start takes, `coldStartMs`. */
export function checkedPolicy(policy: Policy, coldStartMs: number): Policy {
  return {
    ticks: policy.ticks,
    onArrival: (atMs, busy) => policy.onArrival(atMs, busy),
    onRelease(atMs) {
      const interval = policy.onRelease(atMs);
      checkInterval(atMs, interval, 0);
      return interval;
    },
    onTick(nowMs, counts, forecast) {
      const starts = policy.onTick(nowMs, counts, forecast);
      for (const start of starts) {
        if (!isWhole(start.count, 0) || start.count > MOST_STARTS) {
          const problem = `the policy starts ${start.count} instances at ${nowMs} ms`;
          throw new IsothermError('OUT_OF_RANGE', `${problem}, expected a whole number from 0 to ${MOST_STARTS}`);
        }
        checkInterval(nowMs, start, coldStartMs);
      }
      return starts;
    },
  };
}
