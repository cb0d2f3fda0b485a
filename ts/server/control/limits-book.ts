/** Limits and pauses: those of the configuration, overridden by what people have set while it runs. */
import {
  ChangeRates,
  type FunctionLimits,
  fitsKey,
  type LimitRules,
  type Limits,
  limitsOf,
  NO_LIMITS,
} from 'isotherm/decide';
import { IsothermError } from 'isotherm/kernels';
import type { LimitsPatch, LimitsView, Pause, Scope } from '../api/schemas/limits.js';
import type { LimitsConfig, LimitValues } from '../config/index.js';
import type { Json } from '../store/index.js';

type Overrides = Partial<Omit<Limits, 'paused'>>;

const LIMITS = 'limits/';
const PAUSE = 'pause/';
const GROUP = 'group/';
const FUNCTION = 'function/';
const FIELDS = ['minInstances', 'maxInstances', 'maxStep', 'maxRatePerMin', 'coolDownMs'] as const;

/** A scope as part of a setting's name. */
function scopeName(scope: Scope): string {
  if (scope.kind === 'fleet') return 'fleet';
  return scope.kind === 'group' ? GROUP + scope.match : FUNCTION + scope.functionKey;
}

function scopeOfName(name: string): Scope | undefined {
  if (name === 'fleet') return { kind: 'fleet' };
  if (name.startsWith(GROUP)) return { kind: 'group', match: name.slice(GROUP.length) };
  if (name.startsWith(FUNCTION)) return { kind: 'function', functionKey: name.slice(FUNCTION.length) };
  return undefined;
}

function fits(scope: Scope, functionKey: string): boolean {
  if (scope.kind === 'fleet') return true;
  return scope.kind === 'group' ? fitsKey(scope.match, functionKey) : functionKey === scope.functionKey;
}

const boundOrNull = (value: number): number | null => (value === Number.POSITIVE_INFINITY ? null : value);

function configured({ maxInstances, maxStep, maxRatePerMin, ...others }: Partial<LimitValues>): Partial<Limits> {
  return {
    ...others,
    ...(maxInstances !== undefined && { maxInstances: boundOrNull(maxInstances) }),
    ...(maxStep !== undefined && { maxStep: boundOrNull(maxStep) }),
    ...(maxRatePerMin !== undefined && { maxRatePerMin: boundOrNull(maxRatePerMin) }),
  };
}

/** What a change of settings comes to: committed first, applied then. */
export interface SettingChange {
  name: string;
  value: Json | undefined;
}

/** The limits of every function; lookups are remembered until something changes. */
export class LimitsBook {
  #config: LimitsConfig;
  /** What was set while it runs, by scope: goes before what is configured for the same scope. */
  readonly #set = new Map<string, { scope: Scope; limits: Overrides }>();
  readonly #pauses = new Map<string, Pause>();
  /** Those of the configuration, which nobody resumes here. */
  #configuredPauses = new Map<string, Pause>();
  readonly #rates = new ChangeRates();
  readonly #resolved = new Map<string, FunctionLimits>();
  #rules: Required<LimitRules> | undefined;

  constructor(config: LimitsConfig, settings: ReadonlyMap<string, Json>, nowMs: number) {
    this.#config = config;
    this.configure(config, nowMs);
    for (const [name, value] of settings) this.apply({ name, value });
  }

  /** Takes the limits of a configuration that was read again; what was set while it ran stays. */
  configure(config: LimitsConfig, nowMs: number): void {
    this.#config = config;
    const paused: Scope[] = [
      ...(config.default.paused ? [{ kind: 'fleet' } as const] : []),
      ...config.groups.flatMap(({ match, limits }) => (limits.paused ? [{ kind: 'group', match } as const] : [])),
      ...Object.entries(config.functions).flatMap(([functionKey, limits]) => {
        return limits.paused ? [{ kind: 'function', functionKey } as const] : [];
      }),
    ];
    const before = this.#configuredPauses;
    this.#configuredPauses = new Map(
      paused.map((scope) => {
        const sinceMs = before.get(scopeName(scope))?.sinceMs ?? nowMs;
        return [scopeName(scope), { scope, sinceMs, actor: 'configuration', reason: null, configured: true }];
      }),
    );
    this.#forget();
  }

  /** The setting that a patch comes to: null takes an override away. Errors: `OUT_OF_RANGE` where the least would be above the most. */
  patched(scope: Scope, patch: LimitsPatch): SettingChange {
    const name = scopeName(scope);
    const next: Overrides = { ...this.#set.get(name)?.limits };
    for (const field of FIELDS) {
      const value = patch[field];
      if (value === undefined) continue;
      if (value !== null) next[field] = value;
      // Of the fleet a bound can be set to none at all; elsewhere what stands above holds again.
      else if (scope.kind === 'fleet' && field !== 'minInstances' && field !== 'coolDownMs') next[field] = null;
      else delete next[field];
    }
    const { minInstances: least = 0, maxInstances: most = null } = { ...this.#configuredOf(scope), ...next };
    if (most !== null && least > most) {
      const sentence = `minInstances would be ${least} and maxInstances ${most}; expected the least at or below the most`;
      throw new IsothermError('OUT_OF_RANGE', sentence);
    }
    return { name: LIMITS + name, value: Object.keys(next).length === 0 ? undefined : next };
  }

  /** Errors: `PAUSED_BY_CONFIG` where the configuration pauses exactly this scope, which nobody ends but who changes it. */
  checkResume(scope: Scope): void {
    if (!this.#configuredPauses.has(scopeName(scope))) return;
    const expected = 'expected `paused` to be taken away there: it is read again when it changes';
    throw new IsothermError('PAUSED_BY_CONFIG', `the configuration pauses this scope; ${expected}`);
  }

  paused(scope: Scope, pause: Omit<Pause, 'scope' | 'configured'> | undefined): SettingChange {
    return { name: PAUSE + scopeName(scope), value: pause === undefined ? undefined : { ...pause } };
  }

  apply({ name, value }: SettingChange): void {
    const kind = [LIMITS, PAUSE].find((one) => name.startsWith(one));
    const scope = kind === undefined ? undefined : scopeOfName(name.slice(kind.length));
    if (scope === undefined) return;
    const own = scopeName(scope);
    if (value === undefined) (kind === LIMITS ? this.#set : this.#pauses).delete(own);
    else if (kind === LIMITS) this.#set.set(own, { scope, limits: value as Overrides });
    else {
      const pause = value as unknown as Omit<Pause, 'scope' | 'configured'>;
      this.#pauses.set(own, { scope, ...pause, configured: false });
    }
    this.#forget();
  }

  of(functionKey: string): Limits {
    return this.#resolve(functionKey).limits;
  }

  /** Whether every scope with a rate that the function is in has a change left. */
  mayChange(functionKey: string, nowMs: number): boolean {
    return this.#rates.mayChange(this.#resolve(functionKey).rates, nowMs);
  }

  changed(functionKey: string, nowMs: number): void {
    this.#rates.changed(this.#resolve(functionKey).rates, nowMs);
  }

  /** Those of people, then those of the configuration. */
  pauses(): Pause[] {
    return [...this.#pauses.values(), ...this.#configuredPauses.values()];
  }

  view(): LimitsView {
    const { default: fleet, groups, functions } = this.#currentRules();
    const shown = <Some extends Partial<Limits>>(scope: Scope, limits: Some): Some =>
      this.#pauses.has(scopeName(scope)) ? { ...limits, paused: true } : limits;
    return {
      fleet: shown({ kind: 'fleet' }, { ...NO_LIMITS, ...fleet }),
      groups: groups.map(({ match, limits }) => ({ match, limits: shown({ kind: 'group', match }, limits) })),
      functions: Object.entries(functions).map(([functionKey, limits]) => {
        return { functionKey, limits: shown({ kind: 'function', functionKey }, limits) };
      }),
    };
  }

  #forget(): void {
    this.#rules = undefined;
    this.#resolved.clear();
  }

  #resolve(functionKey: string): FunctionLimits {
    let found = this.#resolved.get(functionKey);
    if (found === undefined) {
      const { limits, rates } = limitsOf(this.#currentRules(), functionKey);
      // A pause that was made while it runs is never lifted by what stands narrower.
      const isPaused = [...this.#pauses.values()].some(({ scope }) => fits(scope, functionKey));
      found = { limits: isPaused ? { ...limits, paused: true } : limits, rates };
      this.#resolved.set(functionKey, found);
    }
    return found;
  }

  /** What is configured of a scope itself. */
  #configuredOf(scope: Scope): Partial<Limits> {
    const { default: usual, groups, functions } = this.#config;
    if (scope.kind === 'fleet') return configured(usual);
    if (scope.kind === 'function') {
      return Object.hasOwn(functions, scope.functionKey) ? configured(functions[scope.functionKey]!) : {};
    }
    const same = groups.filter(({ match }) => match === scope.match);
    return Object.assign({}, ...same.map(({ limits }) => configured(limits)));
  }

  /** Groups in the order of the configuration, then those that were set while it runs. */
  #currentRules(): Required<LimitRules> {
    if (this.#rules === undefined) {
      const config = this.#config;
      const setOf = (scope: Scope): Overrides => this.#set.get(scopeName(scope))?.limits ?? {};
      const groups = config.groups.map(({ name, match, limits }) => {
        return { name, match, limits: { ...configured(limits), ...setOf({ kind: 'group', match }) } };
      });
      const functions = new Map<string, Partial<Limits>>();
      for (const [functionKey, limits] of Object.entries(config.functions)) {
        functions.set(functionKey, { ...configured(limits), ...setOf({ kind: 'function', functionKey }) });
      }
      for (const { scope, limits } of this.#set.values()) {
        if (scope.kind === 'group' && !config.groups.some(({ match }) => match === scope.match)) {
          groups.push({ name: scope.match, match: scope.match, limits });
        } else if (scope.kind === 'function' && !functions.has(scope.functionKey)) {
          functions.set(scope.functionKey, limits);
        }
      }
      this.#rules = {
        default: { ...configured(config.default), ...setOf({ kind: 'fleet' }) },
        groups,
        functions: Object.fromEntries(functions),
      };
    }
    return this.#rules;
  }
}
