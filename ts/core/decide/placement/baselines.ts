/** How others place functions: what ours is compared with. */
import { SplitMix64 } from '../../kernels/pure/numeric.js';
import type { BuiltProblem } from './build.js';
import { R } from './problem.js';
import { bySize, fill } from './solve/fill.js';

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
export function baselinePlacements(built: BuiltProblem, seed: number): Record<BaselineName, Int32Array | null> {
  const { problem, rows } = built;
  const draws = new SplitMix64(0, seed);
  const inOrder = Float64Array.from({ length: problem.nodes }, (_, n) => n);
  return {
    random: fill(problem, {
      score: (_f, _room, out) => {
        for (let n = 0; n < out.length; n++) out[n] = draws.unit();
      },
    }),
    'greedy by latency': fill(problem, {
      score: (f, _room, out) => {
        rows.load(f);
        out.set(rows.meanRoundTripMs);
      },
    }),
    'greedy by price': fill(problem, {
      score: (f, _room, out) => {
        rows.load(f);
        out.set(rows.row('price'));
      },
    }),
    'first fit decreasing': fill(problem, { order: bySize(problem), score: (_f, _room, out) => out.set(inOrder) }),
    'Kubernetes-like': fill(problem, { score: (f, room, out) => kubernetes(built, f, room, out) }),
  };
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
