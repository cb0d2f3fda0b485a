/** What a missing instance brings about: the pure twin of `cascade.rs` in `crates/policy`. */
import { ensure } from '../../check.js';
import type { StateReader, StateWriter } from '../policy.js';

/** Episodes of one level. Instants are NaN for none. */
export class Cascade {
  /** How many, and the calls beyond the first in all of them. */
  episodes = 0;
  followers = 0;
  /** How long the level's instance was busy: in all, ms, and since when if it is. */
  #busyMs = 0;
  #busySince = Number.NaN;
  /** When the episode that is on began. */
  #openAt = Number.NaN;
  /** Busy ms of the level and of the one above it when it began, and their growth since. */
  #base = 0;
  #baseAbove = 0;
  #grown = 0;
  #grownAbove = 0;

  /** Its instance's busy time until `at`, ms. */
  busyUntil(at: number): number {
    return Number.isNaN(this.#busySince) ? this.#busyMs : this.#busyMs + Math.max(at - this.#busySince, 0);
  }

  /** Whether an episode is on. */
  get isOpen(): boolean {
    return !Number.isNaN(this.#openAt);
  }

  /** Its instance begins to serve. */
  serve(at: number): void {
    if (Number.isNaN(this.#busySince)) this.#busySince = at;
  }

  /** Its instance is free; `above` is `busyUntil` of the level above. */
  free(at: number, above: number, coldMs: number): void {
    this.#busyMs = this.busyUntil(at);
    this.#busySince = Number.NaN;
    if (!this.isOpen) return;
    const span = at - this.#openAt;
    const part = span > coldMs ? coldMs / span : 1;
    // A call that was thought to last may be over before the episode began.
    this.#grown = Math.max(this.#busyMs - this.#base, 0) * part;
    this.#grownAbove = Math.max(above - this.#baseAbove, 0) * part;
  }

  /** Begins an episode. */
  begin(at: number, above: number): void {
    this.episodes += 1;
    this.#openAt = at;
    this.#base = this.busyUntil(at);
    this.#baseAbove = above;
    this.#grown = 0;
    this.#grownAbove = 0;
  }

  /** Ends the episode that a cold start would have outlived by now; the followers it had. */
  endIfOver(at: number, coldMs: number, meanMs: number): number {
    if (!(at > this.#openAt + coldMs)) return 0;
    this.#openAt = Number.NaN;
    const mean = Math.max(meanMs, 1);
    const followers = Math.max(this.#grown - mean, this.#grownAbove, 0) / mean;
    this.followers += followers;
    return followers;
  }

  /** Adds the episodes of another. */
  merge(other: Cascade): void {
    this.episodes += other.episodes;
    this.followers += other.followers;
  }

  save(out: StateWriter): void {
    out.f64(this.episodes);
    out.f64(this.followers);
    out.i64(this.#busyMs);
    out.instant(Number.isNaN(this.#busySince) ? undefined : this.#busySince);
    out.instant(this.isOpen ? this.#openAt : undefined);
    if (!this.isOpen) return;
    out.i64(this.#base);
    out.i64(this.#baseAbove);
    out.f64(this.#grown);
    out.f64(this.#grownAbove);
  }

  /** At `now`. */
  static load(from: StateReader, now: number): Cascade {
    const cascade = new Cascade();
    cascade.episodes = from.amount();
    cascade.followers = from.amount();
    cascade.#busyMs = from.span();
    cascade.#busySince = from.instant() ?? Number.NaN;
    cascade.#openAt = from.instant() ?? Number.NaN;
    if (cascade.isOpen) {
      cascade.#base = from.span();
      cascade.#baseAbove = from.span();
      cascade.#grown = from.amount();
      cascade.#grownAbove = from.amount();
    }
    const past = !(cascade.#busySince > now || cascade.#openAt > now);
    ensure(past, 'BAD_STATE', () => 'policy state has a call that is yet to come');
    return cascade;
  }
}
