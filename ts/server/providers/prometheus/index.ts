/** Prometheus and what speaks its HTTP API: Thanos, Mimir, VictoriaMetrics, Cloud Monitoring. */
import type { Provider } from '../provider.js';
import { PrometheusApi, type PrometheusSettings } from './api.js';
import { observe } from './observe.js';

export type { PrometheusSettings } from './api.js';
export { PrometheusObserver, type PrometheusObserverSettings } from './observer.js';

export function prometheus(settings: PrometheusSettings): Provider {
  const api = new PrometheusApi(settings);
  return { observe: (request) => observe(api, request) };
}
