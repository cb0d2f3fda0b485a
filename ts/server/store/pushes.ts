/** Pushes that come while a transaction is under way are committed together in the next: the disk is waited for once for many. */
import type { Outcome, StoredSample } from './rows.js';

/** Samples in one transaction, but for one larger push. */
const COMMIT_SAMPLES = 5000;

interface Push {
  samples: readonly StoredSample[];
  resolve(outcomes: Outcome[]): void;
  reject(error: unknown): void;
}

export class Pushes {
  readonly #admit: (samples: readonly StoredSample[]) => Promise<Outcome[]>;
  readonly #waiting: Push[] = [];
  #isCommitting = false;

  constructor(admit: (samples: readonly StoredSample[]) => Promise<Outcome[]>) {
    this.#admit = admit;
  }

  push(samples: readonly StoredSample[]): Promise<Outcome[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ samples, resolve, reject });
      if (!this.#isCommitting) void this.#commit();
    });
  }

  async #commit(): Promise<void> {
    this.#isCommitting = true;
    while (this.#waiting.length > 0) {
      const pushes = this.#next();
      try {
        const outcomes = await this.#admit(pushes.flatMap(({ samples }) => samples));
        let from = 0;
        for (const { samples, resolve } of pushes) {
          resolve(outcomes.slice(from, from + samples.length));
          from += samples.length;
        }
      } catch (thrown) {
        for (const { reject } of pushes) reject(thrown);
      }
    }
    this.#isCommitting = false;
  }

  /** As many as fit; one at least. */
  #next(): Push[] {
    let samples = this.#waiting[0]!.samples.length;
    let many = 1;
    for (; many < this.#waiting.length; many++) {
      samples += this.#waiting[many]!.samples.length;
      if (samples > COMMIT_SAMPLES) break;
    }
    return this.#waiting.splice(0, many);
  }
}
