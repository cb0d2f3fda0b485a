/** How far an opening has come, for those who wait: in words, and as a line now and then where it takes long. */

/** Ms between lines; what is quicker is not worth one. */
const SAID_EVERY_MS = 5000;

export class OpeningProgress {
  words = 'opening the store';
  readonly #startMs = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(say: (line: string) => void) {
    const seconds = (): number => Math.round((performance.now() - this.#startMs) / 1000);
    this.#timer = setInterval(() => say(`Starting, ${seconds()} s: ${this.words} …`), SAID_EVERY_MS);
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
