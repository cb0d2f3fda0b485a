/** Placements of 10,000 functions on 200 nodes: from scratch, again with a twentieth of them changed, and with calls between functions. */
import assert from 'node:assert/strict';
import {
  type GivenPlacement,
  MIGRATION_RULES,
  NO_PLACEMENT,
  parsePlacement,
  type Rolled,
  type RollingState,
  rollPlacement,
} from '../../ts/core/dist/decide/index.js';
import { baselinePlacements } from '../../ts/core/dist/decide/placement/baselines.js';
import { type BuiltProblem, buildProblem } from '../../ts/core/dist/decide/placement/build.js';
import type { PlacementInput } from '../../ts/core/dist/decide/placement/input.js';
import { REGIONS } from '../../ts/core/dist/decide/placement/network/regions.js';
import { costOf, isFeasible, type PlacementProblem, R } from '../../ts/core/dist/decide/placement/problem.js';
import { type PlacementSolution, solve } from '../../ts/core/dist/decide/placement/solve/solve.js';
import { SplitMix64 } from '../../ts/core/dist/kernels/pure/numeric.js';
import type { Bench } from '../harness.js';

const FUNCTIONS = 10_000;
const NODES = 200;
const CHANGED = 0.05;
/** With calls between functions: fewer, as each costs a row of nodes at every move. */
const TALKING = 1000;
const ROUNDS = 3;
/** How full the nodes are where all functions take the same. */
const LOADS = [0.95, 1] as const;

/** How much of all room is asked for. */
const LOAD = 0.8;

interface Lists extends GivenPlacement {
  nodes: object[];
  functions: { name: string }[];
}

/** Nodes in the 69 regions and functions with users, data and calls in them, by a seed; as files give them. */
function fleet(functions: number, nodes: number, isTalking: boolean): Lists {
  const draws = new SplitMix64(6, functions);
  const pick = <Item>(items: readonly Item[]): Item => items[draws.below(items.length)];
  const names = REGIONS.map(({ name }) => name);
  const asked = Array.from({ length: functions }, (_, f) => {
    const busy = 10 ** (4 * draws.unit());
    const users = Array.from({ length: 1 + draws.below(3) }, () => [pick(names), busy * draws.unit()]);
    const calls = isTalking ? [{ to: `f${(f + 1 + draws.below(8)) % functions}`, perHour: busy, requestKb: 10 }] : [];
    return {
      name: `f${f}`,
      memoryMiB: pick([128, 256, 512, 1024, 2048]),
      vcpu: pick([0.125, 0.25, 0.5, 1]),
      instances: 1 + draws.below(4),
      callsPerHour: Object.fromEntries(users),
      data: draws.unit() < 0.3 ? [{ region: pick(names), gbPerHour: 5 * draws.unit(), requestsPerHour: busy }] : [],
      calls,
    };
  });
  const sum = (of: (one: (typeof asked)[number]) => number): number => asked.reduce((all, one) => all + of(one), 0);
  const share = (all: number, part: number): number => Math.ceil((all / LOAD / nodes) * (0.5 + part));
  const [memory, vcpu, instances] = [
    sum((one) => (one.memoryMiB * one.instances) / 1024),
    sum((one) => one.vcpu * one.instances),
    sum((one) => one.instances),
  ];
  const places = Array.from({ length: nodes }, (_, n) => {
    const [provider, region] = names[n % names.length].split(':');
    const size = draws.unit();
    return {
      ...{ name: `n${n}`, tier: 'cloud', provider, region },
      ...{ vcpu: share(vcpu, size), memoryGib: share(memory, size), instances: share(instances, size) },
      usdPerVcpuHour: 0.03 + 0.03 * draws.unit(),
      usdPerGibHour: 0.004,
    };
  });
  return { nodes: places, functions: asked };
}

function solved(problem: PlacementProblem, options: Parameters<typeof solve>[1] = {}): PlacementSolution {
  const found = solve(problem, options);
  if (found.assignment === null) throw new Error('nothing was placed');
  return found;
}

const gap = ({ cost, bound }: PlacementSolution): number => (cost - bound) / cost;

function assertSound(built: BuiltProblem, found: PlacementSolution): void {
  assert.ok(isFeasible(built.problem, found.assignment), 'a limit is passed');
  assert.ok(Math.abs(costOf(built.problem, found.assignment) - found.cost) <= 1e-9 * found.cost);
  assert.ok(found.bound <= found.cost);
  for (const [name, one] of Object.entries(baselinePlacements(built, 1))) {
    if (one !== null) assert.ok(found.cost <= costOf(built.problem, one), `${name} is better`);
  }
}

const parsed = ({ nodes, functions }: Lists): PlacementInput => parsePlacement(nodes, functions);

/** A twentieth of the functions with other users. */
function changed({ nodes, functions }: Lists): Lists {
  const draws = new SplitMix64(7, 1);
  const others = functions.map((one) => {
    if (draws.unit() >= CHANGED) return one;
    return { ...one, callsPerHour: { [REGIONS[draws.below(REGIONS.length)].name]: 10 ** (4 * draws.unit()) } };
  });
  return { nodes, functions: others };
}

/** All functions of one size, and of each node room for so many that they are full to a share. */
function ofOneSize({ problem }: BuiltProblem, load: number): PlacementProblem {
  const { functions, nodes } = problem;
  const draws = new SplitMix64(8, functions);
  const places = new Int32Array(nodes).fill(1);
  for (let left = Math.round(functions / load) - nodes; left > 0; left--) places[draws.below(nodes)]++;
  const demand = Float64Array.from({ length: functions * R }, (_, at) => [512, 500, 1][at % R]!);
  const capacity = Float64Array.from({ length: nodes * R }, (_, at) => places[Math.floor(at / R)] * demand[at % R]);
  return { ...problem, demand, capacity };
}

/** A decision as the control plane makes it, from lists and the state before as JSON has it. */
function rolled(given: GivenPlacement, before: RollingState, tick: number): Rolled {
  const setting = { rules: MIGRATION_RULES, weights: {}, limits: {}, usersIn: null };
  const stored = JSON.parse(JSON.stringify(before)) as RollingState;
  return rollPlacement({ tick, atMs: 300_000 * tick, setting, given, seen: [], before: stored });
}

export default async function placementSuite(bench: Bench): Promise<void> {
  const given = fleet(FUNCTIONS, NODES, false);
  const input = parsed(given);
  const built = buildProblem(input);
  const cold = solved(built.problem);
  const others = changed(given);
  const again = buildProblem(parsed(others));
  const talking = buildProblem(parsed(fleet(TALKING, NODES, true)));
  const { after } = rolled(given, NO_PLACEMENT, 1);
  let decided: Rolled | null = null;
  let [found, warm, pairs] = [cold, cold, cold];
  let numbers = built;
  await bench.group({
    name: `${FUNCTIONS} functions on ${NODES} nodes, three resources`,
    amount: FUNCTIONS,
    unit: 'functions',
    rounds: ROUNDS,
    cases: [
      {
        name: 'from scratch',
        run: () => {
          found = solved(built.problem);
        },
        check: () => {
          assertSound(built, found);
          assert.ok(gap(found) < 0.01, `the gap is ${gap(found)}`);
        },
        aim: { seconds: 10 },
      },
      {
        name: `${100 * CHANGED} % changed`,
        run: () => {
          warm = solved(again.problem, { starts: [cold.assignment], prices: cold.prices });
        },
        check: () => assertSound(again, warm),
        aim: { seconds: 1 },
      },
      {
        name: `${100 * CHANGED} % changed, a whole decision of the control plane`,
        run: () => {
          decided = rolled(others, after, 2);
        },
        check: () => assert.ok(decided?.receipt.steps.length === MIGRATION_RULES.mostMoves),
        aim: { seconds: 1 },
      },
      {
        name: 'terms of all on all nodes',
        run: () => {
          numbers = buildProblem(input);
        },
        check: () => assert.equal(numbers.problem.cost.length, FUNCTIONS * NODES),
      },
    ],
  });
  const equal = LOADS.map((load) => ({ load, problem: ofOneSize(built, load) }));
  await bench.group({
    name: `${FUNCTIONS} functions of one size on ${NODES} nodes: exact`,
    amount: FUNCTIONS,
    unit: 'functions',
    rounds: 1,
    cases: equal.map(({ load, problem }) => {
      let placed = found;
      return {
        name: `${100 * load} % full`,
        run: () => {
          placed = solved(problem);
        },
        check: () => {
          assert.equal(placed.proof, 'assignment');
          assert.ok(isFeasible(problem, placed.assignment), 'a limit is passed');
        },
      };
    }),
  });
  await bench.group({
    name: `${TALKING} functions that call each other`,
    amount: TALKING,
    unit: 'functions',
    rounds: 1,
    cases: [
      {
        name: 'from scratch',
        run: () => {
          pairs = solved(talking.problem);
        },
        check: () => assertSound(talking, pairs),
      },
    ],
  });
  bench.fact('proved gap, from scratch', 100 * gap(found), '%', 1);
  bench.fact('proved gap, 5 % changed', 100 * gap(warm), '%');
  bench.fact('proved gap, with calls between functions', 100 * gap(pairs), '%');
  for (const [name, one] of Object.entries(baselinePlacements(built, 1))) {
    if (one === null) bench.note(`${name} leaves a function without room`);
    else bench.fact(`cost of ${name} over ours`, costOf(built.problem, one) / found.cost, '×');
  }
}
