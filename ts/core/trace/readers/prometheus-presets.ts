/** How the metrics of a platform name its functions. */
export interface PrometheusPreset {
  name: string;
  about: string;
  /** Counters of calls; of several in one file the first counts. */
  calls: readonly string[];
  /** Counters of time spent in calls, with what makes ms of them. */
  durations: readonly { metric: string; toMs: number }[];
  /** Labels that name the function, the first that a series has. */
  functionLabels: readonly string[];
  /** Label of what the function lies in. */
  withinLabel?: string;
}

/** Names as the projects' own documentation has them, August 2026. */
export const PROMETHEUS_PRESETS: readonly PrometheusPreset[] = [
  {
    name: 'knative',
    about: 'Knative Serving with OpenTelemetry (so documented for 1.20), scraped from the queue proxies',
    calls: ['kn_serving_invocation_duration_seconds_count'],
    durations: [{ metric: 'kn_serving_invocation_duration_seconds_sum', toMs: 1000 }],
    functionLabels: ['kn_configuration_name', 'kn_service_name', 'kn_revision_name'],
    withinLabel: 'k8s_namespace_name',
  },
  {
    name: 'knative-opencensus',
    about: 'Knative Serving with OpenCensus (so documented for 1.17), scraped from the queue proxies',
    calls: ['revision_app_request_count', 'revision_request_count'],
    durations: [
      { metric: 'revision_app_request_latencies_sum', toMs: 1 },
      { metric: 'revision_request_latencies_sum', toMs: 1 },
    ],
    functionLabels: ['configuration_name', 'service_name', 'revision_name'],
    withinLabel: 'namespace_name',
  },
  {
    name: 'openfaas',
    about: 'OpenFaaS gateway',
    calls: ['gateway_function_invocation_total'],
    durations: [{ metric: 'gateway_functions_seconds_sum', toMs: 1000 }],
    functionLabels: ['function_name'],
  },
  {
    name: 'keda',
    about: 'KEDA HTTP add-on, interceptor',
    calls: ['interceptor_request_count_total', 'interceptor_requests_total'],
    durations: [],
    functionLabels: ['route_name', 'host'],
    withinLabel: 'route_namespace',
  },
  {
    name: 'cloud-run',
    about: 'Cloud Run through the Prometheus API of Cloud Monitoring',
    calls: ['run_googleapis_com:request_count'],
    durations: [{ metric: 'run_googleapis_com:request_latencies_sum', toMs: 1 }],
    functionLabels: ['service_name', 'revision_name'],
    withinLabel: 'location',
  },
];

/** Labels that name functions in metrics of other origin, the likeliest first. */
export const COMMON_FUNCTION_LABELS: readonly string[] = [
  ...new Set(PROMETHEUS_PRESETS.flatMap(({ functionLabels }) => functionLabels.slice(0, 2))),
  'function',
  'faas_name',
  'service',
  'app',
  'deployment',
  'job',
];
