/** Waits for a store that is away or full: nothing goes on without it, and nothing is lost. */
import { IsothermError } from 'isotherm/kernels';
import { pause } from '../providers/index.js';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

const HEALS = new Set(['STORE_UNAVAILABLE', 'STORE_FULL']);

export class StorePatience {
  #isDown = false;
  #onDown: (error: IsothermError) => void;
  #onUp: () => void;

  constructor(onDown: (error: IsothermError) => void, onUp: () => void) {
    this.#onDown = onDown;
    this.#onUp = onUp;
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  /** Does it until it is done. `work` may be repeated as it is. Errors: `ABORTED`, and all that does not heal by waiting. */
  async until<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      try {
        const done = await work();
        if (this.#isDown) {
          this.#isDown = false;
          this.#onUp();
        }
        return done;
      } catch (error) {
        if (!(error instanceof IsothermError) || !HEALS.has(error.code)) throw error;
        if (!this.#isDown) {
          this.#isDown = true;
          this.#onDown(error);
        }
        await pause(waitMs, signal);
      }
    }
  }
}
