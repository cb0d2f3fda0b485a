/** Sixteen classes of cost matrices from a seed, as the golden file states them. */
import { SplitMix64 } from '../../ts/core/kernels/pure/numeric.js';

class Draws {
  readonly #random: SplitMix64;

  constructor(seed: number) {
    this.#random = new SplitMix64(0, seed);
  }

  unit(): number {
    return this.#random.unit();
  }

  /** The next draw modulo `count`, which is below 2^20. */
  below(count: number): number {
    this.#random.next();
    const { high, low } = this.#random;
    return (((high >>> 0) % count) * (2 ** 32 % count) + (low >>> 0)) % count;
  }
}

type Cell = (i: number, j: number) => number;
/** Makes the draws that come first; the cells are then asked for row by row. */
type Maker = (draws: Draws, rows: number, cols: number) => Cell;

const points = (draws: Draws, count: number): [number, number][] =>
  Array.from({ length: count }, () => [draws.unit(), draws.unit()]);

function distances(draws: Draws, rows: number, cols: number): Cell {
  const from = points(draws, rows);
  const to = points(draws, cols);
  return (i, j) => {
    const dx = from[i][0] - to[j][0];
    const dy = from[i][1] - to[j][1];
    return Math.sqrt(dx * dx + dy * dy);
  };
}

function latency(draws: Draws, rows: number, cols: number): Cell {
  const SITES = 8;
  const roundTrip = Array.from({ length: SITES }, () => new Array<number>(SITES).fill(1));
  for (let s = 0; s < SITES; s++) {
    for (let t = s + 1; t < SITES; t++) {
      roundTrip[s][t] = 5 + draws.below(200);
      roundTrip[t][s] = roundTrip[s][t];
    }
  }
  const rowSite = Array.from({ length: rows }, () => draws.below(SITES));
  const column = Array.from({ length: cols }, () => ({ site: draws.below(SITES), load: draws.below(10) }));
  return (i, j) => roundTrip[rowSite[i]][column[j].site] * 1000 + column[j].load * 100 + draws.below(50);
}

function groups(draws: Draws, cols: number): Cell {
  let base: number[] = [];
  return (_, j) => {
    if (j === 0) base = Array.from({ length: Math.ceil(cols / 5) }, () => 1 + draws.below(1000));
    return base[Math.floor(j / 5)];
  };
}

function constantRows(draws: Draws): Cell {
  let first = 0;
  return (i, j) => {
    const drawn = draws.below(1000);
    if (j === 0) first = drawn;
    return i % 3 === 0 ? first : drawn;
  };
}

function sparse(draws: Draws, cols: number): Cell {
  return (i, j) => {
    const drawn = draws.unit();
    const forbidden = draws.unit() < 0.9 && j !== (i * 7 + 3) % cols;
    return forbidden ? Number.POSITIVE_INFINITY : drawn;
  };
}

const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

export const CLASSES: Record<string, Maker> = {
  uniform: (draws) => () => draws.unit(),
  int100: (draws) => () => 1 + draws.below(100),
  ties: (draws) => () => draws.below(4),
  binary: (draws) => () => (draws.below(10) < 7 ? 1 : 0),
  euclid: distances,
  euclid_int(draws, rows, cols) {
    const distance = distances(draws, rows, cols);
    return (i, j) => Math.floor(1000 * distance(i, j));
  },
  sparse: (draws, _, cols) => sparse(draws, cols),
  latency,
  degenerate: (draws) => () => 1e6 + draws.below(3) * 1e-3,
  negative: (draws) => () => draws.unit() * 200 - 100,
  negint: (draws) => () => draws.below(2001) - 1000,
  product: () => (i, j) => (i + 1) * (j + 1),
  rank1_noise: (draws, rows) => (i, j) => (i + 1) * (j + 1) + draws.below(rows),
  capacity: (draws, _, cols) => groups(draws, cols),
  one_hot_rows: constantRows,
  wide_range: (draws) => () => {
    const power = POWERS[draws.below(13)];
    return draws.unit() * power;
  },
};

/** The instance of a class, `[rows, cols]`; infinity where a pair is forbidden. */
export function instanceOfClass(name: string, rows: number, cols: number, seed: number): Float64Array {
  const cell = CLASSES[name](new Draws(seed), rows, cols);
  const costs = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) costs[i * cols + j] = cell(i, j);
  return costs;
}
