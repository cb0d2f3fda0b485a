/** How far an opening has come, for those who wait: in words, and as a line now and then where it takes long. */

/** Ms between lines; what is quicker is not worth one. */
const SAID_EVERY_MS = 3000;

export class OpeningProgress {
  words = 'opening the store';
  readonly #timer: NodeJS.Timeout;

  constructor(say: (line: string) => void) {
    this.#timer = setInterval(() => say(`Starting: ${this.words} …`), SAID_EVERY_MS);
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
