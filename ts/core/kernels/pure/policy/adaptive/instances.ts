/** A function's instances that idle or are promised, as its policy knows them: when they are warm, by release. */
import { ensure } from '../../check.js';
import type { StateReader, StateWriter } from '../policy.js';

export class Instances {
  #count = 0;
  #begins = new Float64Array(4);
  #ends = new Float64Array(4);

  /** One more, warm from `begin` to `end`. */
  push(begin: number, end: number): void {
    if (this.#count === this.#begins.length) this.#grow();
    this.#begins[this.#count] = begin;
    this.#ends[this.#count] = end;
    this.#count++;
  }

  /** Takes the latest that is warm at `at`; whether there is one. If not, a cold start takes the place of the latest promise. */
  take(at: number): boolean {
    for (let i = this.#count - 1; i >= 0; i--) {
      if (this.#ends[i] < at) {
        this.#remove(i);
      } else if (this.#begins[i] <= at) {
        this.#remove(i);
        return true;
      }
    }
    // All that are left begin later.
    if (this.#count > 0) this.#count--;
    return false;
  }

  /** Forgets those whose time is over. */
  forget(now: number): void {
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      if (this.#ends[i] < now) continue;
      this.#begins[kept] = this.#begins[i];
      this.#ends[kept] = this.#ends[i];
      kept++;
    }
    this.#count = kept;
  }

  /**
   * Time stands from `from` to `until`; up to `told` it is known what happened. Those that idle then are warm for as long as they would have been, and those that
   * are promised begin as much later.
   */
  stand(from: number, told: number, until: number): void {
    for (let i = 0; i < this.#count; i++) {
      if (this.#ends[i] < from) continue;
      const begin = this.#begins[i];
      const stood = until - (begin <= told ? Math.max(from, begin) : from);
      this.#begins[i] += stood;
      this.#ends[i] += stood;
    }
  }

  /** How many are there until `at` at least. */
  until(at: number): number {
    let count = 0;
    for (let i = 0; i < this.#count; i++) if (this.#ends[i] >= at) count++;
    return count;
  }

  save(out: StateWriter): void {
    out.u32(this.#count);
    for (let i = 0; i < this.#count; i++) {
      out.i64(this.#begins[i]);
      out.i64(this.#ends[i]);
    }
  }

  static load(from: StateReader): Instances {
    const instances = new Instances();
    for (let left = from.u32(); left > 0; left--) {
      const begin = from.time();
      const end = from.time();
      ensure(begin <= end, 'BAD_STATE', () => 'policy state ends an interval before it begins');
      instances.push(begin, end);
    }
    return instances;
  }

  #remove(i: number): void {
    this.#count--;
    if (i === this.#count) return;
    this.#begins.copyWithin(i, i + 1, this.#count + 1);
    this.#ends.copyWithin(i, i + 1, this.#count + 1);
  }

  #grow(): void {
    const grown = [new Float64Array(2 * this.#count), new Float64Array(2 * this.#count)];
    grown[0].set(this.#begins);
    grown[1].set(this.#ends);
    [this.#begins, this.#ends] = grown;
  }
}
