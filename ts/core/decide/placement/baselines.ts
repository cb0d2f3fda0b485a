/** How others place functions: what ours is compared with. */
import { SplitMix64 } from '../../kernels/pure/numeric.js';
import type { BuiltProblem } from './build.js';
import { R } from './problem.js';
import { bySize, type FillOptions, fill } from './solve/fill.js';
import type { Pieces } from './solve/pieces.js';

export const PLACEMENT_BASELINES = [
  'random',
  'greedy by latency',
  'greedy by price',
  'first fit decreasing',
  'Kubernetes-like',
] as const;
export type BaselineName = (typeof PLACEMENT_BASELINES)[number];

const MEMORY = 0;
const VCPU = 1;

/** The placement of each; null where it leaves a function without room or passes a limit. Each function once, in the order given unless it says otherwise. */
export function* baselinePlacements(
  built: BuiltProblem,
  seed: number,
): Pieces<Record<BaselineName, Int32Array | null>> {
  const { problem, rows } = built;
  const draws = new SplitMix64(0, seed);
  const inOrder = Float64Array.from({ length: problem.nodes }, (_, n) => n);
  const scores: Record<BaselineName, FillOptions> = {
    random: {
      score: (_f, _room, out) => {
        for (let n = 0; n < out.length; n++) out[n] = draws.unit();
      },
    },
    'greedy by latency': {
      score: (f, _room, out) => {
        rows.load(f);
        out.set(rows.meanRoundTripMs);
      },
    },
    'greedy by price': {
      score: (f, _room, out) => {
        rows.load(f);
        out.set(rows.row('price'));
      },
    },
    'first fit decreasing': { order: bySize(problem), score: (_f, _room, out) => out.set(inOrder) },
    'Kubernetes-like': { score: (f, room, out) => kubernetes(built, f, room, out) },
  };
  const placed: Partial<Record<BaselineName, Int32Array | null>> = {};
  for (const [i, name] of PLACEMENT_BASELINES.entries()) {
    yield i / PLACEMENT_BASELINES.length;
    placed[name] = fill(problem, scores[name]);
  }
  return placed as Record<BaselineName, Int32Array | null>;
}

/**
 * The mean of how much is left and how even the use of CPU and memory is, the scheduler's two scores by default: the most is best.
 *
 * Source: Kubernetes, kube-scheduler, NodeResourcesFit (LeastAllocated) and NodeResourcesBalancedAllocation.
 */
function kubernetes({ problem }: BuiltProblem, f: number, room: Float64Array, out: Float64Array): void {
  const { demand, capacity } = problem;
  for (let n = 0; n < out.length; n++) {
    const left = [VCPU, MEMORY].map((r) => {
      const most = capacity[n * R + r];
      return most > 0 ? (room[n * R + r] - demand[f * R + r]) / most : 0;
    });
    const leastAllocated = (left[0] + left[1]) / 2;
    const balanced = 1 - Math.abs(left[0] - left[1]) / 2;
    out[n] = -(leastAllocated + balanced) / 2;
  }
}
