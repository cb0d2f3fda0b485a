/** Instances that take several calls at once. */

import { CarryingHeap } from '../replay/carrying-heap.js';
import { EmptyReady, EmptySpill } from './empty-instances.js';
import type { Pool } from './pool.js';

const NONE = -1;

/** Instances in use by how many calls they serve; of equal ones the one that changed last comes first. */
class Loads {
  /** First of each load, and the largest load below `concurrency` that may have one. */
  #first: Int32Array;
  #busiest = 0;
  #concurrency: number;

  constructor(concurrency: number) {
    this.#first = new Int32Array(concurrency + 1).fill(NONE);
    this.#concurrency = concurrency;
  }

  first(load: number): number {
    return this.#first[load];
  }

  insert(slots: Slots, slot: number): void {
    const load = slots.load[slot];
    const second = this.#first[load];
    slots.before[slot] = NONE;
    slots.after[slot] = second;
    if (second !== NONE) slots.before[second] = slot;
    this.#first[load] = slot;
    if (load > this.#busiest && load < this.#concurrency) this.#busiest = load;
  }

  remove(slots: Slots, slot: number): void {
    const before = slots.before[slot];
    const after = slots.after[slot];
    if (before === NONE) this.#first[slots.load[slot]] = after;
    else slots.after[before] = after;
    if (after !== NONE) slots.before[after] = before;
  }

  /** The busiest with room, or none. */
  busiest(): number {
    while (this.#busiest > 0 && this.#first[this.#busiest] === NONE) this.#busiest--;
    return this.#busiest > 0 ? this.#first[this.#busiest] : NONE;
  }
}

/** State of the instances in use, by slot. */
class Slots {
  load = new Int32Array(16);
  before = new Int32Array(16);
  after = new Int32Array(16);
  /** Since when it has calls. */
  since = new Float64Array(16);
  upAt = new Float64Array(16);
  /** 0 ready, 1 started by a call, 2 ready and to leave. */
  kind = new Uint8Array(16);
  #free: number[] = [];
  #used = 0;

  take(): number {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot === this.load.length) this.#grow();
    return slot;
  }

  give(slot: number): void {
    this.#free.push(slot);
  }

  #grow(): void {
    const size = 2 * this.load.length;
    const grown = <T extends Int32Array | Float64Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.load = grown(this.load, new Int32Array(size));
    this.before = grown(this.before, new Int32Array(size));
    this.after = grown(this.after, new Int32Array(size));
    this.since = grown(this.since, new Float64Array(size));
    this.upAt = grown(this.upAt, new Float64Array(size));
    this.kind = grown(this.kind, new Uint8Array(size));
  }
}

const READY = 0;
const SPILL = 1;
const LEAVING = 2;

export class SharedPool implements Pool {
  readonly emptyReady: EmptyReady;
  readonly emptySpill: EmptySpill;
  readyCalls = 0;
  leaving = 0;
  busySpill = 0;
  readyBusyMs = 0;
  spillBusyMs = 0;
  #concurrency: number;
  #coldStart: number;
  /** Instants by twice their time, in the order in which the calls were served; each carries its slot. */
  #releases = new CarryingHeap();
  #served = 0;
  #slots = new Slots();
  #ready: Loads;
  #spill: Loads;
  /** Instances that start, in order: only the last can have room. */
  #starting: number[] = [];
  #startingFrom = 0;

  constructor(concurrency: number, coldStart: number, keepAlive: number, horizon: number) {
    this.#concurrency = concurrency;
    this.#coldStart = coldStart;
    this.emptyReady = new EmptyReady(horizon);
    this.emptySpill = new EmptySpill(keepAlive);
    this.#ready = new Loads(concurrency);
    this.#spill = new Loads(concurrency);
  }

  get next(): number {
    return this.#releases.key;
  }

  release(): void {
    const key = this.#releases.key;
    const now = Math.floor(key / 2);
    this.#bringUp(now);
    const slots = this.#slots;
    const slot = this.#releases.pop();
    const kind = slots.kind[slot];
    const loads = kind === READY ? this.#ready : this.#spill;
    if (kind === READY) this.readyCalls--;
    if (kind !== LEAVING) loads.remove(slots, slot);
    slots.load[slot]--;
    if (slots.load[slot] > 0) {
      if (kind !== LEAVING) loads.insert(slots, slot);
      return;
    }
    const busyMs = now - slots.since[slot];
    slots.give(slot);
    if (kind === SPILL) {
      this.spillBusyMs += busyMs;
      this.busySpill--;
      this.emptySpill.push(now);
      return;
    }
    this.readyBusyMs += busyMs;
    if (kind === LEAVING) this.leaving--;
    else this.emptyReady.change(now, 1);
  }

  serveReady(now: number, duration: number): boolean {
    let slot = this.#ready.busiest();
    if (slot !== NONE) {
      this.#ready.remove(this.#slots, slot);
    } else {
      if (this.emptyReady.count === 0) return false;
      this.emptyReady.change(now, -1);
      slot = this.#fill(now, READY);
    }
    this.#slots.load[slot]++;
    this.#ready.insert(this.#slots, slot);
    this.readyCalls++;
    this.#releases.push(2 * (now + duration), this.#served++, slot);
    return true;
  }

  serveSpill(now: number, duration: number): boolean {
    this.#bringUp(now);
    let slot = this.#spill.busiest();
    if (slot !== NONE) {
      this.#spill.remove(this.#slots, slot);
    } else {
      if (!this.emptySpill.take(now)) return false;
      this.busySpill++;
      slot = this.#fill(now, SPILL);
    }
    this.#slots.load[slot]++;
    this.#spill.insert(this.#slots, slot);
    this.#releases.push(2 * (now + duration) + 1, this.#served++, slot);
    return true;
  }

  serveStarting(now: number, duration: number): number {
    if (this.#startingFrom === this.#starting.length) return -1;
    const slot = this.#starting[this.#starting.length - 1];
    const slots = this.#slots;
    if (slots.load[slot] === this.#concurrency) return -1;
    slots.load[slot]++;
    this.#releases.push(2 * (slots.upAt[slot] + duration) + 1, this.#served++, slot);
    return slots.upAt[slot] - now;
  }

  start(now: number, duration: number): void {
    this.busySpill++;
    const slot = this.#fill(now, SPILL);
    this.#slots.load[slot] = 1;
    this.#slots.upAt[slot] = now + this.#coldStart;
    if (this.#coldStart > 0) this.#starting.push(slot);
    else this.#spill.insert(this.#slots, slot);
    this.#releases.push(2 * (now + this.#coldStart + duration) + 1, this.#served++, slot);
  }

  dismiss(now: number, count: number): void {
    const empty = Math.min(count, this.emptyReady.count);
    this.emptyReady.change(now, -empty);
    let left = count - empty;
    for (let load = 1; left > 0; load++) {
      for (let slot = this.#ready.first(load); slot !== NONE && left > 0; slot = this.#ready.first(load)) {
        this.#ready.remove(this.#slots, slot);
        this.#slots.kind[slot] = LEAVING;
        this.readyCalls -= load;
        this.leaving++;
        left--;
      }
    }
  }

  /** A slot for an instance whose first call comes now. */
  #fill(now: number, kind: number): number {
    const slots = this.#slots;
    const slot = slots.take();
    slots.load[slot] = 0;
    slots.since[slot] = now;
    slots.kind[slot] = kind;
    return slot;
  }

  /** Instances that have started by `now` take calls like others. */
  #bringUp(now: number): void {
    while (this.#startingFrom < this.#starting.length) {
      const slot = this.#starting[this.#startingFrom];
      if (this.#slots.upAt[slot] > now) return;
      this.#spill.insert(this.#slots, slot);
      this.#startingFrom++;
    }
    this.#starting.length = 0;
    this.#startingFrom = 0;
  }
}
