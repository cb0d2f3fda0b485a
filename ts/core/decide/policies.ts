/** Policies by name: what a user types, and what it stands for. */
import { IsothermError } from '../kernels/error.js';
import type { BoundSpec, PolicySpec } from '../kernels/policy.js';
import { PROVIDER_DEFAULTS } from './provider-defaults.js';

const MINUTE_MS = 60_000;
const UNITS_MS: Record<string, number> = { ms: 1, s: 1000, min: MINUTE_MS, h: 60 * MINUTE_MS };
const FIXED = /^fixed-(\d{1,9})(ms|s|min|h)$/;

/** `fixed`: one window for all functions. `adaptive`: decides from what it has seen. `hindsight` and `bound` know the trace. */
export type PolicyKind = 'fixed' | 'adaptive' | 'hindsight' | 'bound';

export interface NamedPolicy {
  name: string;
  kind: PolicyKind;
  /** For people: one sentence. */
  about: string;
  spec: PolicySpec | BoundSpec;
}

const KNOWN: readonly {
  name: string;
  kind: PolicyKind;
  about: string;
  spec: (coldStartMs: number) => NamedPolicy['spec'];
}[] = [
  {
    name: 'infinite',
    kind: 'fixed',
    about: 'every instance stays for ever',
    spec: () => ({ kind: 'window', keepAliveMs: Number.POSITIVE_INFINITY }),
  },
  {
    name: 'hybrid-histogram',
    kind: 'adaptive',
    about: 'warm between the 5th and the 99th percentile of past idle times (Shahrad et al., ATC 2020)',
    spec: () => ({ kind: 'hybrid-histogram' }),
  },
  {
    name: 'recent-peak',
    kind: 'adaptive',
    about: '1.2 times the busiest moment of the last ten minutes, renewed every tick',
    spec: (coldStartMs) => ({ kind: 'recent-peak', prewarmMs: coldStartMs }),
  },
  {
    name: 'provisioned-peak',
    kind: 'hindsight',
    about: 'always as many instances as are ever busy at once',
    spec: () => ({ kind: 'provisioned-peak' }),
  },
  {
    name: 'best-fixed-hindsight',
    kind: 'hindsight',
    about: "each function's cheapest fixed window, found after the fact",
    spec: () => ({ kind: 'best-fixed-hindsight' }),
  },
  {
    name: 'clairvoyant',
    kind: 'bound',
    about: 'the cheapest choice for every idle time, known in advance, without pre-warming',
    spec: () => ({ kind: 'clairvoyant' }),
  },
  {
    name: 'clairvoyant-prewarm',
    kind: 'bound',
    about: 'the cheapest choice for every idle time, known in advance, with pre-warming',
    spec: () => ({ kind: 'clairvoyant-prewarm' }),
  },
];

/** What a replay compares when nothing else is asked for. */
export const DEFAULT_POLICIES: readonly string[] = [
  ...[0, 1, 5, 10, 20, 60].map((minutes) => `fixed-${minutes}min`),
  ...KNOWN.map(({ name }) => name),
];

/** Names that `policyByName` takes, for messages and help. */
export const POLICY_NAMES: readonly string[] = [
  'fixed-<N><ms|s|min|h>',
  ...KNOWN.map(({ name }) => name),
  ...PROVIDER_DEFAULTS.map(({ name }) => name),
];

/**
 * The policy of a name. `coldStartMs` is the lead time of policies that pre-warm at ticks.
 *
 * Errors: `UNKNOWN_POLICY`, with the names that there are.
 *
 * @example
 * policyByName('fixed-10min', 1000).spec; // { kind: 'window', keepAliveMs: 600000 }
 */
export function policyByName(name: string, coldStartMs: number): NamedPolicy {
  const fixed = FIXED.exec(name);
  if (fixed !== null) {
    const keepAliveMs = Number(fixed[1]) * UNITS_MS[fixed[2]!]!;
    const about = `every instance stays ${fixed[1]} ${fixed[2]} after a call`;
    return { name, kind: 'fixed', about, spec: { kind: 'window', keepAliveMs } };
  }
  const provider = PROVIDER_DEFAULTS.find((one) => one.name === name);
  if (provider !== undefined) {
    const about = `${provider.about} (${provider.source}, ${provider.date})`;
    return { name, kind: 'fixed', about, spec: { kind: 'window', keepAliveMs: provider.keepAliveMs } };
  }
  const known = KNOWN.find((one) => one.name === name);
  if (known === undefined) {
    throw new IsothermError('UNKNOWN_POLICY', `there is no policy '${name}'; there are ${POLICY_NAMES.join(', ')}`);
  }
  return { name, kind: known.kind, about: known.about, spec: known.spec(coldStartMs) };
}
