/** What a missing instance brings about: the pure twin of `cascade.rs` in `crates/policy`. */
import type { StateReader, StateWriter } from '../policy.js';

/** Episodes of one level, see `episodes.ts`. */
export class Cascade {
  /** How many, and the calls beyond the first in all of them. */
  episodes = 0;
  followers = 0;

  /** Adds the episodes of another. */
  merge(other: Cascade): void {
    this.episodes += other.episodes;
    this.followers += other.followers;
  }

  save(out: StateWriter): void {
    out.f64(this.episodes);
    out.f64(this.followers);
  }

  static load(from: StateReader): Cascade {
    const cascade = new Cascade();
    cascade.episodes = from.amount();
    cascade.followers = from.amount();
    return cascade;
  }
}
