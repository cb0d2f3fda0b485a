/** What a control plane is told, checked and in one unit each: `isotherm.yaml` has the same in the operator's words. */
import type { FootprintPlace, Limits, PlacementLimits, TermWeights } from 'isotherm/decide';
import type { ReplayPrices } from 'isotherm/evaluate';
import type { StartPlatform } from 'isotherm/trace';
import type { Secret } from './secret.js';

export interface Config {
  prediction: PredictionConfig;
  warming: WarmingConfig;
  placement: PlacementConfig;
  /** As `policyByName` takes it; one that decides online. */
  policy: string;
  provider: ProviderConfig;
  prices: ReplayPrices;
  /** Where the carbon of an instance comes from; grid and power after `footprint`. */
  carbon: FootprintPlace;
  limits: LimitsConfig;
  /** What monitoring does not tell; of each key the first entry that matches and has it counts. */
  functions: readonly FunctionsConfig[];
  store: StoreConfig;
  server: ServerConfig;
  auth: AuthConfig;
  retention: RetentionConfig;
  log: LogConfig;
}

export interface PredictionConfig {
  /** `auto`, or a forecast model that is there. */
  modelType: string;
  /** How far forecasts reach: `prediction_horizon`. */
  horizonMs: number;
  /** Time between two ticks: `update_interval`; a divisor or a multiple of a minute. */
  tickMs: number;
}

export interface WarmingConfig {
  /** Smallest pool of a function that earns one. */
  minWarmPool: number;
  maxWarmPool: number;
  /** Factor on the offered load. */
  prewarmBuffer: number;
}

export interface PlacementConfig {
  optimizationIntervalMs: number;
  migrationThreshold: number;
  movesAtOnce: number;
  coolDownMs: number;
  /** `provider:region`; null where measured calls are not counted. */
  usersIn: string | null;
  /** What data and state are moved with between regions. */
  linkGbps: number;
  weights: TermWeights;
  limits: PlacementLimits;
  /** The files, read and checked; null where none are named. */
  files: PlacementFiles | null;
}

export interface PlacementFiles {
  /** As they are named. */
  nodes: string;
  functions: string;
  /** What stands in them and in those of the network, a `GivenPlacement`, as JSON. */
  given: string;
  /** Of the functions. */
  names: readonly string[];
}

export type ProviderConfig = PrometheusProviderConfig | ReplayProviderConfig | PushProviderConfig;

export interface PrometheusProviderConfig {
  kind: 'prometheus';
  /** Where `/api/v1` lies. */
  url: string;
  /** Name of a preset of `PROMETHEUS_PRESETS`; null where `queries` has counters instead. */
  preset: string | null;
  /** Counters of calls and of time spent, as they are. */
  queries: readonly string[];
  /** Sent with each request: what is secret among them, and what is not. */
  headers: Readonly<Record<string, Secret>>;
  /** Time between two samples that are asked for. */
  stepMs: number;
  timeoutMs: number;
  /** How far behind the clock samples are taken to be complete. */
  lagMs: number;
  /** How much of the past is read at the first start. */
  backfillMs: number;
}

export interface ReplayProviderConfig {
  kind: 'replay';
  /** File or folder, as `isotherm replay` takes it. */
  trace: string;
  /** Trace time over clock time; Infinity for as fast as it goes. */
  speed: number;
}

export interface PushProviderConfig {
  kind: 'push';
  lagMs: number;
}

/** Bounds of one function; those of a group hold for each of its members, but the rate, which they share. Infinity where there is none. What each one does: `Limits` of `isotherm/decide`. */
export type LimitValues = { [Name in keyof Limits]: Exclude<Limits[Name], null> };

export interface LimitsConfig {
  default: LimitValues;
  groups: readonly LimitGroup[];
  /** By function key. */
  functions: Readonly<Record<string, Partial<LimitValues>>>;
}

export interface LimitGroup {
  name: string;
  /** Keys of functions; `*` stands for any characters. */
  match: string;
  limits: Partial<LimitValues>;
}

export interface FunctionsConfig {
  /** Keys of functions; `*` stands for any characters. */
  match: string;
  memoryMiB?: number;
  /** In place of measured and tabled start times. */
  startMs?: number;
  /** Of the dated table of start times. */
  platform?: StartPlatform;
  runtime?: string;
}

export type StoreConfig = { kind: 'embedded'; path: string } | { kind: 'postgres'; url: Secret };

export interface ServerConfig {
  host: string;
  port: number;
  /** Origins that browsers may call from; none when empty. */
  corsOrigins: readonly string[];
  bodyLimitBytes: number;
  /** Requests that one client may make. */
  requestsPerMin: number;
}

export interface AuthConfig {
  /** Keys are asked for: always where the host is not loopback. */
  required: boolean;
}

export interface RetentionConfig {
  /** Single calls; older ones become counts per minute. */
  callsMs: number;
  minutesMs: number;
  /** Infinity: for ever. */
  receiptsMs: number;
}

export interface LogConfig {
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
}
