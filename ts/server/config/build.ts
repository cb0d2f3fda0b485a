/** Values in the operator's words to the configuration that the control plane takes. */
import { dirname, resolve } from 'node:path';
import type { CloudProvider, TermWeights } from 'isotherm/decide';
import type {
  Config,
  FunctionsConfig,
  LimitsConfig,
  LimitValues,
  PlacementFiles,
  ProviderConfig,
  StoreConfig,
} from './config.js';
import { Secret } from './secret.js';
import { quantity, SIZE_UNITS, TIME_UNITS } from './units.js';
import type { FilledFile } from './values.js';

const MIB = 1024 ** 2;

const ms = (value: number | string): number => Math.round(quantity(value, TIME_UNITS, 'forever') * 1000);
const bytes = (value: number | string): number => Math.round(quantity(value, SIZE_UNITS));
const unlimited = (value: number | 'unlimited'): number => (value === 'unlimited' ? Number.POSITIVE_INFINITY : value);

/** What lies in files of its own, by the pointer of the key that names the file. */
export type SecretFiles = ReadonlyMap<string, string>;

/** `folder` is what relative paths begin at. */
export function buildConfig(
  file: FilledFile,
  folder: string,
  secrets: SecretFiles,
  placementFiles: PlacementFiles | null = null,
): Config {
  const { prediction, warming, placement, prices, carbon, server, retention } = file;
  return {
    prediction: {
      modelType: prediction.model_type,
      horizonMs: ms(prediction.prediction_horizon),
      tickMs: ms(prediction.update_interval),
    },
    warming: {
      minWarmPool: warming.min_warm_pool,
      maxWarmPool: warming.max_warm_pool,
      prewarmBuffer: warming.prewarm_buffer,
    },
    placement: {
      optimizationIntervalMs: ms(placement.optimization_interval),
      migrationThreshold: placement.migration_threshold,
      movesAtOnce: placement.moves_at_once,
      coolDownMs: ms(placement.cool_down),
      usersIn: placement.users_in ?? null,
      linkGbps: placement.link_gbps,
      weights: placement.weights as TermWeights,
      limits: {
        ...(placement.max_usd_per_hour !== undefined && { usdPerHour: placement.max_usd_per_hour }),
        ...(placement.max_carbon_g_per_hour !== undefined && { gramsPerHour: placement.max_carbon_g_per_hour }),
      },
      files: placementFiles,
    },
    policy: file.policy,
    provider: provider(file, folder, secrets),
    prices: {
      idleUsdPerGbS: prices.idle_usd_per_gb_s,
      coldStartUsdPerS: prices.cold_start_usd_per_s,
      preWarmShare: prices.pre_warm_share,
    },
    carbon: {
      provider: carbon.cloud as CloudProvider,
      region: carbon.region,
      ...(carbon.grams_per_kwh !== undefined && { gramsPerKwh: carbon.grams_per_kwh }),
    },
    limits: limits(file),
    functions: file.functions.map(functionsEntry),
    store: store(file, folder, secrets),
    server: {
      host: server.host,
      port: server.port,
      corsOrigins: server.cors,
      bodyLimitBytes: bytes(server.body_limit),
      requestsPerMin: server.rate_limit,
    },
    auth: { required: file.auth.required },
    retention: {
      callsMs: ms(retention.calls),
      minutesMs: ms(retention.minutes),
      receiptsMs: ms(retention.receipts),
    },
    log: { level: file.log.level },
  };
}

function provider({ provider: own }: FilledFile, folder: string, secrets: SecretFiles): ProviderConfig {
  if (own.kind === 'push') return { kind: 'push', lagMs: ms(own.lag!) };
  if (own.kind === 'replay') return { kind: 'replay', trace: resolve(folder, own.trace), speed: unlimited(own.speed!) };
  const headers: Record<string, Secret> = {};
  for (const [name, value] of Object.entries(own.headers ?? {})) headers[name] = new Secret(value);
  const token = own.bearer_token ?? secrets.get('/provider/bearer_token_file');
  const password = own.password ?? secrets.get('/provider/password_file');
  if (token !== undefined) headers.Authorization = new Secret(`Bearer ${token}`);
  if (own.username !== undefined) {
    headers.Authorization = new Secret(`Basic ${Buffer.from(`${own.username}:${password}`).toString('base64')}`);
  }
  return {
    kind: 'prometheus',
    url: own.url,
    preset: own.preset ?? null,
    queries: own.queries ?? [],
    headers,
    stepMs: ms(own.step!),
    timeoutMs: ms(own.timeout!),
    lagMs: ms(own.lag!),
    backfillMs: ms(own.backfill!),
  };
}

function store({ store: { path, url } }: FilledFile, folder: string, secrets: SecretFiles): StoreConfig {
  const address = url ?? secrets.get('/store/url_file');
  return address === undefined
    ? { kind: 'embedded', path: resolve(folder, path) }
    : { kind: 'postgres', url: new Secret(address) };
}

type LimitKeys = FilledFile['limits']['default'];

function limits({ limits: { default: usual, groups, functions } }: FilledFile): LimitsConfig {
  return {
    default: limitValues(usual) as LimitValues,
    groups: groups.map(({ name, match, ...own }) => ({ name, match, limits: limitValues(own) })),
    functions: Object.fromEntries(Object.entries(functions).map(([key, own]) => [key, limitValues(own)])),
  };
}

/** As much as there is. */
function limitValues(own: Partial<LimitKeys>): Partial<LimitValues> {
  const { min_instances, max_instances, max_step, max_rate, cool_down, paused } = own;
  return {
    ...(min_instances !== undefined && { minInstances: min_instances }),
    ...(max_instances !== undefined && { maxInstances: unlimited(max_instances) }),
    ...(max_step !== undefined && { maxStep: unlimited(max_step) }),
    ...(max_rate !== undefined && { maxRatePerMin: unlimited(max_rate) }),
    ...(cool_down !== undefined && { coolDownMs: ms(cool_down) }),
    ...(paused !== undefined && { paused }),
  };
}

function functionsEntry({
  match,
  memory,
  start_time,
  platform,
  runtime,
}: FilledFile['functions'][number]): FunctionsConfig {
  return {
    match,
    ...(memory !== undefined && { memoryMiB: bytes(memory) / MIB }),
    ...(start_time !== undefined && { startMs: ms(start_time) }),
    ...(platform !== undefined && { platform }),
    ...(runtime !== undefined && { runtime }),
  };
}

/** What relative paths in a file begin at: its folder. */
export const folderOf = (file: string | null): string => (file === null ? process.cwd() : dirname(resolve(file)));
