/** What a placement is made from: nodes, functions, weights and limits. */

export const TIERS = ['edge', 'regional', 'cloud'] as const;
export type NodeTier = (typeof TIERS)[number];

/** Where functions can run. */
export interface PlacementNode {
  name: string;
  tier: NodeTier;
  provider: string;
  /** Without the provider. */
  region: string;
  /** What all functions on it may take together: vCPU to a thousandth, MiB, instances. */
  vcpu: number;
  memoryMiB: number;
  instances: number;
  usdPerVcpuHour: number;
  usdPerGibHour: number;
  usdPerMillionCalls: number;
  /** Carbon intensity of its power, g CO2e per kWh. */
  gramsPerKwh: number;
  /** Countries and unions whose law data there are under, in lower case, as in `de`, `eu`. */
  jurisdictions: readonly string[];
  /** Round trips from user regions to this node, ms, where they differ from those of its region. */
  roundTripsMs: Readonly<Record<string, number>>;
}

/** Data that a function works on. */
export interface FunctionData {
  /** `provider:region`. */
  region: string;
  /** What it reads an hour, GB (10⁹ bytes). */
  gbPerHour: number;
  /** In so many requests. */
  requestsPerHour: number;
}

/** Calls of one function to another. */
export interface FunctionCalls {
  to: string;
  perHour: number;
  /** KB (1000 bytes) of a request and of its answer. */
  requestKb: number;
  responseKb: number;
}

export interface PlacementFunction {
  name: string;
  /** Of one instance. */
  memoryMiB: number;
  vcpu: number;
  /** Instances that run on average: what it takes of a node is so many times the above. */
  instances: number;
  /** Calls an hour by the region that users are in or near to. */
  callsPerHour: Readonly<Record<string, number>>;
  data: readonly FunctionData[];
  calls: readonly FunctionCalls[];
  /** The node that it is on now; null for a new one. */
  node: string | null;
  /** What must be moved with it, GB. */
  stateGb: number;
  /** How long a start of it takes, ms: calls during a move find nobody. */
  startMs: number;
  /** It may only run under one of these jurisdictions; null for anywhere. */
  residency: readonly string[] | null;
  /** The most that its users' calls may take on the way, ms, on average over them; null for any. */
  maxLatencyMs: number | null;
}

export interface PlacementInput {
  nodes: readonly PlacementNode[];
  functions: readonly PlacementFunction[];
}

/** What a placement costs, kept apart; each in its own unit. */
export const PLACEMENT_TERMS = [
  'latency',
  'egress',
  'transfer',
  'traffic',
  'utilisation',
  'migration',
  'price',
  'carbon',
] as const;
export type Term = (typeof PLACEMENT_TERMS)[number];

/** What a term is, and its unit. */
export const PLACEMENT_TERM_MEANINGS: Readonly<Record<Term, { about: string; unit: string }>> = {
  latency: { about: 'users wait on the way to the function', unit: 's/h' },
  egress: { about: 'bytes that leave a region, of data and of calls between functions', unit: 'USD/h' },
  transfer: { about: 'the function waits for its data', unit: 's/h' },
  traffic: { about: 'functions wait for each other on the way', unit: 's/h' },
  utilisation: { about: 'shares of nodes that are taken, of the scarcest resource each', unit: 'nodes' },
  migration: { about: 'calls that moving disturbs', unit: 'calls' },
  price: { about: 'running the functions', unit: 'USD/h' },
  carbon: { about: 'carbon of running the functions', unit: 'gCO2e/h' },
};

export type TermWeights = Readonly<Record<Term, number>>;
export type TermTotals = Record<Term, number>;

export const PLACEMENT_WEIGHTS: TermWeights = {
  latency: 1,
  egress: 0.5,
  transfer: 0.5,
  traffic: 0.5,
  utilisation: 0.1,
  migration: 0.1,
  price: 0.5,
  carbon: 0.25,
};

export interface PlacementLimits {
  /** Price and egress of all functions together, at most. */
  usdPerHour?: number;
  /** Carbon of all functions together, at most. */
  gramsPerHour?: number;
}
