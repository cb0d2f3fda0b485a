/** A Python that stays, so that its libraries load and compile once and not in each turn: a request a line, an answer a line, both JSON. */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../harness.js';

const PYTHON = process.env.ISOTHERM_BENCH_PYTHON ?? 'python3';

/** Whether Python has a package; a note says how to get it where not. */
export function pythonHas(bench: Bench, name: string, module = name): boolean {
  const { status } = spawnSync(PYTHON, ['-c', `import numpy, ${module}`]);
  if (status !== 0)
    bench.note(`${PYTHON} has no ${name} (pip install numpy ${name}; ISOTHERM_BENCH_PYTHON names a Python)`);
  return status === 0;
}

/** Seconds that one run takes, and the number that says what it found. */
export type Timing = [seconds: number, found: number];

export class Python {
  #child: ChildProcessByStdio<Writable, Readable, null>;
  #answers: AsyncIterator<string>;
  #end: () => void;
  #failure: Error | undefined;

  /** `script`: a file of this folder. */
  constructor(script: string) {
    const file = fileURLToPath(new URL(script, import.meta.url));
    this.#child = spawn(PYTHON, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
    // One that is not there, or has ended: its answer never comes, and `ask` says why.
    const fail = (error: Error): void => {
      this.#failure ??= error;
    };
    this.#child.on('error', fail);
    this.#child.stdin.on('error', fail);
    // Nothing of ours outlives us.
    this.#end = () => this.#child.kill();
    process.on('exit', this.#end);
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask<T>(request: object): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error('Python ended before it answered', { cause: this.#failure });
    return JSON.parse(value) as T;
  }

  close(): void {
    process.off('exit', this.#end);
    this.#child.kill();
  }
}
