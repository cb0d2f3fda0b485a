/** What is forecast, and what is decided upon it. */
import { type Static, Type } from 'typebox';
import { AtLeast0, Count, FunctionKey, OrNull, TimeMs } from './parts.js';

export const Forecast = Type.Object(
  {
    functionKey: FunctionKey,
    model: Type.String(),
    version: Type.String(),
    atMs: TimeMs('When it was made; its first step begins here.'),
    stepMs: Type.Integer({ minimum: 1 }),
    calls: Type.Array(AtLeast0('Forecast calls in the step.')),
    level: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'Share of outcomes that the intervals shall hold.',
    }),
    blocks: Type.Object(
      {
        fromMs: TimeMs('Beginning of the first block: the end of the last whole minute.'),
        durationMs: Type.Integer({ minimum: 1 }),
        calls: Type.Array(AtLeast0('Forecast calls in the block.')),
        lower: Type.Array(AtLeast0('Lower bound of the interval.')),
        upper: Type.Array(AtLeast0('Upper bound of the interval.')),
      },
      { description: 'Blocks of ten minutes up to the horizon, with intervals: what models are scored by.' },
    ),
    demotedFrom: OrNull(Type.String({ description: 'The model that was asked for, while it is not trusted.' })),
  },
  { title: 'Forecast' },
);

export const Trust = Type.Object(
  {
    model: Type.String(),
    version: Type.String(),
    blocks: Count('Ten-minute blocks that its score is over.'),
    loss: OrNull(AtLeast0('Mean absolute error over recent blocks, in calls.')),
    coverage: OrNull(
      Type.Number({ minimum: 0, maximum: 1, description: 'Share of recent blocks inside its 90 % interval.' }),
    ),
    inUse: Type.Boolean(),
    demoted: Type.Boolean(),
  },
  { title: 'Trust', description: 'How a model did on the recent past.' },
);

export const Decision = Type.Object(
  {
    functionKey: FunctionKey,
    atMs: TimeMs('When it was made.'),
    tick: Count('The tick that made it.'),
    keepAliveMs: OrNull(AtLeast0('How long an instance is kept after its last release; null for ever.')),
    prewarmMs: AtLeast0('How long after a release it is started again.'),
    poolInstances: Count('The pool: instances kept warm whatever the calls do.'),
    desiredInstances: Count('Desired instances: those that shall be warm now, busy or idle, within limits.'),
    starts: Count('Instances to start now.'),
    heldTicks: Count('Ticks for which it has stood.'),
    reason: Type.String({ description: 'Why, in short words.' }),
    bound: Type.Array(Type.String(), { description: 'Limits that changed it.' }),
    receiptId: OrNull(Type.String()),
  },
  { title: 'Decision' },
);

export const Desired = Type.Object(
  {
    value: Type.Number({
      minimum: 0,
      description: 'Desired instances: those that shall be warm, busy or idle. Always finite.',
    }),
    asOfMs: TimeMs('When it was decided.'),
    stale: Type.Boolean({
      description: 'True while the loop starts, is behind or paused: the last good value is held.',
    }),
    functionKey: FunctionKey,
  },
  { title: 'Desired', description: "The number for KEDA's `metrics-api` trigger, at `valueLocation: value`." },
);

export type Forecast = Static<typeof Forecast>;
export type Trust = Static<typeof Trust>;
export type Decision = Static<typeof Decision>;
export type Desired = Static<typeof Desired>;
