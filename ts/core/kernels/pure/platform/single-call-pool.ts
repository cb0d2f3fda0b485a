/** Instances that take one call at a time: those in the same state are alike, so that counting them is enough. */
import { EmptyReady, EmptySpill } from './empty-instances.js';
import type { Pool } from './pool.js';
import type { Releases } from './releases.js';

export class SingleCallPool implements Pool {
  readonly emptyReady: EmptyReady;
  readonly emptySpill: EmptySpill;
  readyCalls = 0;
  leaving = 0;
  busySpill = 0;
  readyBusyMs = 0;
  spillBusyMs = 0;
  #releases: Releases;
  #coldStart: number;

  constructor(releases: Releases, coldStart: number, keepAlive: number, horizon: number) {
    this.#releases = releases;
    this.#coldStart = coldStart;
    this.emptyReady = new EmptyReady(horizon);
    this.emptySpill = new EmptySpill(keepAlive);
  }

  get next(): number {
    return this.#releases.next;
  }

  release(): void {
    const key = this.#releases.next;
    this.#releases.pop();
    if (key % 2 !== 0) {
      this.busySpill--;
      this.emptySpill.push((key - 1) / 2);
    } else if (this.leaving > 0) {
      // Whichever are released next are those that leave.
      this.leaving--;
    } else {
      this.readyCalls--;
      this.emptyReady.change(key / 2, 1);
    }
  }

  serveReady(now: number, duration: number): boolean {
    if (this.emptyReady.count === 0) return false;
    this.emptyReady.change(now, -1);
    this.readyCalls++;
    this.readyBusyMs += duration;
    this.#releases.push(2 * (now + duration), false);
    return true;
  }

  serveSpill(now: number, duration: number): boolean {
    if (!this.emptySpill.take(now)) return false;
    this.busySpill++;
    this.spillBusyMs += duration;
    this.#releases.push(2 * (now + duration) + 1, false);
    return true;
  }

  serveStarting(): number {
    return -1;
  }

  start(now: number, duration: number): void {
    this.busySpill++;
    this.spillBusyMs += this.#coldStart + duration;
    this.#releases.push(2 * (now + this.#coldStart + duration) + 1, true);
  }

  dismiss(now: number, count: number): void {
    const empty = Math.min(count, this.emptyReady.count);
    this.emptyReady.change(now, -empty);
    this.leaving += count - empty;
    this.readyCalls -= count - empty;
  }
}
