/** L-BFGS as a state machine: it asks for a point, and is told the value and slope there. The pure twin of `search.rs`. */
import { dot } from './lanes.js';

/** Pairs of steps kept. */
const MEMORY = 12;
/** A gain in the objective below which a search is done, by what the slope promises. */
const PROMISED = 1e-11;
/** Of the gain that the edge would promise, what counts; and from which number on there is one. */
const EDGE_SHARE = 0.01;
const EDGE = 2;
/** What rounding leaves of a value. */
const NOISE = 4e-15;
/** What a direction may promise that leads nowhere, where rounding alone may have stopped it. */
const SETTLED = 1e-6;
const MOST_TRIALS = 25;

/** How a number's inverse curvature grows towards the edge. */
function width(x: number): number {
  const square = 1 + x * x;
  return square * square;
}

const product = (a: Float64Array, b: Float64Array): number => dot(a, 0, b, 0, a.length);

/** One search for a minimum. */
export class Search {
  /** The best point, its value. */
  readonly x: Float64Array;
  value = Number.POSITIVE_INFINITY;
  /** The point to be evaluated next. */
  readonly trial: Float64Array;
  evaluations = 0;
  done = false;
  /** Of one that is done: whether it ended as there is no gain left that counts, and not because it got nowhere. */
  converged = false;
  #gradient: Float64Array;
  #direction: Float64Array;
  #slope = 0;
  #step = 1;
  #low = 0;
  #high = Number.POSITIVE_INFINITY;
  #steps: Float64Array[] = [];
  #changes: Float64Array[] = [];
  #products: number[] = [];
  #scale: number;
  #small = 0;
  #tolerance: number;
  #trials = 0;
  #started = false;

  /** From `x`; `scale` is a first guess of the inverse curvature, `tolerance` the gain that no longer counts. */
  constructor(x: Float64Array, scale: number, tolerance: number) {
    this.x = x;
    this.trial = x.slice();
    this.#gradient = new Float64Array(x.length);
    this.#direction = new Float64Array(x.length);
    this.#scale = scale;
    this.#tolerance = tolerance;
  }

  /** Goes on from the best point to a finer `tolerance`: the pairs of steps are kept. */
  resume(tolerance: number): void {
    this.trial.set(this.x);
    this.#tolerance = tolerance;
    this.#small = 0;
    this.#started = false;
    this.done = false;
    this.converged = false;
  }

  /** Takes value and slope at `trial`. */
  tell(value: number, gradient: Float64Array): void {
    this.evaluations++;
    if (!this.#started) {
      this.#started = true;
      this.value = value;
      this.#gradient.set(gradient);
      this.done = !Number.isFinite(value);
      if (!this.done) this.#aim();
      return;
    }
    this.#trials++;
    const reached = product(gradient, this.#direction);
    const enough = value <= this.value + 1e-4 * this.#step * this.#slope;
    if (!(Number.isFinite(value) && enough)) {
      this.#high = this.#step;
      if (this.#trials >= MOST_TRIALS) {
        this.#stuck();
        return;
      }
      // The parabola through value and slope here and the value there.
      const bend = 2 * (value - this.value - this.#step * this.#slope);
      const vertex = Number.isFinite(bend) ? (-this.#slope * this.#step * this.#step) / bend : 0;
      const from = this.#low + 0.1 * (this.#step - this.#low);
      const to = this.#low + 0.6 * (this.#step - this.#low);
      this.#step = vertex > from ? Math.min(vertex, to) : from;
      this.#place();
      return;
    }
    if (reached < 0.9 * this.#slope && this.#trials < MOST_TRIALS) {
      this.#low = this.#step;
      this.#step = Number.isFinite(this.#high) ? 0.5 * (this.#low + this.#high) : 2 * this.#step;
      this.#place();
      return;
    }
    this.#accept(value, gradient);
  }

  #accept(value: number, gradient: Float64Array): void {
    const step = this.trial.map((to, i) => to - this.x[i]);
    const change = gradient.map((to, i) => to - this.#gradient[i]);
    const curvature = product(step, change);
    const size = product(change, change);
    let wide = 0;
    for (let i = 0; i < change.length; i++) wide += width(this.trial[i]) * (change[i] * change[i]);
    if (curvature > 1e-10 * Math.sqrt(size) * Math.sqrt(product(step, step))) {
      if (this.#steps.length === MEMORY) {
        this.#steps.shift();
        this.#changes.shift();
        this.#products.shift();
      }
      this.#scale = curvature / wide;
      this.#steps.push(step);
      this.#changes.push(change);
      this.#products.push(curvature);
    }
    const gain = this.value - value;
    this.#small = gain < this.#tolerance ? this.#small + 1 : 0;
    this.x.set(this.trial);
    this.value = value;
    this.#gradient.set(gradient);
    if (this.#small >= 2) this.#end(true);
    else this.#aim();
  }

  /** No step along the direction gains: once more along the slope, then no more. */
  #stuck(): void {
    const settled = -this.#slope < SETTLED;
    if (this.#steps.length === 0) {
      this.#end(settled);
      return;
    }
    this.#steps = [];
    this.#changes = [];
    this.#products = [];
    this.#small++;
    if (this.#small >= 2) this.#end(settled);
    else this.#aim();
  }

  #end(converged: boolean): void {
    this.done = true;
    this.converged = converged;
  }

  /** The next direction, by the two loops over the pairs kept. */
  #aim(): void {
    const direction = this.#direction;
    const size = direction.length;
    const pairs = this.#steps.length;
    const weights = new Float64Array(MEMORY);
    direction.set(this.#gradient);
    for (let i = pairs - 1; i >= 0; i--) {
      weights[i] = product(this.#steps[i], direction) / this.#products[i];
      for (let j = 0; j < size; j++) direction[j] -= weights[i] * this.#changes[i][j];
    }
    for (let j = 0; j < size; j++) direction[j] *= this.#scale * width(this.x[j]);
    for (let i = 0; i < pairs; i++) {
      const weight = weights[i] - product(this.#changes[i], direction) / this.#products[i];
      for (let j = 0; j < size; j++) direction[j] += weight * this.#steps[i][j];
    }
    for (let j = 0; j < size; j++) direction[j] = -direction[j];
    this.#slope = product(direction, this.#gradient);
    if (!(this.#slope < 0)) {
      this.#end(this.#slope === 0);
      return;
    }
    // Near the edge values fall as 1 / x^2, whatever the pairs say of the curvature.
    let edge = 0;
    this.#step = 1;
    for (let j = 0; j < size; j++) {
      if (Math.abs(this.x[j]) > EDGE) edge += Math.abs(this.#gradient[j] * this.x[j]);
      const longest = 1 + Math.abs(this.x[j]);
      if (Math.abs(direction[j]) * this.#step > longest) this.#step = longest / Math.abs(direction[j]);
    }
    const promised = Math.max(-this.#slope, 0.5 * edge * EDGE_SHARE);
    if (pairs > 0 && promised < Math.max(this.#tolerance, PROMISED, NOISE * Math.abs(this.value))) {
      this.#end(true);
      return;
    }
    this.#low = 0;
    this.#high = Number.POSITIVE_INFINITY;
    this.#trials = 0;
    this.#place();
  }

  #place(): void {
    for (let i = 0; i < this.x.length; i++) this.trial[i] = this.x[i] + this.#step * this.#direction[i];
  }
}
