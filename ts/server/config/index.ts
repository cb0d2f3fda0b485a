/** Configuration: `isotherm.yaml`, read, checked and watched. */

export type {
  AuthConfig,
  Config,
  FunctionsConfig,
  LimitGroup,
  LimitsConfig,
  LimitValues,
  LogConfig,
  PlacementConfig,
  PredictionConfig,
  PrometheusProviderConfig,
  ProviderConfig,
  PushProviderConfig,
  ReplayProviderConfig,
  RetentionConfig,
  ServerConfig,
  StoreConfig,
  WarmingConfig,
} from './config.js';
export { Secret } from './secret.js';
export { type LoadedConfig, loadConfig, USUAL_FILE } from './load.js';
export { ConfigInvalid, type ConfigProblem, type Origin, problemInWords } from './problem.js';
