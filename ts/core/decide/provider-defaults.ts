/**
 * What platforms do by themselves with an idle instance, as fixed windows. Dated figures with their source: providers change
 * them without notice, and only some publish them. Name another window with `fixed-<N>min`.
 */
export interface ProviderDefault {
  name: string;
  keepAliveMs: number;
  about: string;
  source: string;
  /** When the source says so. */
  date: string;
}

const MINUTE_MS = 60_000;

export const PROVIDER_DEFAULTS: readonly ProviderDefault[] = [
  {
    name: 'lambda',
    keepAliveMs: 6 * MINUTE_MS,
    about: 'AWS Lambda: measured, not published: warm up to 5 min idle, 41 % cold at 6 min, all cold at 7 min',
    source: 'idle-eviction probabilities of the 2021 cross-provider cold-start study',
    date: '2021-01',
  },
  {
    name: 'azure-consumption',
    keepAliveMs: 20 * MINUTE_MS,
    about: 'Azure Functions, Consumption plan: 20 min; measured in 2021: half are cold at 22 min',
    source: 'Shahrad et al., USENIX ATC 2020',
    date: '2020-07',
  },
  {
    name: 'cloud-run',
    keepAliveMs: 15 * MINUTE_MS,
    about: 'Google Cloud Run: idle instances are kept for at most 15 min',
    source: 'Cloud Run documentation, about instance autoscaling',
    date: '2024-01',
  },
  {
    name: 'openwhisk',
    keepAliveMs: 10 * MINUTE_MS,
    about: 'Apache OpenWhisk: the invoker removes a container after 10 min idle',
    source: 'apache/openwhisk, invoker application.conf, idle-container',
    date: '2023-01',
  },
  {
    name: 'knative',
    keepAliveMs: MINUTE_MS,
    about:
      'Knative Serving: scales down once the 60 s stable window is empty; as a window, not as the autoscaler it is',
    source: 'knative/serving, config-autoscaler, stable-window',
    date: '2023-03',
  },
];
