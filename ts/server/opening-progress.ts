/** How far an opening has come, for those who wait: in words, and as a line now and then where it takes long. */

/** Ms before the first line and between the others; what is quicker is not worth one. */
const SAID_AFTER_MS = 1500;
const SAID_EVERY_MS = 5000;

export class OpeningProgress {
  words = 'opening the store';
  readonly #startMs = performance.now();
  #timer: NodeJS.Timeout;

  constructor(say: (line: string) => void) {
    const seconds = (): number => Math.round((performance.now() - this.#startMs) / 1000);
    const tell = (): void => {
      say(`Starting, ${seconds()} s: ${this.words} …`);
      this.#timer = setTimeout(tell, SAID_EVERY_MS);
    };
    this.#timer = setTimeout(tell, SAID_AFTER_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
