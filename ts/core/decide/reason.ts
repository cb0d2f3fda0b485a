/** Why a decision is as it is, in words that an operator understands. */
import type { LimitName } from './limits.js';
import type { LiveDecision } from './live-decision.js';

/** What a decision followed from. */
export interface Told {
  /** What the policy starts of its own, and what the pool lacks beside those. */
  ownStarts: number;
  lacking: number;
  /** Instances before the tick. */
  there: number;
  /** Calls forecast per tick of `tickMs`, by `model`. */
  calls: Float64Array;
  tickMs: number;
  model: string;
}

const LIMIT_WORDS: Record<LimitName, (desired: number) => string> = {
  minInstances: (desired) => `raised to the least of ${desired}`,
  maxInstances: (desired) => `held at the most of ${desired}`,
  maxStep: () => 'held to the largest step',
  maxRatePerMin: () => 'held, as the changes of this minute are used up',
  coolDownMs: () => 'held while it cools down',
  paused: () => 'held, as it is paused',
};

const instances = (count: number): string => (count === 1 ? '1 instance' : `${count} instances`);

function forecast({ calls, tickMs, model }: Told): string {
  const next = calls.length > 0 ? calls[0]! : 0;
  return `${Number(next.toPrecision(3))} calls forecast in ${tickMs / 1000} s by ${model}`;
}

export function reasonFor(decision: LiveDecision, previous: LiveDecision | null, told: Told): string {
  const { desiredInstances, poolInstances } = decision;
  const why: string[] = [];
  if (told.lacking > 0) why.push(`the pool of ${poolInstances} lacks ${told.lacking}: ${forecast(told)}`);
  if (told.ownStarts > 0) why.push(`the policy starts ${told.ownStarts} ahead`);
  if (why.length === 0 && previous !== null && poolInstances !== previous.poolInstances) {
    why.push(
      poolInstances === 0 ? `no pool any more: ${forecast(told)}` : `a pool of ${poolInstances}: ${forecast(told)}`,
    );
  }
  if (why.length === 0) why.push(changeWords(decision, previous, told.there));
  const bound = decision.bound.map((name) => LIMIT_WORDS[name](desiredInstances));
  return [...why, ...bound].join('; ');
}

/** Without starts and with the pool as it was: what calls and the policy's intervals came to. */
function changeWords({ keepAliveMs }: LiveDecision, previous: LiveDecision | null, there: number): string {
  if (previous === null) return there === 0 ? 'nothing was called yet' : `calls hold ${instances(there)}`;
  if (there === 0) return 'the last instance went: no call is forecast soon enough';
  if (there > previous.desiredInstances) return `calls need ${instances(there)}`;
  if (there < previous.desiredInstances) return `fewer calls: ${instances(there)} kept`;
  if (keepAliveMs !== previous.keepAliveMs) return 'the policy learnt another time to keep instances';
  return `${instances(there)} kept`;
}
