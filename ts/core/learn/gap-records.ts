/** Idle times of levels as a fit takes them: which row of the prior each belongs to, and where in it. */
import { binOf, classOf } from '../kernels/pure/policy/adaptive/bins.js';
import { centreOf, meanAfter, ROWS, rowOf, stageOf } from '../kernels/pure/policy/adaptive/prior-layout.js';

/** At most so many idle times of one function count in each row: else the busiest functions would be the prior. */
export const MOST_PER_ROW = 30;

/** What is known of one level of a function. */
interface Level {
  seen: number;
  meanBin: number;
}

/** Idle times that count, function after function: those of the `f`th ended are `starts[f]..starts[f + 1]`. */
export class GapRecords {
  readonly starts: number[] = [0];
  /** The function's row in its source. */
  readonly index: number[] = [];
  length = 0;
  rows = new Uint8Array(1024);
  /** The bin of the level's mean before, 0 where nothing was known. */
  centres = new Uint8Array(1024);
  bins = new Uint8Array(1024);
  /** 1 where the idle time ended in its bin, 0 where the trace did: it was as long at least. */
  ended = new Uint8Array(1024);
  classes = new Uint8Array(1024);
  #taken = new Uint8Array(ROWS);
  #levels: (Level | undefined)[] = [];

  /** The next idle time of the present function, which a call ended: `level` other instances were busy all the while. O(1). */
  add(level: number, gapMs: number): void {
    const known = this.#count(level, gapMs, 1);
    const bin = binOf(gapMs);
    known.meanBin = meanAfter(known.meanBin, known.seen, bin);
    known.seen++;
  }

  /** An idle time that went on when the trace ended. O(1). */
  addOpen(level: number, idleMs: number): void {
    this.#count(level, idleMs, 0);
  }

  /** Ends the present function. */
  endFunction(index: number): void {
    this.starts.push(this.length);
    this.index.push(index);
    this.#taken.fill(0);
    this.#levels = [];
  }

  #count(level: number, idleMs: number, ended: number): Level {
    const levelClass = classOf(level);
    let known = this.#levels[levelClass];
    if (known === undefined) {
      known = { seen: 0, meanBin: 0 };
      this.#levels[levelClass] = known;
    }
    const row = rowOf(levelClass, stageOf(known.seen));
    if (this.#taken[row]! >= MOST_PER_ROW) return known;
    this.#taken[row]!++;
    const at = this.length++;
    if (at === this.rows.length) this.#grow();
    this.rows[at] = row;
    this.centres[at] = known.seen === 0 ? 0 : centreOf(known.meanBin);
    this.bins[at] = binOf(idleMs);
    this.ended[at] = ended;
    this.classes[at] = levelClass;
    return known;
  }

  #grow(): void {
    for (const column of ['rows', 'centres', 'bins', 'ended', 'classes'] as const) {
      const grown = new Uint8Array(2 * this[column].length);
      grown.set(this[column]);
      this[column] = grown;
    }
  }
}
