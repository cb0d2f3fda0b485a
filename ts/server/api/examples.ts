/** Examples of the documents, each of its shape; a test holds them to their schemas. */
import type { Decision, Desired, Forecast, Trust } from './schemas/decisions.js';
import type { AuditEntry, PlaneEvent } from './schemas/events.js';
import type { Recent, Savings, Totals } from './schemas/figures.js';
import type { FunctionDetail, FunctionRow } from './schemas/functions.js';
import type { Limits, LimitsView, Pause } from './schemas/limits.js';
import type { Status, Summary } from './schemas/overview.js';
import type {
  PlacedFunction,
  Placement,
  PlacementDecision,
  PlacementRow,
  PlacementTerms,
} from './schemas/placement.js';
import type { Receipt, ReceiptRow, Recomputation } from './schemas/receipts.js';
import type { CallSample, CountSample, PushResult, UploadResult } from './schemas/samples.js';
import type { WhatIfResult } from './schemas/what-if.js';

const AT = 1_763_726_400_000;
const functionKey = 'shop/checkout';

const callSample: CallSample = {
  functionKey,
  atMs: AT,
  durationMs: 84,
  id: '8a1f',
  coldStart: false,
  memoryMiB: 512,
};
const countSample: CountSample = { functionKey, fromMs: AT, toMs: AT + 60_000, calls: 37, durationMs: 81.5 };

const pushResult: PushResult = { accepted: 1, duplicates: 0, late: 0, rejected: [], rejectedTotal: 0 };
const uploadResult: UploadResult = {
  name: 'calls.csv',
  format: 'records',
  bytes: 48_120,
  rows: 1200,
  samples: 1200,
  accepted: 1198,
  duplicates: 1,
  late: 0,
  rejected: [
    { index: 17, code: 'SAMPLE_CONFLICT', message: 'another call is stored under this function, time and id' },
  ],
  rejectedTotal: 1,
};

const ours: Totals = {
  calls: 48_210,
  coldStarts: 112,
  preWarms: 96,
  idleMs: 31_200_000,
  idleGbHours: 4.33,
  waitMs: 28_000,
  idleUsd: 0.26,
  coldStartUsd: 0.05,
  preWarmUsd: 0.02,
  objectiveUsd: 0.33,
  carbonGco2e: 1.4,
};
const compared: Totals = {
  ...ours,
  coldStarts: 240,
  preWarms: 0,
  idleMs: 52_000_000,
  idleGbHours: 7.22,
  waitMs: 60_000,
  idleUsd: 0.43,
  coldStartUsd: 0.11,
  preWarmUsd: 0,
  objectiveUsd: 0.54,
  carbonGco2e: 2.3,
};
const saved: Savings = {
  objectiveUsd: 0.21,
  idleUsd: 0.17,
  coldStarts: 128,
  waitMs: 32_000,
  carbonGco2e: 0.9,
  against: 'fixed-10min replayed',
};
const recent: Recent = {
  fromMs: AT - 180_000,
  stepMs: 60_000,
  calls: [31, null, 37],
  predicted: [33.1, 33.4, 35.2],
  coldStarts: [0, null, 1],
  comparedColdStarts: [1, null, 1],
  warm: [3, null, 4],
  busy: [2, null, 3],
  desired: [3, null, 4],
};

const forecast: Forecast = {
  functionKey,
  model: 'ma15',
  version: '1',
  atMs: AT,
  stepMs: 60_000,
  calls: [35.2, 35.2],
  level: 0.9,
  blocks: { fromMs: AT, durationMs: 600_000, calls: [352], lower: [290], upper: [420] },
  demotedFrom: null,
};
const trust: Trust = {
  model: 'ma15',
  version: '1',
  blocks: 24,
  loss: 31.5,
  coverage: 0.92,
  inUse: true,
  demoted: false,
};
const decision: Decision = {
  functionKey,
  atMs: AT,
  tick: 2880,
  keepAliveMs: 312_000,
  prewarmMs: 0,
  poolInstances: 2,
  desiredInstances: 4,
  starts: 1,
  heldTicks: 0,
  reason: 'pool of 2 for 35 calls a minute',
  bound: [],
  receiptId: 'shop/checkout@2880',
};
const limits: Limits = {
  minInstances: 0,
  maxInstances: 100,
  maxStep: 10,
  maxRatePerMin: null,
  coolDownMs: 0,
  paused: false,
};
const pause: Pause = {
  scope: { kind: 'fleet' },
  sinceMs: AT,
  actor: 'ops',
  reason: 'deployment of 14:00',
  configured: false,
};

const status: Status = {
  mode: 'shadow',
  version: '0.1.0',
  backend: 'native',
  nowMs: AT + 65_000,
  startedAtMs: AT - 86_400_000,
  epochMs: AT - 86_400_000,
  tickMs: 30_000,
  tick: 2880,
  lastTickAtMs: AT + 60_000,
  lastTickTookMs: 41,
  lagMs: 60_000,
  loop: 'running',
  provider: { name: 'prometheus', state: 'up', detail: null, lastSampleMs: AT, replay: null },
  store: { kind: 'pglite', state: 'up', sinceMs: null, detail: null },
  functions: 424,
  samples: { accepted: 610_000, duplicates: 12, late: 3, rejected: 0 },
  paused: [],
  degraded: [],
};

const decided = (({ heldTicks: _held, receiptId: _id, ...rest }) => rest)(decision);
const expected = {
  model: 'ma15',
  version: '1',
  nextTick: 17.6,
  fromMs: AT,
  calls: 352,
  lower: 290,
  upper: 420,
  demotedFrom: null,
};

const terms: PlacementTerms = {
  latency: 2510,
  egress: 0,
  transfer: 0,
  traffic: 0,
  utilisation: 0.04,
  migration: 0,
  price: 0.02,
  carbon: 1.9,
};
const placementRow: PlacementRow = {
  receiptId: 'placement-9f2c1d0e5b7a-2880',
  tick: 2880,
  atMs: AT,
  reason: '1 function moves.',
  moves: [{ name: functionKey, from: 'virginia', to: 'dublin' }],
  staying: 0,
  cost: 0.21,
  bound: 0.21,
  gap: 0,
};
const placementDecision: PlacementDecision = {
  receiptId: placementRow.receiptId,
  tick: 2880,
  atMs: AT,
  reason: placementRow.reason,
  fleet: { functions: 1, nodes: 2, measured: 1, held: 0, leftOut: { functions: 0, names: [] } },
  steps: [
    {
      name: functionKey,
      from: 'virginia',
      to: 'dublin',
      gain: 0.64,
      why: 'gain',
      before: { ...terms, latency: 9800 },
      after: terms,
    },
  ],
  staying: { functions: 0, reasons: {}, first: [] },
  alternatives: [{ name: 'after the moves', cost: 0.21, gap: 0, terms }],
  otherMoves: [
    {
      instead: [{ name: functionKey, node: 'virginia' }],
      cost: 0.85,
      gap: 0.753,
      terms: { ...terms, latency: 9800 },
    },
  ],
  bound: 0.21,
  proof: 'search',
  conflicts: [],
  limits: [],
};

export const example = {
  functionKey,
  callSample,
  countSample,
  pushResult,
  uploadResult,
  forecast,
  decision,
  limits: {
    fleet: limits,
    groups: [{ match: 'batch/*', limits: { maxInstances: 5 } }],
    functions: [{ functionKey, limits: { minInstances: 1 } }],
  } satisfies LimitsView,
  pause,
  status,
  functionRow: {
    functionKey,
    calls: 48_210,
    callsPerMinute: 35.2,
    predictedPerMinute: 34.8,
    coldStarts: 112,
    comparedColdStarts: 240,
    savedUsd: 0.21,
    desiredInstances: 4,
    model: 'ma15',
    demoted: false,
    paused: false,
    gap: false,
    lastCallMs: AT - 800,
  } satisfies FunctionRow,
  functionDetail: {
    functionKey,
    firstSeenMs: AT - 86_400_000,
    lastCallMs: AT - 800,
    memoryMiB: 512,
    durationMs: 81.5,
    startMs: 250,
    startFrom: 'measured',
    lateSamples: 0,
    ours,
    compared,
    saved,
    forecast,
    decision,
    limits,
    paused: false,
    trust: [trust],
    recent,
    gaps: [{ fromMs: AT - 120_000, toMs: AT - 60_000, reason: 'prometheus: no answer within 10 s' }],
  } satisfies FunctionDetail,
  desired: { value: 4, asOfMs: AT, stale: false, functionKey } satisfies Desired,
  receiptRow: {
    id: 'shop/checkout@2880',
    functionKey,
    atMs: AT,
    tick: 2880,
    desiredInstances: 4,
    poolInstances: 2,
    keepAliveMs: 312_000,
    reason: decision.reason,
  } satisfies ReceiptRow,
  receipt: {
    id: 'shop/checkout@2880',
    kind: 'tick',
    decision: decided,
    policy: 'adaptive',
    spec: { policy: 'adaptive' },
    inputsDigest: '9f2c1d0e5b7a4c3398f1e2d6a0b4c5d7e8f90123456789abcdef0123456789ab',
    saw: { idle: 1, busy: 3 },
    forecast: expected,
    alternatives: [{ name: 'pool of 1', terms: { idleUsd: 0.0001, coldStartUsd: 0.0004 } }],
    limits,
    prices: { idleUsdPerGbS: 0.0000167 },
    startTime: { ms: 310, from: 'measured', measurements: 15 },
    seed: 0,
    backend: 'native',
    version: '0.1.0',
  } satisfies Receipt,
  recomputation: {
    id: 'shop/checkout@2880',
    same: true,
    checkpointTick: 2840,
    samples: 412,
    differences: [],
  } satisfies Recomputation,
  whatIf: {
    fromMs: AT - 86_400_000,
    toMs: AT,
    functions: 1,
    configured: ours,
    whatIf: compared,
    saved: {
      objectiveUsd: -0.21,
      idleUsd: -0.17,
      coldStarts: -128,
      waitMs: -32_000,
      carbonGco2e: -0.9,
      against: 'fixed-10min replayed',
    },
    rows: [{ functionKey, configuredUsd: 0.33, whatIfUsd: 0.54 }],
  } satisfies WhatIfResult,
  summary: {
    fromMs: AT - 86_400_000,
    toMs: AT,
    functions: 424,
    ours,
    compared,
    saved,
    forecasts: {
      learning: 31,
      blocks: 61_056,
      meanAbsoluteError: 4.1,
      coverage: 0.91,
      demoted: 7,
      models: [{ model: 'ma15', functions: 417, learning: 3, blocks: 9936, meanAbsoluteError: 3.1, coverage: 0.9 }],
    },
    instances: { desired: 640, pool: 48, busy: 210 },
    recent,
    days: [{ fromMs: AT - 86_400_000, ours, compared, saved }],
  } satisfies Summary,
  placement: {
    files: { nodes: 'nodes.yaml', functions: 'functions.yaml' },
    state: 'waiting',
    failure: null,
    intervalMs: 300_000,
    nextMs: AT + 300_000,
    decision: placementDecision,
    lastMoves: placementRow,
    nodes: [{ name: 'dublin', functions: 1, memory: 0.06, vcpu: 0.06, instances: 0 }],
  } satisfies Placement,
  placedFunction: {
    name: functionKey,
    node: 'dublin',
    best: 'dublin',
    staying: null,
    cost: 0.21,
    terms,
  } satisfies PlacedFunction,
  placementRow,
  event: {
    id: 1042,
    atMs: AT,
    kind: 'demoted',
    functionKey,
    message: 'snaive-day is 31 % worse than ma15 over the last 24 blocks',
    data: { model: 'snaive-day', to: 'ma15' },
  } satisfies PlaneEvent,
  auditEntry: {
    id: 7,
    atMs: AT,
    actor: 'ops',
    action: 'limits',
    scope: { kind: 'function', functionKey },
    from: { minInstances: 0 },
    to: { minInstances: 1 },
  } satisfies AuditEntry,
};
