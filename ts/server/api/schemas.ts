/**
 * What crosses the API, as JSON Schema: the one source of its shapes. Types are derived of it, requests are checked by it, the OpenAPI document is made of it.
 * Times are whole milliseconds since 1970 (UTC) unless a name says otherwise; money is USD; a `title` is the shape's name in the OpenAPI document.
 */
import { MOST_INSTANCES } from 'isotherm/decide';
import { type Static, type TSchema, Type } from 'typebox';

const closed = { additionalProperties: false };

/** Beyond it `Date` ends. */
const LAST_MS = 8_640_000_000_000_000;

const TimeMs = (description: string) => Type.Integer({ minimum: 0, maximum: LAST_MS, description });
const AtLeast0 = (description: string) => Type.Number({ minimum: 0, description });
const Count = (description: string) => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
const OrNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
/** A list of words of which one holds. */
const OneOf = <const Words extends readonly string[]>(words: Words, options: { description?: string } = {}) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], ...options });

export const FunctionKey = Type.String({
  minLength: 1,
  maxLength: 512,
  description: 'Name of a function, as its source gives it.',
});

// ---- Samples -----------------------------------------------------------------------------------------------------

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

// ---- Figures -----------------------------------------------------------------------------------------------------

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
    calls: Series('Calls that arrived.'),
    predicted: Series(
      'Calls that were expected when the step began; null before there was anything to expect them from.',
    ),
    coldStarts: Series('Cold starts under our decisions.'),
    comparedColdStarts: Series('Cold starts of what ours is compared with.'),
    warm: Series('Most instances warm or busy at once.'),
    busy: Series('Most instances busy at once.'),
    desired: Series('Most instances wanted warm or busy at once.'),
  },
  { title: 'Recent', description: 'The last steps, oldest first, all of one length. Null where no data came.' },
);

// ---- Forecasts and decisions -------------------------------------------------------------------------------------

export const Forecast = Type.Object(
  {
    functionKey: FunctionKey,
    model: Type.String(),
    version: Type.String(),
    atMs: TimeMs('When it was made; its first step begins here.'),
    stepMs: Type.Integer({ minimum: 1 }),
    calls: Type.Array(AtLeast0('Expected calls in the step.')),
    level: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'Share of outcomes that the intervals shall hold.',
    }),
    blocks: Type.Object(
      {
        fromMs: TimeMs('Beginning of the first block: the end of the last whole minute.'),
        durationMs: Type.Integer({ minimum: 1 }),
        calls: Type.Array(AtLeast0('Expected calls in the block.')),
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
    poolInstances: Count('Instances kept ready whatever the calls do.'),
    desiredInstances: Count('What shall be warm or busy now, within limits.'),
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
    value: Type.Number({ minimum: 0, description: 'Instances that shall be warm or busy. Always finite.' }),
    asOfMs: TimeMs('When it was decided.'),
    stale: Type.Boolean({ description: 'True while the loop is behind or paused: the last good value is held.' }),
    functionKey: FunctionKey,
  },
  { title: 'Desired', description: "The number for KEDA's `metrics-api` trigger, at `valueLocation: value`." },
);

// ---- Limits ------------------------------------------------------------------------------------------------------

const limitNumbers = {
  minInstances: Type.Integer({ minimum: 0, maximum: MOST_INSTANCES, description: 'Never fewer.' }),
  maxInstances: OrNull(
    Type.Integer({ minimum: 0, maximum: MOST_INSTANCES, description: 'Never more; null for no bound.' }),
  ),
  maxStep: OrNull(
    Type.Integer({ minimum: 1, maximum: MOST_INSTANCES, description: 'Most instances up or down in a tick.' }),
  ),
  maxRatePerMin: OrNull(
    Type.Integer({ minimum: 1, maximum: MOST_INSTANCES, description: 'Most changes a minute over the scope.' }),
  ),
  coolDownMs: Type.Integer({
    minimum: 0,
    maximum: 86_400_000,
    description: 'Time after a change in which nothing goes down.',
  }),
};

export const Limits = Type.Object({ ...limitNumbers, paused: Type.Boolean() }, { title: 'Limits' });

export const Scope = Type.Union(
  [
    Type.Object({ kind: Type.Literal('fleet') }, { title: 'FleetScope', ...closed }),
    Type.Object(
      {
        kind: Type.Literal('group'),
        match: Type.String({
          minLength: 1,
          maxLength: 512,
          description: 'Pattern of names; `*` stands for any run of characters.',
        }),
      },
      { title: 'GroupScope', ...closed },
    ),
    Type.Object({ kind: Type.Literal('function'), functionKey: FunctionKey }, { title: 'FunctionScope', ...closed }),
  ],
  { title: 'Scope', description: 'All functions, those whose names match, or one.' },
);

/** A field that is left out stays; null takes the override away (for a bound: of the fleet, none). */
export const LimitsPatch = Type.Partial(
  Type.Object({
    minInstances: OrNull(limitNumbers.minInstances),
    maxInstances: limitNumbers.maxInstances,
    maxStep: limitNumbers.maxStep,
    maxRatePerMin: limitNumbers.maxRatePerMin,
    coolDownMs: OrNull(limitNumbers.coolDownMs),
  }),
  { title: 'LimitsPatch', minProperties: 1, ...closed },
);

export const LimitsChange = Type.Object({ scope: Scope, limits: LimitsPatch }, { title: 'LimitsChange', ...closed });

export const LimitsView = Type.Object(
  {
    fleet: Limits,
    groups: Type.Array(Type.Object({ match: Type.String(), limits: Type.Partial(Limits) })),
    functions: Type.Array(Type.Object({ functionKey: FunctionKey, limits: Type.Partial(Limits) })),
  },
  {
    title: 'LimitsView',
    description:
      'A function has the limits of the fleet, overridden by those of its groups in their order, then by its own. Where the least comes above the most, the most counts; a rate binds wherever one is set.',
  },
);

export const PauseRequest = Type.Object(
  {
    scope: Scope,
    reason: Type.Optional(Type.String({ maxLength: 500, description: 'Shown, and written to the audit.' })),
  },
  { title: 'PauseRequest', ...closed },
);

export const Pause = Type.Object(
  { scope: Scope, sinceMs: TimeMs('Since when.'), actor: Type.String(), reason: OrNull(Type.String()) },
  { title: 'Pause' },
);

export const Pauses = Type.Object({ paused: Type.Array(Pause) }, { title: 'Pauses' });

// ---- Functions ---------------------------------------------------------------------------------------------------

export const FunctionRow = Type.Object(
  {
    functionKey: FunctionKey,
    calls: Count('Calls seen.'),
    callsPerMinute: AtLeast0('Mean over the last ten minutes.'),
    predictedPerMinute: OrNull(AtLeast0('Expected mean over the next ten minutes.')),
    coldStarts: Count('Cold starts under our decisions.'),
    comparedColdStarts: Count('Cold starts of what ours is compared with.'),
    savedUsd: Type.Number({ description: 'Saved objective; negative for a loss.' }),
    desiredInstances: Count('What shall be warm or busy now.'),
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

const StartSource = Type.Union([Type.Literal('configured'), Type.Literal('measured'), Type.Literal('table')], {
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

// ---- Receipts ----------------------------------------------------------------------------------------------------

export const ReceiptRow = Type.Object(
  {
    id: Type.String(),
    functionKey: FunctionKey,
    atMs: TimeMs('When the decision was made.'),
    tick: Count('The tick that made it.'),
    desiredInstances: Count('What it wanted warm or busy.'),
    poolInstances: Count('What it kept ready.'),
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
        nextTick: AtLeast0('Expected calls until the next tick.'),
        fromMs: TimeMs('Up to when its calls were known.'),
        calls: AtLeast0('Expected calls in the ten minutes from there.'),
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
    checkpointTick: Count('The tick from whose state it was computed.'),
    samples: Count('Samples that were fed since.'),
    differences: Type.Array(Type.Object({ place: Type.String(), stored: Type.Unknown(), recomputed: Type.Unknown() })),
  },
  { title: 'Recomputation' },
);

// ---- What if -----------------------------------------------------------------------------------------------------

export const WhatIfRequest = Type.Object(
  {
    functionKeys: Type.Optional(Type.Array(FunctionKey, { minItems: 1, maxItems: 1000 })),
    fromMs: Type.Optional(TimeMs('Beginning; the oldest stored call if left out.')),
    toMs: Type.Optional(TimeMs('End, not included; the last tick if left out.')),
    policy: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'A policy by name, as `isotherm replay --policies` takes it.',
      }),
    ),
    modelType: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'A forecaster by name, or `auto`.' }),
    ),
    minWarmPool: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    maxWarmPool: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    prewarmBuffer: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
    prices: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Type.Number({ minimum: 0 }))),
    limits: Type.Optional(LimitsPatch),
  },
  { title: 'WhatIfRequest', description: 'What is left out is as configured.', ...closed },
);

export const WhatIfResult = Type.Object(
  {
    fromMs: TimeMs('Beginning.'),
    toMs: TimeMs('End, not included.'),
    functions: Count('Functions replayed.'),
    configured: Totals,
    whatIf: Totals,
    saved: Savings,
    rows: Type.Array(
      Type.Object({
        functionKey: FunctionKey,
        configuredUsd: AtLeast0('Objective as configured.'),
        whatIfUsd: AtLeast0('Objective under the other settings.'),
      }),
      { description: 'The functions that differ most, at most 100.' },
    ),
  },
  { title: 'WhatIfResult', description: 'The stored past under other settings, by the replay.' },
);

// ---- The whole ---------------------------------------------------------------------------------------------------

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
    loop: OneOf(['starting', 'running', 'behind', 'stopped'], {
      description: '`behind`: ticks are due that were not processed.',
    }),
    provider: Type.Object({
      name: Type.String(),
      state: OneOf(['up', 'down', 'idle']),
      detail: OrNull(Type.String()),
      lastSampleMs: OrNull(TimeMs('Time of the newest sample.')),
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
          blocks: Count('Ten-minute blocks of theirs that it is scored over.'),
          meanAbsoluteError: OrNull(AtLeast0('Over them, in calls.')),
          coverage: OrNull(
            Type.Number({ minimum: 0, maximum: 1, description: 'Share of them inside the 90 % interval.' }),
          ),
        }),
      ),
    }),
    instances: Type.Object({
      desired: Count('Instances wanted warm or busy, in sum.'),
      pool: Count('Of them, kept ready.'),
      busy: Count('Busy at the last tick.'),
    }),
    recent: Recent,
    days: Type.Array(SummaryDay, { description: 'Oldest first.' }),
  },
  { title: 'Summary', description: 'What would have been saved so far.' },
);

export const EVENT_KINDS = [
  'tick',
  'decision',
  'demoted',
  'promoted',
  'gap',
  'gap-closed',
  'start-time',
  'late',
  'paused',
  'resumed',
  'limits',
  'provider-down',
  'provider-up',
  'store-down',
  'store-up',
  'clock-jump',
  'config',
] as const;

export const PlaneEvent = Type.Object(
  {
    id: Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Ascends with every event, over restarts.',
    }),
    atMs: TimeMs('When it happened.'),
    kind: OneOf(EVENT_KINDS),
    functionKey: OrNull(FunctionKey),
    message: Type.String({ description: 'For people.' }),
    data: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'Figures of the event.' })),
  },
  { title: 'Event' },
);

export const AuditEntry = Type.Object(
  {
    id: Type.Integer({ minimum: 1 }),
    atMs: TimeMs('When.'),
    actor: Type.String({ description: 'Name of the key, or `local` where none is asked for.' }),
    action: OneOf(['limits', 'pause', 'resume', 'key', 'config']),
    scope: OrNull(Scope),
    from: Type.Unknown({ description: 'As it was.' }),
    to: Type.Unknown({ description: 'As it is.' }),
  },
  { title: 'AuditEntry' },
);

// ---- Queries and pages -------------------------------------------------------------------------------------------

const Cursor = Type.Optional(
  Type.String({ minLength: 1, maxLength: 2048, description: '`nextCursor` of the page before.' }),
);
const PageLimit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 1000, description: 'Items on a page, 100 if left out.' }),
);
const Span = {
  fromMs: Type.Optional(TimeMs('Not before.')),
  toMs: Type.Optional(TimeMs('Before.')),
};

export const FUNCTION_SORTS = [
  'functionKey',
  '-calls',
  '-callsPerMinute',
  '-coldStarts',
  '-savedUsd',
  'savedUsd',
  '-desiredInstances',
  '-lastCallMs',
] as const;

export const FunctionsQuery = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 512, description: 'Only names that contain it, whatever the case.' })),
    state: Type.Optional(
      OneOf(['paused', 'demoted', 'gap'], {
        description: 'Only those that are paused, whose model is demoted, or of which there are no data now.',
      }),
    ),
    sort: Type.Optional(OneOf(FUNCTION_SORTS, { description: '`-calls` if left out; `-` is for descending.' })),
    cursor: Cursor,
    limit: PageLimit,
  },
  closed,
);

export const DecisionsQuery = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 512, description: 'Only names that contain it, whatever the case.' })),
    cursor: Cursor,
    limit: PageLimit,
  },
  closed,
);

export const ReceiptsQuery = Type.Object(
  { functionKey: Type.Optional(FunctionKey), ...Span, cursor: Cursor, limit: PageLimit },
  closed,
);

export const EventsQuery = Type.Object(
  {
    kind: Type.Optional(OneOf(EVENT_KINDS, { description: 'Only events of this kind.' })),
    functionKey: Type.Optional(FunctionKey),
    ...Span,
    cursor: Cursor,
    limit: PageLimit,
  },
  closed,
);

/** Kinds of which there may be thousands in a tick. */
export const FREQUENT_KINDS: readonly string[] = ['decision'];

export const StreamQuery = Type.Object(
  {
    kinds: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        pattern: `^(${EVENT_KINDS.join('|')})(,(${EVENT_KINDS.join('|')}))*$`,
        description:
          'Only these kinds, with commas between. If left out: all but `decision`, which comes only where a function is named.',
      }),
    ),
    functionKey: Type.Optional(FunctionKey),
  },
  closed,
);

export const AuditQuery = Type.Object({ ...Span, cursor: Cursor, limit: PageLimit }, closed);

export const pageOf = <S extends TSchema>(item: S, title: string) =>
  Type.Object(
    {
      items: Type.Array(item),
      nextCursor: OrNull(Type.String({ description: 'Of the next page; null on the last.' })),
    },
    { title },
  );

export const FunctionPage = pageOf(FunctionRow, 'FunctionPage');
export const DecisionPage = pageOf(Decision, 'DecisionPage');
export const ReceiptPage = pageOf(ReceiptRow, 'ReceiptPage');
export const EventPage = pageOf(PlaneEvent, 'EventPage');
export const AuditPage = pageOf(AuditEntry, 'AuditPage');

// ---- Problems ----------------------------------------------------------------------------------------------------

export const ProblemPlace = Type.Object(
  {
    pointer: Type.String({ description: 'JSON pointer into the body, or the name of a parameter.' }),
    in: OneOf(['body', 'query', 'path', 'header']),
    message: Type.String({ description: 'What was expected.' }),
  },
  { title: 'ProblemPlace' },
);

export const Problem = Type.Object(
  {
    type: Type.String({ description: 'A URI reference of the kind of problem.' }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({ description: 'Stable, for programs.' }),
    detail: Type.String({ description: 'For people.' }),
    instance: Type.String({ description: 'The request that it is about, as in the log.' }),
    errors: Type.Optional(Type.Array(ProblemPlace)),
  },
  { title: 'Problem', description: 'RFC 9457.' },
);

export type CallSample = Static<typeof CallSample>;
export type CountSample = Static<typeof CountSample>;
export type Sample = Static<typeof Sample>;
export type RejectedSample = Static<typeof RejectedSample>;
export type PushResult = Static<typeof PushResult>;
export type UploadProgress = Static<typeof UploadProgress>;
export type UploadResult = Static<typeof UploadResult>;
export type Against = Static<typeof Against>;
export type Totals = Static<typeof Totals>;
export type Savings = Static<typeof Savings>;
export type Recent = Static<typeof Recent>;
export type Forecast = Static<typeof Forecast>;
export type Trust = Static<typeof Trust>;
export type Decision = Static<typeof Decision>;
export type Desired = Static<typeof Desired>;
export type Limits = Static<typeof Limits>;
export type Scope = Static<typeof Scope>;
export type LimitsPatch = Static<typeof LimitsPatch>;
export type LimitsView = Static<typeof LimitsView>;
export type Pause = Static<typeof Pause>;
export type FunctionRow = Static<typeof FunctionRow>;
export type Gap = Static<typeof Gap>;
export type FunctionDetail = Static<typeof FunctionDetail>;
export type ReceiptRow = Static<typeof ReceiptRow>;
export type Receipt = Static<typeof Receipt>;
export type Recomputation = Static<typeof Recomputation>;
export type WhatIfRequest = Static<typeof WhatIfRequest>;
export type WhatIfResult = Static<typeof WhatIfResult>;
export type Status = Static<typeof Status>;
export type SummaryDay = Static<typeof SummaryDay>;
export type Summary = Static<typeof Summary>;
export type PlaneEvent = Static<typeof PlaneEvent>;
export type AuditEntry = Static<typeof AuditEntry>;
export type FunctionsQuery = Static<typeof FunctionsQuery>;
export type DecisionsQuery = Static<typeof DecisionsQuery>;
export type ReceiptsQuery = Static<typeof ReceiptsQuery>;
export type EventsQuery = Static<typeof EventsQuery>;
export type StreamQuery = Static<typeof StreamQuery>;
export type AuditQuery = Static<typeof AuditQuery>;
export type ProblemPlace = Static<typeof ProblemPlace>;
export type Problem = Static<typeof Problem>;

/** A page of a list; `nextCursor` goes into the next query. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
