/** What a decision followed from, and whether it does. */
import { type Static, Type } from 'typebox';
import { Decision } from './decisions.js';
import { StartSource } from './functions.js';
import { Limits } from './limits.js';
import { AtLeast0, Count, FunctionKey, OrNull, TimeMs } from './parts.js';

export const ReceiptRow = Type.Object(
  {
    id: Type.String(),
    functionKey: FunctionKey,
    atMs: TimeMs('When the decision was made.'),
    tick: Count('The tick that made it.'),
    desiredInstances: Count('Desired instances.'),
    poolInstances: Count('Its pool: instances kept warm whatever the calls do.'),
    keepAliveMs: OrNull(AtLeast0('Its keep-alive; null for ever.')),
    reason: Type.String(),
  },
  { title: 'ReceiptRow' },
);

export const Receipt = Type.Object(
  {
    id: Type.String(),
    kind: Type.Literal('tick'),
    decision: Type.Omit(Decision, ['heldTicks', 'receiptId']),
    policy: Type.String(),
    spec: Type.Record(Type.String(), Type.Unknown(), { description: "The policy's settings." }),
    inputsDigest: Type.String({ description: 'SHA-256 over the state at the last checkpoint and the samples since.' }),
    saw: Type.Record(Type.String(), Type.Number(), { description: 'What the policy knew.' }),
    forecast: OrNull(
      Type.Object({
        model: Type.String(),
        version: Type.String(),
        nextTick: AtLeast0('Forecast calls until the next tick.'),
        fromMs: TimeMs('Up to when its calls were known.'),
        calls: AtLeast0('Forecast calls in the ten minutes from there.'),
        lower: AtLeast0('Lower bound of the 90 % interval.'),
        upper: AtLeast0('Upper bound of the 90 % interval.'),
        demotedFrom: OrNull(Type.String({ description: 'The model that was asked for, while it is not trusted.' })),
      }),
    ),
    alternatives: Type.Array(Type.Object({ name: Type.String(), terms: Type.Record(Type.String(), Type.Number()) }), {
      description: 'What was chosen and what was not, with the terms of their cost.',
    }),
    limits: Limits,
    prices: Type.Record(Type.String(), Type.Number()),
    startTime: Type.Object(
      {
        ms: AtLeast0('Whole ms.'),
        from: StartSource,
        measurements: Count('How many measured starts it is the median of.'),
      },
      { description: 'How long a start takes: what is started is started so much ahead, and prices are of it.' },
    ),
    seed: Type.Integer(),
    backend: Type.String(),
    version: Type.String(),
    record: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description:
          'The receipt as it is stored, in times since the epoch: what is compared when it is computed again.',
      }),
    ),
  },
  { title: 'Receipt', description: 'A decision with everything it followed from.' },
);

export const Recomputation = Type.Object(
  {
    id: Type.String(),
    same: Type.Boolean({ description: 'True if the stored samples and settings give the same receipt, bit by bit.' }),
    checkpointTick: OrNull(
      Count('The tick from whose state it was computed; null of a placement, which is kept whole.'),
    ),
    samples: OrNull(Count('Samples that were fed since; null of a placement.')),
    differences: Type.Array(Type.Object({ place: Type.String(), stored: Type.Unknown(), recomputed: Type.Unknown() })),
  },
  { title: 'Recomputation' },
);

export type ReceiptRow = Static<typeof ReceiptRow>;
export type Receipt = Static<typeof Receipt>;
export type Recomputation = Static<typeof Recomputation>;
