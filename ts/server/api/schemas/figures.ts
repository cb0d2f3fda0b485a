/** What it came to: totals, savings, and the last steps. */
import { type Static, Type } from 'typebox';
import { AtLeast0, Count, OneOf, OrNull, TimeMs } from './parts.js';

export const AGAINST = ['fixed-10min replayed', 'provider reported', 'mixed'] as const;
export const Against = OneOf(AGAINST, {
  description:
    'What ours is compared with: cold starts that the provider reports, or the policy `fixed-10min` over the same calls where it reports none.',
});

export const Totals = Type.Object(
  {
    calls: Count('Calls seen.'),
    coldStarts: Count('Calls that found no warm instance.'),
    preWarms: Count('Instances started ahead of calls.'),
    idleMs: AtLeast0('Instance milliseconds warm and idle.'),
    idleGbHours: AtLeast0('The same, by memory.'),
    waitMs: AtLeast0('What calls waited for starts, in sum.'),
    idleUsd: AtLeast0('Price of the idle time.'),
    coldStartUsd: AtLeast0('Price of the waiting.'),
    preWarmUsd: AtLeast0('Price of the starts ahead.'),
    objectiveUsd: AtLeast0('The sum of the three, which policies minimise.'),
    carbonGco2e: AtLeast0('Grams of CO2 equivalent of the idle time.'),
  },
  {
    title: 'Totals',
    description: 'What happened under a policy so far. Warm intervals that are still open count until now.',
  },
);

export const Savings = Type.Object(
  {
    objectiveUsd: Type.Number(),
    idleUsd: Type.Number(),
    coldStarts: Type.Integer(),
    waitMs: Type.Number(),
    carbonGco2e: Type.Number(),
    against: Against,
  },
  { title: 'Savings', description: 'What was compared minus ours: a negative number is a loss.' },
);

const Series = (description: string) => Type.Array(OrNull(Type.Number({ minimum: 0 })), { description });

export const Recent = Type.Object(
  {
    fromMs: TimeMs('Beginning of the first step.'),
    stepMs: Type.Integer({ minimum: 1, description: 'Length of a step.' }),
    calls: Series('Actual calls.'),
    predicted: Series(
      'Calls as they were forecast when the step began; null before there was anything to forecast them from.',
    ),
    coldStarts: Series('Cold starts under our decisions.'),
    comparedColdStarts: Series('Cold starts of what ours is compared with.'),
    warm: Series('Most warm instances at once, busy or idle.'),
    busy: Series('Most instances busy at once.'),
    desired: Series('Most desired instances at once.'),
  },
  { title: 'Recent', description: 'The last steps, oldest first, all of one length. Null where no data came.' },
);

export type Against = Static<typeof Against>;
export type Totals = Static<typeof Totals>;
export type Savings = Static<typeof Savings>;
export type Recent = Static<typeof Recent>;
