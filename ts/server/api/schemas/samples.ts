/** What is brought: calls, counts, files. */
import { type Static, Type } from 'typebox';
import { Count, closed, FunctionKey, OrNull, TimeMs } from './parts.js';

export const CallSample = Type.Object(
  {
    functionKey: FunctionKey,
    atMs: TimeMs('When the call arrived.'),
    durationMs: Type.Number({ minimum: 0, maximum: 31_536_000_000, description: 'How long it ran.' }),
    id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'Tells calls of one function and millisecond apart. Without it, their place in the request does.',
      }),
    ),
    coldStart: Type.Optional(
      Type.Boolean({ description: 'True if the platform said that it started an instance for this call.' }),
    ),
    initMs: Type.Optional(
      Type.Number({ minimum: 0, maximum: 31_536_000_000, description: 'How long that start took.' }),
    ),
    memoryMiB: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 16_777_216 })),
    error: Type.Optional(Type.Boolean({ description: 'True if the call failed.' })),
  },
  { title: 'CallSample', description: 'One call.', ...closed },
);

export const CountSample = Type.Object(
  {
    functionKey: FunctionKey,
    fromMs: TimeMs('Beginning of the interval, included.'),
    toMs: TimeMs('End of the interval, not included.'),
    calls: Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'Calls that arrived in the interval.' }),
    durationMs: Type.Optional(
      Type.Number({ minimum: 0, maximum: 31_536_000_000, description: 'Their mean duration.' }),
    ),
    coldStarts: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 })),
    memoryMiB: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 16_777_216 })),
  },
  { title: 'CountSample', description: 'Calls counted over an interval. They are spread over it evenly.', ...closed },
);

export const Sample = Type.Union([CallSample, CountSample], {
  title: 'Sample',
  description: 'A call, or calls counted over an interval.',
});

/** Samples that one request may carry. */
export const MOST_SAMPLES = 50_000;

export const SampleBatch = Type.Object(
  { samples: Type.Array(Sample, { minItems: 1, maxItems: MOST_SAMPLES }) },
  { title: 'SampleBatch', ...closed },
);

export const RejectedSample = Type.Object(
  {
    index: Count('Its place in the request or file, from 0.'),
    code: Type.String({
      description: 'Why, for programs: SAMPLE_CONFLICT where another content is stored under the same identity.',
    }),
    message: Type.String({ description: 'Why, for people.' }),
  },
  { title: 'RejectedSample' },
);

export const PushResult = Type.Object(
  {
    accepted: Count('New samples, committed to the store.'),
    duplicates: Count('Samples that were stored before, with the same content.'),
    late: Count(
      'Of the accepted: those whose tick was closed. They are kept under their own time and decided upon now.',
    ),
    rejected: Type.Array(RejectedSample, { description: 'At most the first 1000.' }),
    rejectedTotal: Count('All that were rejected.'),
  },
  { title: 'PushResult' },
);

export const UploadProgress = Type.Object(
  { bytes: Count('Bytes read.'), rows: Count('Rows read.'), samples: Count('Samples committed or found stored.') },
  { title: 'UploadProgress' },
);

export const UploadResult = Type.Object(
  {
    name: Type.String(),
    format: OrNull(Type.String({ description: 'The format that was recognised.' })),
    ...UploadProgress.properties,
    ...PushResult.properties,
  },
  { title: 'UploadResult' },
);

export type CallSample = Static<typeof CallSample>;
export type CountSample = Static<typeof CountSample>;
export type Sample = Static<typeof Sample>;
export type RejectedSample = Static<typeof RejectedSample>;
export type PushResult = Static<typeof PushResult>;
export type UploadProgress = Static<typeof UploadProgress>;
export type UploadResult = Static<typeof UploadResult>;
