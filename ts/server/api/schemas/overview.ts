/** The plane as a whole: how it is, and what it came to. */
import { type Static, Type } from 'typebox';
import { Recent, Savings, Totals } from './figures.js';
import { Pause } from './limits.js';
import { AtLeast0, Count, OneOf, OrNull, TimeMs } from './parts.js';

export const Status = Type.Object(
  {
    mode: Type.Literal('shadow'),
    version: Type.String(),
    backend: Type.String(),
    nowMs: TimeMs("The control plane's clock."),
    startedAtMs: TimeMs('When this process began.'),
    epochMs: TimeMs('Where engine time is 0.'),
    tickMs: Type.Integer({ minimum: 1 }),
    tick: Type.Integer({ minimum: -1, description: 'The last tick that was processed.' }),
    lastTickAtMs: OrNull(TimeMs('When it was processed.')),
    lastTickTookMs: OrNull(AtLeast0('How long it took.')),
    lagMs: AtLeast0('How far the loop stays behind the clock, so that data can come in.'),
    loop: OneOf(['starting', 'running', 'behind', 'ended', 'stopped'], {
      description:
        '`behind`: ticks are due that were not processed, or the clock was set back and is before the last one. `ended`: the trace that is replayed has come to its end, and the last decisions stand. `stopped`: it was stopped, or an error ended it.',
    }),
    provider: Type.Object({
      name: Type.String(),
      state: OneOf(['up', 'down', 'idle']),
      detail: OrNull(Type.String()),
      lastSampleMs: OrNull(TimeMs('Time of the newest sample.')),
      replay: OrNull(
        Type.Object(
          { speed: OrNull(AtLeast0('Times as fast as the clock; null where it goes as fast as it can.')) },
          { description: 'A trace that is replayed; null where calls are observed or brought as they come.' },
        ),
      ),
    }),
    store: Type.Object({
      kind: Type.String(),
      state: OneOf(['up', 'down']),
      sinceMs: OrNull(TimeMs('Since when it is down.')),
      detail: OrNull(Type.String()),
    }),
    functions: Count('Functions known.'),
    samples: Type.Object({
      accepted: Count('Committed by this process.'),
      duplicates: Count('Found stored.'),
      late: Count('Came after their tick.'),
      rejected: Count('Refused.'),
    }),
    paused: Type.Array(Pause),
    degraded: Type.Array(Type.String(), {
      description: 'What is not as it should be, in words; empty when all is well.',
    }),
  },
  { title: 'Status' },
);

export const SummaryDay = Type.Object(
  { fromMs: TimeMs('Midnight UTC.'), ours: Totals, compared: Totals, saved: Savings },
  { title: 'SummaryDay' },
);

export const Summary = Type.Object(
  {
    fromMs: OrNull(TimeMs('The first tick that decided.')),
    toMs: OrNull(TimeMs('The last tick.')),
    functions: Count('Functions known.'),
    ours: Totals,
    compared: Totals,
    saved: Savings,
    forecasts: Type.Object({
      learning: Count('Functions with fewer than 19 scored blocks, whose intervals hold less than 90 % yet.'),
      blocks: Count('Ten-minute blocks scored.'),
      meanAbsoluteError: OrNull(AtLeast0('Over them, in calls.')),
      coverage: OrNull(
        Type.Number({ minimum: 0, maximum: 1, description: 'Share of blocks inside the 90 % interval.' }),
      ),
      demoted: Count('Functions whose model is not trusted now.'),
      models: Type.Array(
        Type.Object({
          model: Type.String(),
          functions: Count('Functions that use it.'),
          learning: Count('Of them, those with fewer than 19 scored blocks.'),
          blocks: Count('Ten-minute blocks of theirs that it is scored over.'),
          meanAbsoluteError: OrNull(AtLeast0('Over them, in calls.')),
          coverage: OrNull(
            Type.Number({ minimum: 0, maximum: 1, description: 'Share of them inside the 90 % interval.' }),
          ),
        }),
      ),
    }),
    instances: Type.Object({
      desired: Count('Desired instances, in sum.'),
      pool: Count('Of them, in pools.'),
      busy: Count('Busy at the last tick.'),
    }),
    recent: Recent,
    days: Type.Array(SummaryDay, { description: 'Oldest first.' }),
  },
  { title: 'Summary', description: 'What would have been saved so far.' },
);

export type Status = Static<typeof Status>;
export type SummaryDay = Static<typeof SummaryDay>;
export type Summary = Static<typeof Summary>;
