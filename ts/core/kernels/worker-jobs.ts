/** What a worker is asked and what it answers. */
import type { EstimatorInputs } from './advantage-async.js';
import type { Estimator } from './advantage-rollout.js';
import type { ArimaArrays } from './arima.js';
import type { ArimaBatchArrays } from './arima-batch.js';
import type { ArimaSearch } from './arima-search.js';
import type { KeepAliveArrays } from './keepalive-batch.js';
import type { PlatformCall } from './platform.js';
import type { Instance } from './pure/assignment/instance.js';
import type { Choices } from './pure/multiple-choice/choices.js';
import type { ReplaySource } from './replay-source.js';

export type WorkerJob =
  | {
      kind: 'replay';
      source: ReplaySource;
      policies: Float64Array;
      settings: Float64Array;
      calls: Float64Array;
    }
  | {
      kind: 'memoryCap';
      source: ReplaySource;
      plans: Float64Array;
      settings: Float64Array;
      threads: number;
      total: number;
    }
  | (PlatformCall & { kind: 'platform'; source: ReplaySource; calls: Float64Array })
  | { kind: 'keepAlive'; arrays: KeepAliveArrays }
  | { kind: 'keepAliveCurve'; gaps: Float64Array; weights: Float64Array; idleUsdPerMs: number; coldStartUsd: number }
  | { kind: 'arima'; arrays: ArimaArrays }
  | { kind: 'autoArima'; search: ArimaSearch }
  | { kind: 'arimaBatch'; arrays: ArimaBatchArrays }
  | { kind: 'assignment'; instance: Instance }
  | { kind: 'multipleChoice'; choices: Choices; limit: number }
  | {
      kind: 'advantage';
      estimator: Estimator;
      single: boolean;
      inputs: EstimatorInputs;
      cells: number;
      outputs: number;
    };

export type WorkerMessage =
  | { kind: 'progress'; done: number; total: number }
  | { kind: 'done'; out: Float64Array }
  | { kind: 'failed'; code: string; message: string };

/** Says something while the job goes on. */
export type Post = (message: WorkerMessage) => void;

const PROGRESS_EVERY_MS = 50;

/** Says how far it is, now and then, and at the end in any case. */
export function progressOf(post: Post, total: number): { at(done: number): void; end(): void } {
  let told = performance.now();
  return {
    at(done) {
      if (performance.now() - told < PROGRESS_EVERY_MS) return;
      told = performance.now();
      post({ kind: 'progress', done, total });
    },
    end: () => post({ kind: 'progress', done: total, total }),
  };
}
