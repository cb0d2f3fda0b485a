/** What people change while it runs: limits and pauses, each committed with who did it before it holds. */
import type { AuditEntry } from '../api/schemas/events.js';
import type { LimitsPatch, LimitsView, Scope } from '../api/schemas/limits.js';
import type { Clock } from '../providers/index.js';
import type { Json, Store } from '../store/index.js';
import type { EventLog } from './event-log.js';
import type { LimitsBook, SettingChange } from './limits-book.js';

/** What is written down of a change; the rest is the same of all. */
type Change = Pick<AuditEntry, 'action' | 'actor'> & { scope: Scope; from: Json; to: Json };

/** What a configuration that was read again changed, by key. */
export interface ConfigChange {
  applied: readonly string[];
  from: Readonly<Record<string, unknown>>;
  to: Readonly<Record<string, unknown>>;
}

export class SettingChanges {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #limits: LimitsBook;
  readonly #events: EventLog;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: { store: Store; clock: Clock; limits: LimitsBook; events: EventLog }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#events = parts.events;
  }

  /** Errors: `OUT_OF_RANGE` where the least would be above the most; as of the store. */
  async setLimits(scope: Scope, patch: LimitsPatch, actor: string): Promise<void> {
    const from = ownLimits(this.#limits.view(), scope);
    await this.#make(() => this.#limits.patched(scope, patch), {
      action: 'limits',
      actor,
      scope,
      from,
      to: patch as Json,
    });
    const words = `${actor} has changed the limits of ${subjectOf(scope)}`;
    this.#events.emit('limits', null, words, { scope, limits: patch });
  }

  /** Errors: as of the store. */
  async pause(scope: Scope, reason: string | null, actor: string): Promise<void> {
    const change = this.#limits.paused(scope, { sinceMs: this.#clock.now(), actor, reason });
    await this.#make(() => change, { action: 'pause', actor, scope, from: false, to: true });
    this.#events.emit('paused', null, `${actor} has paused ${subjectOf(scope)}`, { scope, reason });
  }

  /** Errors: `PAUSED_BY_CONFIG`; as of the store. */
  async resume(scope: Scope, actor: string): Promise<void> {
    this.#limits.checkResume(scope);
    const change = this.#limits.paused(scope, undefined);
    await this.#make(() => change, { action: 'resume', actor, scope, from: true, to: false });
    this.#events.emit('resumed', null, `${actor} has resumed ${subjectOf(scope)}`, { scope });
  }

  /** A configuration that was read again holds already, since `atMs`: it is what its file says. May be repeated as it is. Errors: as of the store. */
  async configured({ from, to }: ConfigChange, atMs: number): Promise<void> {
    await this.#store.appendAudit({
      atMs,
      actor: 'configuration',
      action: 'config',
      // Its keys are those of what was and what is.
      subject: 'the configuration',
      detail: { scope: null, from: from as Json, to: to as Json },
    });
  }

  /** Committed first: what holds is what is written down. One after the other: a change is made to what the one before has left. */
  #make(changeNow: () => SettingChange, change: Change): Promise<void> {
    const work = this.#last.then(() => this.#commit(changeNow(), change));
    this.#last = work.catch(() => undefined);
    return work;
  }

  async #commit(setting: SettingChange, { action, actor, scope, from, to }: Change): Promise<void> {
    const subject = subjectOf(scope);
    const detail = { scope, from, to };
    await this.#store.setSetting(setting.name, setting.value, {
      atMs: this.#clock.now(),
      actor,
      action,
      subject,
      detail,
    });
    this.#limits.apply(setting);
  }
}

function subjectOf(scope: Scope): string {
  if (scope.kind === 'fleet') return 'all functions';
  return scope.kind === 'group' ? `functions like ${scope.match}` : scope.functionKey;
}

/** What a scope sets itself, before a change. */
function ownLimits({ fleet, groups, functions }: LimitsView, scope: Scope): Json {
  const found =
    scope.kind === 'fleet'
      ? fleet
      : scope.kind === 'group'
        ? groups.find(({ match }) => match === scope.match)?.limits
        : functions.find(({ functionKey }) => functionKey === scope.functionKey)?.limits;
  return (found ?? {}) as Json;
}
