/** Long work beside an API: others on the event loop get their turn every few ms. */
import { setImmediate as turn } from 'node:timers/promises';

const SLICE_MS = 2;

export class Turns {
  #since = performance.now();

  /** Whether it has worked for long enough. */
  get isOver(): boolean {
    return performance.now() - this.#since > SLICE_MS;
  }

  /** Lets the others go first. */
  async give(): Promise<void> {
    await turn();
    this.#since = performance.now();
  }
}

/** What `work` makes of each, in order. */
export async function mapInTurns<In, Out>(items: readonly In[], work: (item: In) => Out): Promise<Out[]> {
  const turns = new Turns();
  const all: Out[] = [];
  for (const item of items) {
    if (turns.isOver) await turns.give();
    all.push(work(item));
  }
  return all;
}
