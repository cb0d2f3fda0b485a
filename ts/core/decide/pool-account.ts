/** Whether a pool pays: what its instances would have saved beside the policy's own, and cost, as calls came. */
import { IsothermError } from '../kernels/error.js';
import type { WarmInterval } from '../kernels/policy-interface.js';
import type { StateReader, StateWriter } from '../kernels/pure/state.js';
import type { PoolTerms } from './pool.js';

/** The past counts half after a day. */
const FADE_MS = 86_400_000 / Math.LN2;
/** A pool is trusted once it would have saved so many cold starts more than it cost, and until it has cost more than it saved. */
const EARNED_COLD_STARTS = 10;
const FOREVER = Number.POSITIVE_INFINITY;

/** An idle instance as the pool would have it: `[fromMs, heldMs]`; the policy alone would have it in `[ownFromMs, ownUntilMs]`. */
interface Held {
  fromMs: number;
  heldMs: number;
  ownFromMs: number;
  ownUntilMs: number;
}

/**
 * Instances are told apart by level, how many calls are running beside it: the latest released serves first. So what a pool would have done is known whether it
 * was allowed to or not, and a pool that the forecast wants is weighed by what came instead of by what was foretold.
 */
export class PoolAccount {
  #scoreUsd = 0;
  #isTrusted = false;
  #held: (Held | undefined)[] = [];

  /** What it saved less what it cost, USD; the past fades. */
  get scoreUsd(): number {
    return this.#scoreUsd;
  }

  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  /** An instance is released to `level`; the pool would hold it until `poolUntilMs`. */
  released(level: number, atMs: number, own: WarmInterval, poolUntilMs: number, terms: PoolTerms): void {
    this.#settle(level, atMs, terms);
    if (poolUntilMs <= atMs || atMs + own.prewarmMs > poolUntilMs) return;
    const ownFromMs = atMs + own.prewarmMs;
    const ownUntilMs = ownFromMs + own.keepAliveMs;
    this.#held[level] = { fromMs: atMs, heldMs: Math.max(poolUntilMs, ownUntilMs), ownFromMs, ownUntilMs };
  }

  /** The pool would start an instance of this level, where it has none. */
  lacks(level: number, nowMs: number, heldForMs: number, terms: PoolTerms): void {
    const held = this.#held[level];
    if (held !== undefined && held.heldMs >= nowMs) return;
    this.#settle(level, nowMs, terms);
    this.#scoreUsd -= terms.preWarmUsd;
    const fromMs = nowMs + terms.coldStartMs;
    this.#held[level] = { fromMs, heldMs: fromMs + heldForMs, ownFromMs: FOREVER, ownUntilMs: FOREVER };
  }

  /** A call takes the instance of `level`. */
  taken(level: number, atMs: number, terms: PoolTerms): void {
    const held = this.#held[level];
    if (held === undefined) return;
    const isOwn = held.ownFromMs <= atMs && atMs <= held.ownUntilMs;
    if (!isOwn && held.fromMs <= atMs && atMs <= held.heldMs) this.#scoreUsd += terms.coldStartUsd;
    this.#settle(level, atMs, terms);
  }

  /** Time stood from `fromMs` to `untilMs`: what is held is held for as long as it would have been. */
  stood(fromMs: number, untilMs: number): void {
    for (const held of this.#held) {
      if (held === undefined || held.heldMs < fromMs) continue;
      const stoodMs = untilMs - fromMs;
      held.fromMs += stoodMs;
      held.heldMs += stoodMs;
      held.ownFromMs += stoodMs;
      held.ownUntilMs += stoodMs;
    }
  }

  /** A tick: levels from `pool` on are not held any more once their time is over. */
  ticked(nowMs: number, terms: PoolTerms): void {
    for (let level = this.#held.length - 1; level >= 0; level--) {
      const held = this.#held[level];
      if (held !== undefined && held.heldMs < nowMs) this.#settle(level, nowMs, terms);
      if (this.#held[level] === undefined && level === this.#held.length - 1) this.#held.pop();
    }
    this.#scoreUsd -= (this.#scoreUsd * Math.min(terms.tickMs, FADE_MS)) / FADE_MS;
    if (this.#scoreUsd < 0) this.#isTrusted = false;
    else if (this.#scoreUsd > EARNED_COLD_STARTS * terms.coldStartUsd) this.#isTrusted = true;
  }

  save(out: StateWriter): void {
    out.f64(this.#scoreUsd);
    out.u8(this.#isTrusted ? 1 : 0);
    out.whole(this.#held.length);
    const time = (value: number): void => out.whole(value === FOREVER ? 0 : value + 1);
    for (const held of this.#held) {
      out.u8(held === undefined ? 0 : 1);
      if (held === undefined) continue;
      for (const at of [held.fromMs, held.heldMs, held.ownFromMs, held.ownUntilMs]) time(at);
    }
  }

  /** Errors: `BAD_STATE`. */
  static load(from: StateReader, most: number): PoolAccount {
    const account = new PoolAccount();
    account.#scoreUsd = from.f64();
    if (!Number.isFinite(account.#scoreUsd)) throw new IsothermError('BAD_STATE', 'state has a pool without a score');
    account.#isTrusted = from.u8() === 1;
    const time = (): number => {
      const value = from.whole();
      return value === 0 ? FOREVER : value - 1;
    };
    for (let left = from.whole(most); left > 0; left--) {
      const isHeld = from.u8() === 1;
      const held = isHeld ? { fromMs: time(), heldMs: time(), ownFromMs: time(), ownUntilMs: time() } : undefined;
      account.#held.push(held);
    }
    return account;
  }

  /** Charges the idle time up to `atMs` that the policy alone would not have had. */
  #settle(level: number, atMs: number, terms: PoolTerms): void {
    const held = this.#held[level];
    if (held === undefined) return;
    this.#held[level] = undefined;
    const untilMs = Math.min(held.heldMs, atMs);
    const ownMs = Math.max(0, Math.min(untilMs, held.ownUntilMs) - Math.max(held.fromMs, held.ownFromMs));
    const extraMs = Math.max(0, untilMs - held.fromMs) - ownMs;
    this.#scoreUsd -= extraMs * terms.idleUsdPerMs;
  }
}
