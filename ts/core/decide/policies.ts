/** Policies by name: what a user types, and what it stands for. */
import { ADAPTIVE_PRIOR } from '../kernels/adaptive-prior.js';
import { IsothermError } from '../kernels/error.js';
import type { MemoryCapSpec } from '../kernels/memory-cap.js';
import type { BoundSpec, PolicySpec } from '../kernels/policy.js';
import { PROVIDER_DEFAULTS } from './provider-defaults.js';

const MINUTE_MS = 60_000;
const UNITS_MS: Record<string, number> = { ms: 1, s: 1000, min: MINUTE_MS, h: 60 * MINUTE_MS };
const FIXED = /^fixed-(\d{1,9})(ms|s|min|h)$/;

/** A share of calls that may be cold: `adaptive@1%`. */
const WITH_TARGET = /^(adaptive|adaptive-keepalive)@(\d{1,3}(?:\.\d{1,9})?)%$/;

const CAPPED = /^(.+)@(\d{1,9}(?:\.\d{1,9})?)(MiB|GiB)$/;
const MIB: Record<string, number> = { MiB: 1, GiB: 1024 };

/**
 * `fixed`: one window for all functions. `adaptive`: decides from what it has seen. `capped`: all functions on one memory, idle instances
 * go to make room. `hindsight` and `bound` know the trace.
 */
export type PolicyKind = 'fixed' | 'adaptive' | 'capped' | 'hindsight' | 'bound';

export interface NamedPolicy {
  name: string;
  kind: PolicyKind;
  /** For people: one sentence. */
  about: string;
  spec: PolicySpec | BoundSpec | MemoryCapSpec;
}

const PRIOR = Float64Array.from(ADAPTIVE_PRIOR.hazards);

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
    name: 'adaptive',
    kind: 'adaptive',
    about:
      "weighs idle memory against cold starts by what each function's past and the clock foretell, and starts instances ahead",
    spec: () => ({ kind: 'adaptive', prior: PRIOR }),
  },
  {
    name: 'adaptive-keepalive',
    kind: 'adaptive',
    about: 'the same, but instances only stay: none is started ahead',
    spec: () => ({ kind: 'adaptive-keepalive', prior: PRIOR }),
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
    name: 'break-even',
    kind: 'adaptive',
    about: 'every instance stays until its idle time costs as much as a cold start (Karlin et al., 1988)',
    spec: () => ({ kind: 'break-even' }),
  },
  {
    name: 'break-even-randomised',
    kind: 'adaptive',
    about: 'a time drawn at every release: e/(e-1) of the best on average (Karlin et al., 1994)',
    spec: () => ({ kind: 'break-even-randomised' }),
  },
  {
    name: 'spes',
    kind: 'adaptive',
    about: "a category from the function's own past, and its rule (after SPES, Lee et al., ICDE 2024)",
    spec: (coldStartMs) => ({ kind: 'spes', prewarmMs: coldStartMs }),
  },
  {
    name: 'static-2x',
    kind: 'adaptive',
    about: 'twice the mean of busy instances of the day before, held all day',
    spec: (coldStartMs) => ({ kind: 'static-2x', prewarmMs: coldStartMs }),
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

/** Published rivals that are replayed when asked for. */
const RIVALS: readonly string[] = ['break-even', 'break-even-randomised', 'spes', 'static-2x'];

/** What a replay compares when nothing else is asked for. */
export const DEFAULT_POLICIES: readonly string[] = [
  ...[0, 1, 5, 10, 20, 60].map((minutes) => `fixed-${minutes}min`),
  ...KNOWN.map(({ name }) => name).filter((name) => !RIVALS.includes(name)),
];

/** Names that need a memory cap behind them. */
export const UNDER_A_CAP: readonly string[] = ['faascache', 'lru'];

/** Names that `policyByName` takes, for messages and help. */
export const POLICY_NAMES: readonly string[] = [
  'fixed-<N><ms|s|min|h>',
  ...KNOWN.map(({ name }) => name),
  ...PROVIDER_DEFAULTS.map(({ name }) => name),
  'adaptive[-keepalive]@<N>%',
  ...UNDER_A_CAP.map((name) => `${name}@<N><MiB|GiB>`),
  'fixed-<N><ms|s|min|h>@<N><MiB|GiB>',
];

/** A policy under a memory cap over all functions: `faascache@8GiB`. */
function cappedPolicy(name: string, inner: string, memoryCapMiB: number): NamedPolicy {
  const cap = name.slice(inner.length + 1);
  const capped = (about: string, spec: MemoryCapSpec): NamedPolicy => ({ name, kind: 'capped', about, spec });
  if (inner === 'faascache') {
    const about = `of ${cap} for all functions, the instance with the fewest calls x start time / memory makes room (FaasCache, Fuerst and Sharma, ASPLOS 2021)`;
    return capped(about, { kind: 'greedy-dual', memoryCapMiB });
  }
  const makesRoom = `of ${cap} for all functions, the instance that has been idle longest makes room`;
  if (inner === 'lru') return capped(makesRoom, { kind: 'lru', keepAliveMs: Number.POSITIVE_INFINITY, memoryCapMiB });
  const { kind, about, spec } = policyByName(inner, 0);
  if (kind === 'fixed' && spec.kind === 'window') {
    return capped(`${about}; ${makesRoom}`, { kind: 'lru', keepAliveMs: spec.keepAliveMs, memoryCapMiB });
  }
  const expected = `${UNDER_A_CAP.join(', ')} and fixed windows`;
  throw new IsothermError('UNKNOWN_POLICY', `'${inner}' knows no memory cap; there are ${expected}`);
}

/** `adaptive@1%`: the price of a cold start moves until that share of calls is cold. */
function targetedPolicy(name: string, inner: string, percent: number): NamedPolicy {
  if (percent > 100) throw new IsothermError('UNKNOWN_POLICY', `'${name}' has a target above 100 %`);
  const { about } = policyByName(inner, 0);
  const kind = inner === 'adaptive' ? 'adaptive' : 'adaptive-keepalive';
  const spec = { kind, prior: PRIOR, targetColdStartRate: percent / 100 } as const;
  return { name, kind: 'adaptive', about: `${about}; at most ${percent} % of a function's calls are to be cold`, spec };
}

/**
 * The names, `faascache` and `lru` under each of the caps: `lru` is `lru@8GiB` and `lru@16GiB` under 8 and 16 GiB.
 *
 * @example
 * underMemoryCaps(['fixed-10min', 'lru'], [8, 16]); // ['fixed-10min', 'lru@8GiB', 'lru@16GiB']
 */
export function underMemoryCaps(names: readonly string[], capsGiB: readonly number[]): string[] {
  return names.flatMap((name) => (UNDER_A_CAP.includes(name) ? capsGiB.map((cap) => `${name}@${cap}GiB`) : [name]));
}

/**
 * The policy of a name. `coldStartMs` is the lead time of policies that pre-warm at ticks.
 *
 * Errors: `UNKNOWN_POLICY`, with the names that there are.
 *
 * @example
 * policyByName('fixed-10min', 1000).spec; // { kind: 'window', keepAliveMs: 600000 }
 */
export function policyByName(name: string, coldStartMs: number): NamedPolicy {
  const capped = CAPPED.exec(name);
  if (capped !== null) return cappedPolicy(name, capped[1]!, Number(capped[2]) * MIB[capped[3]!]!);
  if (UNDER_A_CAP.includes(name)) {
    throw new IsothermError('UNKNOWN_POLICY', `'${name}' needs the memory that it has: ${name}@8GiB`);
  }
  const targeted = WITH_TARGET.exec(name);
  if (targeted !== null) return targetedPolicy(name, targeted[1]!, Number(targeted[2]));
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
