/** Regressors made orthonormal over the values that are there, and the series less its projection on them. */
import { IsothermError } from '../../error.js';
import { dot } from './lanes.js';

/** Columns over the rows that count: the pure twin of `design.rs`. */
export class Design {
  /** The series, then the columns: `[1 + k, n]`. */
  readonly data: Float64Array;
  readonly columns: number;
  /** A power of two by which the series was divided. */
  readonly scale: number;
  /** Projection of the divided series on each orthonormal column. */
  readonly projection: Float64Array;
  #triangle: Float64Array;

  /** Rows count from `from` on where the series has a number. Errors: `INFEASIBLE` where a column depends on those before it. */
  constructor(data: Float64Array, columns: number, from: number, name: (i: number) => string) {
    const n = data.length / columns;
    const k = columns - 1;
    const rows: number[] = [];
    for (let t = from; t < n; t++) if (!Number.isNaN(data[t])) rows.push(t);
    let largest = 0;
    for (const t of rows) largest = Math.max(largest, Math.abs(data[t]));
    let scale = 1;
    while (largest / scale > 2) scale *= 2;
    while (largest > 0 && largest / scale < 0.5) scale *= 0.5;
    for (let t = 0; t < n; t++) data[t] /= scale;
    const triangle = new Float64Array(k * k);
    this.projection = new Float64Array(k);
    for (let i = 0; i < k; i++) {
      const before = Math.sqrt(over(rows, data, n, i + 1, i + 1));
      // Twice: the second pass takes what rounding left in the first.
      for (let pass = 0; pass < 2; pass++) {
        for (let j = 0; j < i; j++) {
          const shared = over(rows, data, n, i + 1, j + 1);
          triangle[j * k + i] += shared;
          take(data, n, i + 1, j + 1, shared);
        }
      }
      const length = Math.sqrt(over(rows, data, n, i + 1, i + 1));
      if (!(length > 1e-9 * before)) {
        throw new IsothermError('INFEASIBLE', `${name(i)} is a combination of the regressors before it`);
      }
      triangle[i * k + i] = length;
      for (let t = (i + 1) * n; t < (i + 2) * n; t++) data[t] /= length;
    }
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < k; i++) {
        const shared = over(rows, data, n, 0, i + 1);
        this.projection[i] += shared;
        take(data, n, 0, i + 1, shared);
      }
    }
    this.data = data;
    this.columns = columns;
    this.scale = scale;
    this.#triangle = triangle;
  }

  /** Effects of the given columns on the given series, from those of the orthonormal ones on the rest. */
  effects(rest: Float64Array): Float64Array {
    const k = this.columns - 1;
    const effects = rest.map((value, i) => (value + this.projection[i]) * this.scale);
    for (let i = k - 1; i >= 0; i--) {
      for (let j = i + 1; j < k; j++) effects[i] -= this.#triangle[i * k + j] * effects[j];
      effects[i] /= this.#triangle[i * k + i];
    }
    return effects;
  }

  /** Variances of the given columns' effects, from the inverse of the orthonormal ones' normal equations. */
  effectVariances(inverse: Float64Array): Float64Array {
    const k = this.columns - 1;
    const triangle = this.#triangle;
    const variances = new Float64Array(k);
    for (let i = 0; i < k; i++) {
      // Row i of the triangle's inverse.
      const row = new Float64Array(k);
      row[i] = 1 / triangle[i * k + i];
      for (let j = i + 1; j < k; j++) {
        let sum = 0;
        for (let l = i; l < j; l++) sum += row[l] * triangle[l * k + j];
        row[j] = -sum / triangle[j * k + j];
      }
      for (let a = i; a < k; a++) {
        for (let b = i; b < k; b++) variances[i] += row[a] * inverse[a * k + b] * row[b];
      }
    }
    return variances;
  }
}

function over(rows: number[], data: Float64Array, n: number, a: number, b: number): number {
  if (rows.length === n) return dot(data, a * n, data, b * n, n);
  let sum = 0;
  for (const t of rows) sum += data[a * n + t] * data[b * n + t];
  return sum;
}

/** Column `a` less `times` column `b`. */
function take(data: Float64Array, n: number, a: number, b: number, times: number): void {
  for (let t = 0; t < n; t++) data[a * n + t] -= times * data[b * n + t];
}
