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
export { configSchema } from './json-schema.js';
export { type LoadedConfig, loadConfig, USUAL_FILE } from './load.js';
export { ConfigInvalid, type ConfigProblem, type Origin, problemInWords } from './problem.js';
export { readYaml } from './read-yaml.js';
export { configReference } from './reference.js';
export { Secret } from './secret.js';
export { originInWords, type ShownKey, showConfig, shownKeys } from './show.js';
export { type Reload, type WatchOptions, watchConfig } from './watch.js';
