/** Placing is given up soon after it is asked to be, by whichever way it goes, and holds nothing then. */
import { afterEach, expect, test, vi } from 'vitest';
import { parsePlacement, placeFunctionsAsync } from '../../ts/core/decide/index.js';
import { buildProblem } from '../../ts/core/decide/placement/build.js';
import { placingEqualSizes } from '../../ts/core/decide/placement/solve/equal-sizes.js';
import { part, whole } from '../../ts/core/decide/placement/solve/pieces.js';
import { searchingAll } from '../../ts/core/decide/placement/solve/search.js';
import { solveAssignment } from '../../ts/core/kernels/assignment.js';
import { kernels } from '../../ts/core/kernels/backend.js';
import { SplitMix64 } from '../../ts/core/kernels/pure/numeric.js';

afterEach(() => vi.restoreAllMocks());

const REGIONS = ['aws:eu-west-1', 'aws:us-east-1', 'aws:ap-northeast-1', 'aws:sa-east-1'];

/** So many functions at random, of one size or of several, on twelve nodes with so many times the room that they take. */
function fleet(functions: number, isEqual: boolean, room: number) {
  const draws = new SplitMix64(3, functions);
  const asked = Array.from({ length: functions }, (_, f) => ({
    name: `f${f}`,
    vcpu: 0.001,
    memoryMiB: isEqual ? 64 : 64 + draws.below(192),
    callsPerHour: { [REGIONS[draws.below(REGIONS.length)]!]: 1 + draws.below(1000) },
  }));
  const memoryGib = (room * asked.reduce((sum, one) => sum + one.memoryMiB, 0)) / 1024 / 12;
  const nodes = Array.from({ length: 12 }, (_, n) => {
    const [provider, region] = REGIONS[n % REGIONS.length]!.split(':');
    return { name: `n${n}`, tier: 'cloud', provider, region, vcpu: 64, memoryGib: Math.ceil(1024 * memoryGib) / 1024 };
  });
  return parsePlacement(nodes, asked);
}

test('functions of one size: in steps of the kernel, to the bits of one call', async () => {
  const { problem } = buildProblem(fleet(3000, true, 1.01));
  let pieces = 0;
  const steps = placingEqualSizes(problem, null);
  let step = steps.next();
  for (; !step.done; step = steps.next()) pieces++;
  expect(pieces).toBeGreaterThan(1);
  const { functions, nodes, cost, capacity, demand } = problem;
  const columnCapacity = Int32Array.from({ length: nodes }, (_, n) => Math.floor(capacity[n * 3]! / demand[0]!));
  expect(step.value).toMatchObject({
    assignment: solveAssignment(cost, functions, nodes, { columnCapacity }).rowToCol,
  });
});

test('what the kernel holds is given back when it is given up', async () => {
  const open = vi.spyOn(kernels(), 'assignmentOpen');
  const pieces = part(placingEqualSizes(buildProblem(fleet(3000, true, 1.01)).problem, null), 0, 1);
  pieces.next();
  const close = vi.spyOn(open.mock.results[0]!.value, 'close');
  pieces.return(null);
  expect(close).toHaveBeenCalledTimes(1);
  const stop = new AbortController();
  const placing = placeFunctionsAsync(
    fleet(3000, true, 1.01),
    {},
    { signal: stop.signal, onProgress: (done) => done > 100 && stop.abort() },
  );
  await expect(placing).rejects.toMatchObject({ code: 'ABORTED' });
});

test('a small fleet: the search through everything gives way too', () => {
  const [functions, nodes] = [22, 5];
  const cost = Float64Array.from({ length: functions * nodes }, (_, i) => (i * 7919) % 101);
  const problem = {
    ...{ functions, nodes, cost, sums: [], pairs: null },
    demand: Float64Array.from({ length: functions * 3 }, (_, i) => 1 + ((i * 31) % 7)),
    capacity: new Float64Array(nodes * 3).fill(20),
  };
  const searching = searchingAll(problem, { reduced: cost, offset: 0 }, Number.POSITIVE_INFINITY, 200_000);
  expect(searching.next().done).toBe(false);
  expect(searching.next().done).toBe(false);
  expect(whole(searching).best).not.toBeNull();
});
