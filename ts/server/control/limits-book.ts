/** Limits and pauses: those of the configuration, overridden by what people have set while it runs. */
import { type LimitName, type Limits, NO_LIMITS } from 'isotherm/decide';
import { IsothermError } from 'isotherm/kernels';
import type { LimitsPatch, LimitsView, Pause, Scope } from '../api/schemas.js';
import type { LimitsConfig, LimitValues } from '../config/index.js';
import type { Json } from '../store/index.js';
import { patternOf } from './pattern.js';
import { RateBudget } from './rate-budget.js';

type Bounds = Omit<Limits, 'paused'>;
type Overrides = Partial<Bounds>;

/** A scope with the bounds that it sets. */
interface Level {
  scope: Scope;
  name: string;
  matches: (functionKey: string) => boolean;
  configured: Overrides;
  /** Set while it runs; goes before what is configured. */
  set: Overrides;
}

const LIMITS = 'limits/';
const PAUSE = 'pause/';
const FIELDS = ['minInstances', 'maxInstances', 'maxStep', 'maxRatePerMin', 'coolDownMs'] as const;

/** A scope as part of a setting's name. */
export function scopeName(scope: Scope): string {
  if (scope.kind === 'fleet') return 'fleet';
  return scope.kind === 'group' ? `group/${scope.match}` : `function/${scope.functionKey}`;
}

const matcherOf = (scope: Scope): ((functionKey: string) => boolean) =>
  scope.kind === 'fleet'
    ? () => true
    : scope.kind === 'group'
      ? patternOf(scope.match)
      : (functionKey) => functionKey === scope.functionKey;

const boundOrNull = (value: number): number | null => (value === Number.POSITIVE_INFINITY ? null : value);

function boundsOf(values: Partial<LimitValues>): Overrides {
  const bounds: Overrides = {};
  for (const field of FIELDS) {
    const value = values[field];
    if (value === undefined) continue;
    if (field === 'minInstances' || field === 'coolDownMs') bounds[field] = value;
    else bounds[field] = boundOrNull(value);
  }
  return bounds;
}

function scopeOfName(name: string): Scope | undefined {
  if (name === 'fleet') return { kind: 'fleet' };
  if (name.startsWith('group/')) return { kind: 'group', match: name.slice('group/'.length) };
  if (name.startsWith('function/')) return { kind: 'function', functionKey: name.slice('function/'.length) };
  return undefined;
}

/** What a change of settings comes to: committed first, applied then. */
export interface SettingChange {
  name: string;
  value: Json | undefined;
}

const ORDER = { fleet: 0, group: 1, function: 2 };

/** The limits of every function; lookups are remembered until something changes. */
export class LimitsBook {
  #levels = new Map<string, Level>();
  #pauses = new Map<string, Pause>();
  /** Paused by the configuration, which nobody resumes here. By name of the scope. */
  #pausedByConfig = new Map<string, Pause>();
  #resolved = new Map<string, { limits: Limits; rates: readonly Level[] }>();
  #budget = new RateBudget();

  constructor(config: LimitsConfig, settings: ReadonlyMap<string, Json>, nowMs: number) {
    this.configure(config, nowMs);
    for (const [name, value] of settings) this.apply({ name, value });
  }

  /** Takes the limits of a configuration that was read again; what was set while it ran stays. */
  configure(config: LimitsConfig, nowMs: number): void {
    for (const level of this.#levels.values()) level.configured = {};
    const before = this.#pausedByConfig;
    this.#pausedByConfig = new Map();
    const configured: [Scope, Partial<LimitValues>][] = [
      [{ kind: 'fleet' }, config.default],
      ...config.groups.map(({ match, limits }): [Scope, Partial<LimitValues>] => [{ kind: 'group', match }, limits]),
      ...Object.entries(config.functions).map(([functionKey, limits]): [Scope, Partial<LimitValues>] => [
        { kind: 'function', functionKey },
        limits,
      ]),
    ];
    for (const [scope, values] of configured) {
      this.#level(scope).configured = boundsOf(values);
      if (!values.paused) continue;
      const name = scopeName(scope);
      const sinceMs = before.get(name)?.sinceMs ?? nowMs;
      this.#pausedByConfig.set(name, { scope, sinceMs, actor: 'configuration', reason: null, configured: true });
    }
    this.#resolved.clear();
  }

  /** Errors: `OUT_OF_RANGE` where the least would be above the most. */
  check(scope: Scope, patch: LimitsPatch): void {
    const level = this.#levels.get(scopeName(scope));
    const bounds = { ...level?.configured, ...level?.set, ...patch };
    const { minInstances: least, maxInstances: most } = bounds;
    if (typeof least !== 'number' || typeof most !== 'number' || least <= most) return;
    const sentence = `minInstances would be ${least} and maxInstances ${most}; expected the least at or below the most`;
    throw new IsothermError('OUT_OF_RANGE', sentence);
  }

  /** The setting that a patch comes to: null takes an override away. */
  patched(scope: Scope, patch: LimitsPatch): SettingChange {
    const name = scopeName(scope);
    const next: Overrides = { ...this.#levels.get(name)?.set };
    for (const field of FIELDS) {
      const value = patch[field];
      if (value === undefined) continue;
      if (value !== null) next[field] = value;
      // Of the fleet a bound can be set to none at all; elsewhere what stands above holds again.
      else if (scope.kind === 'fleet' && field !== 'minInstances' && field !== 'coolDownMs') next[field] = null;
      else delete next[field];
    }
    return { name: LIMITS + name, value: Object.keys(next).length === 0 ? undefined : next };
  }

  /** Errors: `PAUSED_BY_CONFIG` where the configuration pauses exactly this scope, which nobody ends but who changes it. */
  checkResume(scope: Scope): void {
    if (!this.#pausedByConfig.has(scopeName(scope))) return;
    const sentence =
      'the configuration pauses this scope; expected `paused` there to be taken away: what it says is read again';
    throw new IsothermError('PAUSED_BY_CONFIG', sentence);
  }

  paused(scope: Scope, pause: Omit<Pause, 'scope' | 'configured'> | undefined): SettingChange {
    return { name: PAUSE + scopeName(scope), value: pause === undefined ? undefined : { ...pause } };
  }

  apply({ name, value }: SettingChange): void {
    if (name.startsWith(LIMITS)) {
      const scope = scopeOfName(name.slice(LIMITS.length));
      if (scope !== undefined) this.#level(scope).set = (value ?? {}) as Overrides;
    } else if (name.startsWith(PAUSE)) {
      const scope = scopeOfName(name.slice(PAUSE.length));
      if (scope === undefined) return;
      if (value === undefined) this.#pauses.delete(name);
      else {
        const pause = value as unknown as Omit<Pause, 'scope' | 'configured'>;
        this.#pauses.set(name, { scope, ...pause, configured: false });
      }
    }
    this.#resolved.clear();
  }

  of(functionKey: string): Limits {
    return this.#resolve(functionKey).limits;
  }

  isPaused(functionKey: string): boolean {
    return this.of(functionKey).paused;
  }

  /** Whether every scope with a rate that the function is in has a change left. */
  mayChange(functionKey: string, nowMs: number): boolean {
    const { rates } = this.#resolve(functionKey);
    return rates.every((level) => this.#budget.isLeft(level.name, rateOf(level)!, nowMs));
  }

  changed(functionKey: string, nowMs: number): void {
    for (const level of this.#resolve(functionKey).rates) this.#budget.spend(level.name, nowMs);
  }

  /** Those of people, then those of the configuration. */
  pauses(): Pause[] {
    return [...this.#pauses.values(), ...this.#pausedByConfig.values()];
  }

  view(): LimitsView {
    const levels = this.#ordered();
    const own = (level: Level): Overrides => ({ ...level.configured, ...level.set });
    const paused = (scope: Scope): boolean => {
      const name = scopeName(scope);
      return this.#pauses.has(PAUSE + name) || this.#pausedByConfig.has(name);
    };
    const withPause = (level: Level): Partial<Limits> => ({
      ...own(level),
      ...(paused(level.scope) ? { paused: true } : {}),
    });
    const fleet = levels.find(({ scope }) => scope.kind === 'fleet');
    return {
      fleet: { ...NO_LIMITS, ...(fleet === undefined ? {} : withPause(fleet)), paused: paused({ kind: 'fleet' }) },
      groups: levels.flatMap((level) =>
        level.scope.kind === 'group' ? [{ match: level.scope.match, limits: withPause(level) }] : [],
      ),
      functions: levels.flatMap((level) =>
        level.scope.kind === 'function' ? [{ functionKey: level.scope.functionKey, limits: withPause(level) }] : [],
      ),
    };
  }

  #level(scope: Scope): Level {
    const name = scopeName(scope);
    let level = this.#levels.get(name);
    if (level === undefined) {
      level = { scope, name, matches: matcherOf(scope), configured: {}, set: {} };
      this.#levels.set(name, level);
    }
    return level;
  }

  /** From the widest to the narrowest; groups in the order in which they came. */
  #ordered(): Level[] {
    return [...this.#levels.values()].sort((a, b) => ORDER[a.scope.kind] - ORDER[b.scope.kind]);
  }

  #resolve(functionKey: string): { limits: Limits; rates: readonly Level[] } {
    let found = this.#resolved.get(functionKey);
    if (found === undefined) {
      const levels = this.#ordered().filter(({ matches }) => matches(functionKey));
      const bounds: Limits = Object.assign(
        {},
        NO_LIMITS,
        ...levels.flatMap(({ configured, set }) => [configured, set]),
      );
      const isPaused = this.pauses().some(({ scope }) => matcherOf(scope)(functionKey));
      // Where a narrower scope raises the floor above a wider one's ceiling, the ceiling holds.
      const minInstances = Math.min(bounds.minInstances, bounds.maxInstances ?? bounds.minInstances);
      const limits = { ...bounds, minInstances, paused: isPaused };
      found = { limits, rates: levels.filter((level) => rateOf(level) !== null) };
      this.#resolved.set(functionKey, found);
    }
    return found;
  }
}

function rateOf({ configured, set }: Level): number | null {
  return ({ ...configured, ...set } satisfies Overrides).maxRatePerMin ?? null;
}

export type { LimitName };
