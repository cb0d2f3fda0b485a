/** A function, in a row and in full. */
import { type Static, Type } from 'typebox';
import { Decision, Forecast, Trust } from './decisions.js';
import { Recent, Savings, Totals } from './figures.js';
import { Limits } from './limits.js';
import { AtLeast0, Count, FunctionKey, OrNull, TimeMs } from './parts.js';

export const FunctionRow = Type.Object(
  {
    functionKey: FunctionKey,
    calls: Count('Calls seen.'),
    callsPerMinute: AtLeast0('Mean over the last ten minutes.'),
    predictedPerMinute: OrNull(AtLeast0('Forecast: mean over the next ten minutes.')),
    coldStarts: Count('Cold starts under our decisions.'),
    comparedColdStarts: Count('Cold starts of what ours is compared with.'),
    savedUsd: Type.Number({ description: 'Saved objective; negative for a loss.' }),
    desiredInstances: Count('Desired instances.'),
    model: OrNull(Type.String({ description: 'Of the forecast in use.' })),
    demoted: Type.Boolean(),
    paused: Type.Boolean(),
    gap: Type.Boolean({ description: 'True while its data is missing: the last decision is held.' }),
    lastCallMs: OrNull(TimeMs('Its last call.')),
  },
  { title: 'FunctionRow' },
);

export const Gap = Type.Object(
  { fromMs: TimeMs('Since when.'), toMs: OrNull(TimeMs('Until when; null while it is open.')), reason: Type.String() },
  { title: 'Gap', description: 'A time without data, over which nothing is learnt.' },
);

export const StartSource = Type.Union([Type.Literal('configured'), Type.Literal('measured'), Type.Literal('table')], {
  description:
    'Where the time of a start is from: a table, or what the provider told of starts, unless it is configured.',
});

export const FunctionDetail = Type.Object(
  {
    functionKey: FunctionKey,
    firstSeenMs: TimeMs('Its first sample.'),
    lastCallMs: OrNull(TimeMs('Its last call.')),
    memoryMiB: OrNull(AtLeast0('Memory of an instance.')),
    durationMs: OrNull(AtLeast0('Mean duration of a call.')),
    startMs: OrNull(AtLeast0('Time that a start takes, as it is in force.')),
    startFrom: OrNull(StartSource),
    lateSamples: Count('Samples that came after their tick.'),
    ours: Totals,
    compared: Totals,
    saved: Savings,
    forecast: OrNull(Forecast),
    decision: OrNull(Decision),
    limits: Limits,
    paused: Type.Boolean(),
    trust: Type.Array(Trust, { description: 'Every model: the one in use, then those with the least loss first.' }),
    recent: Recent,
    gaps: Type.Array(Gap, { description: 'The last ones, newest first.' }),
  },
  { title: 'FunctionDetail' },
);

export type FunctionRow = Static<typeof FunctionRow>;
export type Gap = Static<typeof Gap>;
export type FunctionDetail = Static<typeof FunctionDetail>;
