/**
 * When the instances that a function has do not suffice: times from a tick to the first call after which more are busy than there were at the tick. An
 * instance more, started at that tick, would have served that call. O(different numbers of instances that wait) per call.
 */
export class Shortfalls {
  /** Ticks that wait for theirs, by how many instances there were. */
  readonly #waiting = new Map<number, number[]>();
  #fewest = Number.POSITIVE_INFINITY;

  /** At a tick there are so many instances, before any that it starts: busy, idle and promised. */
  ticked(nowMs: number, instances: number): void {
    const ticks = this.#waiting.get(instances);
    if (ticks === undefined) this.#waiting.set(instances, [nowMs]);
    else ticks.push(nowMs);
    if (instances < this.#fewest) this.#fewest = instances;
  }

  /** A call arrives, and `busy` instances are serving then: calls `ended` with the time since each tick that it is too much for. */
  arrived(atMs: number, busy: number, ended: (ms: number) => void): void {
    if (busy <= this.#fewest) return;
    this.#fewest = Number.POSITIVE_INFINITY;
    for (const [instances, ticks] of this.#waiting) {
      if (instances < busy) {
        for (const tick of ticks) ended(atMs - tick);
        this.#waiting.delete(instances);
      } else if (instances < this.#fewest) this.#fewest = instances;
    }
  }
}
