/** Each function's undominated choices and their lower convex hull. */
import { allows, type Choices } from './choices.js';

/** Where each function's slots begin, how many it may use, and how many points and corners are in them. */
interface Spans {
  start: Float64Array;
  room: Uint32Array;
  points: Uint32Array;
  corners: Uint32Array;
}

/** One slot a choice. Points ascend by resource and strictly descend by cost; slopes strictly descend. */
class Slots {
  resource: Float64Array;
  cost: Float64Array;
  /** Which of the function's choices a point is. */
  choice: Uint32Array;
  /** Which of the points a corner is. */
  corner: Uint32Array;
  /** Cost saved per resource from a corner to the next. */
  slope: Float64Array;

  constructor(length: number) {
    this.resource = new Float64Array(length);
    this.cost = new Float64Array(length);
    this.choice = new Uint32Array(length);
    this.corner = new Uint32Array(length);
    this.slope = new Float64Array(length);
  }

  copy(from: Slots, start: number, end: number, to: number): void {
    this.resource.set(from.resource.subarray(start, end), to);
    this.cost.set(from.cost.subarray(start, end), to);
    this.choice.set(from.choice.subarray(start, end), to);
    this.corner.set(from.corner.subarray(start, end), to);
    this.slope.set(from.slope.subarray(start, end), to);
  }
}

export class Hulls {
  readonly #spans: Spans;
  #slots: Slots;
  /** Slots in use by some function, and the end of those ever given. */
  #used: number;
  #end: number;
  /** Choices of one function in the order of their points. */
  #order: number[] = [];

  /** One choice each, of no cost that needs nothing. */
  constructor(functions: number) {
    this.#spans = {
      start: Float64Array.from({ length: functions }, (_, f) => f),
      room: new Uint32Array(functions).fill(1),
      points: new Uint32Array(functions).fill(1),
      corners: new Uint32Array(functions).fill(1),
    };
    this.#slots = new Slots(functions);
    this.#used = functions;
    this.#end = functions;
  }

  /** Replaces the functions from `first` on by checked choices. */
  set(first: number, choices: Choices): void {
    const { offsets } = choices;
    const { start, room, points, corners } = this.#spans;
    const functions = offsets.length - 1;
    let fits = true;
    for (let f = 0; f < functions && fits; f++) fits = offsets[f + 1] - offsets[f] <= room[first + f];
    if (!fits) this.#append(first, offsets);
    for (let f = 0; f < functions; f++) {
      const at = start[first + f];
      points[first + f] = this.#buildPoints(choices, f, at);
      corners[first + f] = this.#buildCorners(at, points[first + f]);
    }
  }

  /** Gives the functions fresh slots, one function's behind the other's. */
  #append(first: number, offsets: Float64Array): void {
    const { start, room } = this.#spans;
    const functions = offsets.length - 1;
    for (let f = first; f < first + functions; f++) this.#used -= room[f];
    // What no function uses any more goes, once it is the larger part.
    const larger = this.#end > 2 * this.#used;
    const kept = larger ? this.#used : this.#end;
    const needed = kept + offsets[functions];
    if (larger || needed > this.#slots.cost.length) {
      const old = this.#slots;
      this.#slots = new Slots(Math.max(needed, Math.min(2 * old.cost.length, 2 * needed)));
      if (larger) this.#compact(old, first, first + functions);
      else this.#slots.copy(old, 0, kept, 0);
    }
    this.#end = kept;
    for (let f = 0; f < functions; f++) {
      start[first + f] = this.#end;
      room[first + f] = offsets[f + 1] - offsets[f];
      this.#end += room[first + f];
    }
    this.#used += offsets[functions];
  }

  #compact(old: Slots, from: number, to: number): void {
    const { start, room } = this.#spans;
    let at = 0;
    for (let f = 0; f < start.length; f++) {
      if (f >= from && f < to) continue;
      this.#slots.copy(old, start[f], start[f] + room[f], at);
      start[f] = at;
      at += room[f];
    }
  }

  /** The undominated choices: of equal ones the first. */
  #buildPoints(choices: Choices, f: number, at: number): number {
    const { offsets, cost, resource } = choices;
    const { resource: needs, cost: costs, choice } = this.#slots;
    const from = offsets[f];
    const order = this.#orderOf(choices, f);
    let points = 0;
    for (const i of order) {
      // Adding 0 turns -0 into 0.
      const own = cost[from + i] + 0;
      if (points > 0 && own >= costs[at + points - 1]) continue;
      needs[at + points] = resource[from + i] + 0;
      costs[at + points] = own;
      choice[at + points] = i;
      points++;
    }
    return points;
  }

  /** Choices within the caps by resource, then cost, then position. */
  #orderOf(choices: Choices, f: number): number[] {
    const { offsets, cost, resource } = choices;
    const from = offsets[f];
    const order = this.#order;
    let count = 0;
    let ascending = true;
    let last = from;
    for (let i = from; i < offsets[f + 1]; i++) {
      if (!allows(choices, f, i)) continue;
      if (resource[i] < resource[last] || (resource[i] === resource[last] && cost[i] < cost[last])) ascending = false;
      last = i;
      order[count++] = i - from;
    }
    order.length = count;
    if (ascending) return order;
    return order.sort((a, b) => resource[from + a] - resource[from + b] || cost[from + a] - cost[from + b] || a - b);
  }

  /** The points that some slope makes cheapest. Slopes are compared as they are kept, so that kept ones descend. */
  #buildCorners(at: number, points: number): number {
    const { resource, cost, corner, slope } = this.#slots;
    corner[at] = 0;
    let corners = 1;
    for (let p = 1; p < points; p++) {
      let last = corner[at + corners - 1];
      let own = (cost[at + last] - cost[at + p]) / (resource[at + p] - resource[at + last]);
      while (corners > 1 && slope[at + corners - 2] <= own) {
        corners--;
        last = corner[at + corners - 1];
        own = (cost[at + last] - cost[at + p]) / (resource[at + p] - resource[at + last]);
      }
      slope[at + corners - 1] = own;
      corner[at + corners] = p;
      corners++;
    }
    return corners;
  }

  points(f: number): number {
    return this.#spans.points[f];
  }

  corners(f: number): number {
    return this.#spans.corners[f];
  }

  resource(f: number, point: number): number {
    return this.#slots.resource[this.#spans.start[f] + point];
  }

  cost(f: number, point: number): number {
    return this.#slots.cost[this.#spans.start[f] + point];
  }

  choice(f: number, point: number): number {
    return this.#slots.choice[this.#spans.start[f] + point];
  }

  /** The point that is a corner. */
  corner(f: number, corner: number): number {
    return this.#slots.corner[this.#spans.start[f] + corner];
  }

  /** The slope from a corner to the next. */
  slope(f: number, corner: number): number {
    return this.#slots.slope[this.#spans.start[f] + corner];
  }

  /** The first of the corners `from..to` whose edge is not steeper than `slope`; `to` where all are. */
  steeper(f: number, from: number, to: number, slope: number): number {
    const slopes = this.#slots.slope;
    const start = this.#spans.start[f];
    let low = start + from;
    let high = start + to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (slopes[middle] > slope) low = middle + 1;
      else high = middle;
    }
    return low - start;
  }
}
