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

/** Does `work` with each, in order. */
export async function eachInTurns<In>(items: readonly In[], work: (item: In) => void): Promise<void> {
  const turns = new Turns();
  for (const item of items) {
    if (turns.isOver) await turns.give();
    work(item);
  }
}

/** What `work` makes of each, in order. */
export async function mapInTurns<In, Out>(items: readonly In[], work: (item: In) => Out): Promise<Out[]> {
  const all: Out[] = [];
  await eachInTurns(items, (item) => all.push(work(item)));
  return all;
}
