/** Threads that end without a word: whoever waits for them is told. */
import { expect, test, vi } from 'vitest';

vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>();
  class Silent extends real.Worker {
    constructor() {
      super('process.exit(7)', { eval: true });
    }
  }
  return { ...real, Worker: Silent };
});
vi.mock('../../ts/core/kernels/node-builtins.js', async () => {
  const threads = await import('node:worker_threads');
  return { nodeBuiltin: (name: string) => (name === 'node:worker_threads' ? threads : undefined) };
});

const { runInWorker } = await import('../../ts/core/kernels/worker-host.js');
const { readOnThread } = await import('../../ts/server/config/placement-thread.js');
const { threadSolver } = await import('../../ts/server/control/placement/solver-thread.js');

const nothing = new Uint8Array(0);

test('that of a kernel', async () => {
  const job = { kind: 'keepAliveCurve', gaps: new Float64Array(1), weights: new Float64Array(1) } as const;
  const running = runInWorker({ ...job, idleUsdPerMs: 1, coldStartUsd: 1 }, {});
  await expect(running).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'the worker ended with 7 and said nothing',
  });
});

test('that of a placement', async () => {
  const rules = { leastGain: 0, mostMoves: 1, coolDownMs: 0 };
  const setting = { rules, weights: {}, limits: {}, usersIn: null };
  const task = { tick: 1, atMs: 0, setting, given: nothing, seen: nothing, before: nothing };
  const { signal } = new AbortController();
  await expect(threadSolver.solve(task, signal)).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'the thread that places ended with 7 and said nothing',
  });
});

test('that which reads files', async () => {
  const file = { path: 'x.yaml', bytes: nothing };
  await expect(readOnThread({ nodes: file, functions: file, usersIn: null, isChecked: true })).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'the thread that reads the files of the placement ended with 7',
  });
});
