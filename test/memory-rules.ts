/** Limits and pauses of a plane for tests, and the record of who set them. */
import { NO_LIMITS } from '../ts/core/decide/index.js';
import type { AuditEntry } from '../ts/server/api/schemas/events.js';
import type { Limits, LimitsPatch, LimitsView, Pause, Scope } from '../ts/server/api/schemas/limits.js';

export const scopeName = (scope: Scope): string =>
  scope.kind === 'fleet' ? 'fleet' : scope.kind === 'group' ? `group ${scope.match}` : `function ${scope.functionKey}`;

export class MemoryRules {
  readonly #audit: AuditEntry[] = [];
  readonly #limits = new Map<string, { scope: Scope; limits: Partial<Limits> }>();
  readonly #pauses = new Map<string, Pause>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Newest first. */
  audit({ fromMs = 0, toMs = Number.POSITIVE_INFINITY }: { fromMs?: number; toMs?: number }): AuditEntry[] {
    return this.#audit.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).reverse();
  }

  limits(): LimitsView {
    const view: LimitsView = {
      fleet: { ...NO_LIMITS, ...this.#limits.get('fleet')?.limits },
      groups: [],
      functions: [],
    };
    for (const { scope, limits } of this.#limits.values()) {
      if (scope.kind === 'group') view.groups.push({ match: scope.match, limits });
      if (scope.kind === 'function') view.functions.push({ functionKey: scope.functionKey, limits });
    }
    return view;
  }

  limitsOf(functionKey: string): Limits {
    return { ...this.limits().fleet, ...this.#limits.get(`function ${functionKey}`)?.limits };
  }

  setLimits(scope: Scope, patch: LimitsPatch, actor: string): LimitsView {
    const name = scopeName(scope);
    const from = this.#limits.get(name)?.limits ?? {};
    const to = { ...from, ...Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null)) };
    for (const [field, value] of Object.entries(patch)) if (value === null) delete to[field as keyof Limits];
    this.#limits.set(name, { scope, limits: to });
    this.#record('limits', scope, from, to, actor);
    return this.limits();
  }

  pauses(): Pause[] {
    return [...this.#pauses.values()];
  }

  isPaused(functionKey: string): boolean {
    return this.#pauses.has('fleet') || this.#pauses.has(`function ${functionKey}`);
  }

  /** Whether it was not paused before. */
  pause(scope: Scope, reason: string | null, actor: string): boolean {
    const name = scopeName(scope);
    if (this.#pauses.has(name)) return false;
    this.#pauses.set(name, { scope, sinceMs: this.#now(), actor, reason, configured: false });
    this.#record('pause', scope, false, true, actor);
    return true;
  }

  /** Whether it was paused before. */
  resume(scope: Scope, actor: string): boolean {
    if (!this.#pauses.delete(scopeName(scope))) return false;
    this.#record('resume', scope, true, false, actor);
    return true;
  }

  #record(action: AuditEntry['action'], scope: Scope, from: unknown, to: unknown, actor: string): void {
    this.#audit.push({ id: this.#audit.length + 1, atMs: this.#now(), actor, action, scope, from, to });
  }
}
