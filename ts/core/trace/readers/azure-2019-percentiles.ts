import type { CallDurations } from '../trace.js';
import type { CsvRow } from './csv.js';
import { parseNumber } from './number-text.js';
import type { Reading } from './reading.js';

const COLUMN = /^percentileaverage(\d{1,3}(?:\.\d+)?)$/;

/** Percentiles of the durations of each function, from the columns `percentile_Average_<percent>` of its row. */
export class DurationPercentiles {
  readonly #functions: number;
  #shares: number[] = [];
  #ms = new Float64Array(0);

  constructor(functions: number) {
    this.#functions = functions;
  }

  /** What takes the percentiles of a function from a row of the file; undefined where the file has none that can be used. */
  open(
    file: string,
    columns: Map<string, number>,
    reading: Reading,
  ): { take(f: number, row: CsvRow): void; end(): void } | undefined {
    const found = [...columns]
      .map(([name, field]) => ({ share: Number(COLUMN.exec(name)?.[1]) / 100, field }))
      .filter(({ share }) => share <= 1)
      .sort((a, b) => a.share - b.share);
    const shares = found.map(({ share }) => share);
    if (shares.length === 0) return undefined;
    if (this.#shares.length === 0 && shares[0] === 0 && shares.at(-1) === 1) {
      this.#shares = shares;
      this.#ms = new Float64Array(this.#functions * shares.length).fill(Number.NaN);
    }
    if (shares.length !== this.#shares.length || shares.some((share, i) => share !== this.#shares[i])) {
      reading.note(`${file}: percentiles not kept, expected those of the first file, 0 and 100 among them`);
      return undefined;
    }
    const fields = found.map(({ field }) => field);
    let unusable = 0;
    return {
      take: (f, row) => {
        if (fields.every((field) => row.start[field] === row.end[field])) return;
        const values = fields.map((field) => parseNumber(row.bytes, row.start[field], row.end[field]));
        const ascends = values.every((value, i) => value >= (values[i - 1] ?? 0) && value < 2 ** 32);
        if (ascends) this.#ms.set(values, f * fields.length);
        else unusable++;
      },
      end: () =>
        reading.note(`${file}: rows whose percentiles are no ascending numbers and were left out: {n}`, unusable),
    };
  }

  /** Undefined where no file has any. */
  finish(): CallDurations | undefined {
    if (this.#ms.every(Number.isNaN)) return undefined;
    return { shares: Float64Array.from(this.#shares), ms: this.#ms };
  }
}
