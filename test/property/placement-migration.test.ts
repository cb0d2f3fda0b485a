/** Moves towards a better placement: within all limits at every step, few, worth it, and done in the end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideMigrations,
  type MigrationMemory,
  type MigrationStep,
  parsePlacement,
  placementNetwork,
} from '../../ts/core/decide/index.js';
import type { PlacementProblem } from '../../ts/core/decide/placement/problem.js';
import { PlacementState } from '../../ts/core/decide/placement/solve/state.js';
import { StepSearch } from '../../ts/core/decide/placement/step-search.js';

const node = { tier: 'cloud', provider: 'aws', vcpu: 64, memoryGib: 4 };
const nodes = [
  { ...node, name: 'dublin', region: 'eu-west-1' },
  { ...node, name: 'virginia', region: 'us-east-1' },
  { ...node, name: 'tokyo', region: 'ap-northeast-1' },
];
const USERS: Record<string, string> = {
  dublin: 'aws:eu-west-1',
  virginia: 'aws:us-east-1',
  tokyo: 'aws:ap-northeast-1',
};
const MINUTE = 60_000;

/** A function of so many GiB on one node whose users are near another. */
const wants = (name: string, at: string | null, near: string, gib: number, more = {}) => ({
  name,
  memoryMiB: gib * 1024,
  vcpu: 0.5,
  callsPerHour: { [USERS[near]!]: 36_000 },
  ...(at !== null && { node: at }),
  ...more,
});

type Given = ReturnType<typeof wants>;

/** Makes the moves one by one, a function on both nodes while it moves; the functions where they are then. */
function made(functions: readonly Given[], steps: readonly MigrationStep[]): Given[] {
  const where = new Map(functions.map((one) => [one.name, (one as { node?: string }).node ?? null]));
  const memory = new Map(functions.map(({ name, memoryMiB }) => [name, memoryMiB]));
  const used = (at: string): number =>
    [...where].reduce((sum, [name, on]) => sum + (on === at ? memory.get(name)! : 0), 0);
  for (const { name, from, to } of steps) {
    expect(where.get(name)).toBe(from);
    expect(used(to) + memory.get(name)!).toBeLessThanOrEqual(4096);
    where.set(name, to);
  }
  return functions.map((one) => {
    const at = where.get(one.name);
    return { ...one, ...(at !== null && { node: at }) } as Given;
  });
}

const decide = (functions: readonly Given[], nowMs: number, memory?: MigrationMemory, rules = {}) =>
  decideMigrations(parsePlacement(nodes, functions), { nowMs, rules, ...(memory && { memory }) });

describe('migrations', () => {
  it('let those go first whose room others need', () => {
    const functions = [wants('a', 'dublin', 'virginia', 3), wants('b', 'virginia', 'tokyo', 3)];
    const { steps, held } = decide(functions, 0);
    expect(steps.map(({ name, to }) => [name, to])).toEqual([
      ['b', 'tokyo'],
      ['a', 'virginia'],
    ]);
    expect(held).toEqual([]);
    made(functions, steps);
  });

  it('change places by way of a third node, and say so where there is none', () => {
    const functions = [wants('a', 'dublin', 'virginia', 3), wants('b', 'virginia', 'dublin', 3)];
    const { steps } = decide(functions, 0);
    expect(steps.map(({ why }) => why)).toEqual(['detour', 'gain', 'together']);
    const after = made(functions, steps);
    expect(decide(after, 0).steps).toEqual([]);

    const full = [...functions, wants('c', 'tokyo', 'tokyo', 3)];
    const stuck = decide(full, 0);
    expect(stuck.steps).toEqual([]);
    expect(stuck.held.map(({ name, why }) => [name, why]).sort()).toEqual([
      ['a', 'no way'],
      ['b', 'no way'],
    ]);
  });

  it('wait out the cool-down, and are five at a time', () => {
    const functions = Array.from({ length: 7 }, (_, i) =>
      wants(`f${i}`, 'dublin', i % 2 === 0 ? 'virginia' : 'tokyo', 0.5),
    );
    const first = decide(functions, 0);
    expect(first.steps).toHaveLength(5);
    expect(first.held.map(({ why }) => why)).toEqual(['enough moves', 'enough moves']);
    const then = made(functions, first.steps);
    const second = decide(then, 5 * MINUTE, first.memory);
    expect(second.steps).toHaveLength(2);
    // All users of all go home; who has just moved stays for an hour.
    const home = made(then, second.steps).map((one) => ({ ...one, callsPerHour: { [USERS.dublin!]: 36_000 } }));
    const third = decide(home, 10 * MINUTE, second.memory);
    expect(third.steps).toEqual([]);
    expect(third.held.map(({ why }) => why)).toEqual(Array(7).fill('cool-down'));
    expect(decide(home, 70 * MINUTE, third.memory).steps).toHaveLength(5);
  });

  it('are not made for little, and are whatever they cost where a function may not stay', () => {
    const functions = [
      wants('near', 'dublin', 'dublin', 1),
      wants('law', 'virginia', 'virginia', 1, { residency: 'eu' }),
    ];
    const { steps, held } = decide(functions, 0);
    expect(steps.map(({ name, to, why }) => [name, to, why])).toEqual([['law', 'dublin', 'limit']]);
    expect(held).toEqual([]);
    const shy = decide([wants('a', 'dublin', 'virginia', 1)], 0, undefined, { leastGain: 1.01 });
    expect(shy.held).toEqual([{ name: 'a', to: 'virginia', why: 'small gain' }]);
  });

  it('go together where functions that call each other gain only so', () => {
    const calls = [{ to: 'b', perHour: 90_000 }];
    const functions = [
      wants('a', 'dublin', 'virginia', 1, { calls }),
      { ...wants('b', 'dublin', 'dublin', 1), callsPerHour: {} },
    ];
    const { steps } = decide(functions, 0);
    expect(steps.map(({ name, to }) => [name, to])).toEqual([
      ['a', 'virginia'],
      ['b', 'virginia'],
    ]);
  });

  it('start nothing that the budget does not allow yet', () => {
    const priced = nodes.map((one) => ({ ...one, usdPerVcpuHour: one.name === 'dublin' ? 0.1 : 0.04 }));
    // 0.05 and 0.02 USD an hour: where it is now it leaves too little for a new one.
    const functions = [wants('old', 'dublin', 'dublin', 1), wants('new', null, 'tokyo', 1)];
    const at = (usdPerHour: number) =>
      decideMigrations(parsePlacement(priced, functions), {
        nowMs: 0,
        limits: { usdPerHour },
        rules: { leastGain: 1e9 },
      });
    const tight = at(0.06);
    expect(tight.target.isPlaced).toBe(true);
    expect(tight.steps).toEqual([]);
    expect(tight.held.find(({ name }) => name === 'new')?.why).toBe('no way');
    expect(at(0.08).steps.map(({ name, to }) => [name, to])).toEqual([['new', 'tokyo']]);
  });

  it('start functions that call each other within the budget, bytes between them counted', () => {
    const calls = [{ to: 'b', perHour: 1e6, requestKb: 1 }];
    const functions = [wants('a', null, 'dublin', 3, { calls }), wants('b', null, 'tokyo', 3)];
    const network = placementNetwork();
    const place = (name: string) => network.regions.indexOf(USERS[name]!);
    const usd = network.egressUsdPerGb[place('dublin') * network.regions.length + place('tokyo')]!;
    const input = parsePlacement(nodes, functions);
    const { steps } = decideMigrations(input, { nowMs: 0, limits: { usdPerHour: usd } });
    expect(steps.map(({ name }) => name)).toEqual(['a', 'b']);
    const [a, b] = steps.map(({ to }) => place(to));
    expect(network.egressUsdPerGb[a! * network.regions.length + b!]).toBeLessThanOrEqual(usd);
  });

  it.each([
    [{ mostMoves: 1.5 }, 0, /rules\.mostMoves is 1\.5, expected a whole number/],
    [{ leastGain: -1 }, 0, /rules\.leastGain is -1/],
    [{ coolDownMs: Number.NaN }, 0, /rules\.coolDownMs is NaN/],
    [{}, Number.NaN, /nowMs is NaN/],
  ])('refuse the rules %j at %d ms', (rules, nowMs, words) => {
    const asked = () => decide([wants('a', 'dublin', 'virginia', 1)], nowMs, undefined, rules);
    expect(asked).toThrow(words);
    expect(asked).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
  });

  it('keep no detour of an attempt that was given up', () => {
    const [X, Y, A, H, T, INF] = [0, 1, 2, 3, 5, Number.POSITIVE_INFINITY];
    // f wants X; g1 cannot go to Y although h makes some room there by a detour to node 4; g2 can go to T.
    const rows: [name: string, at: number, to: number, size: number, cost: number[]][] = [
      ['f', A, X, 3, [0, INF, 100, INF, INF, INF]],
      ['g1', X, Y, 3, [50, 0, INF, INF, INF, INF]],
      ['g2', X, T, 3, [100, INF, INF, INF, INF, 99]],
      ['h', Y, H, 2, [INF, 10, INF, 9.9, 20, INF]],
      ['k', Y, Y, 4, [INF, 0, INF, INF, INF, INF]],
      ['j', H, H, 2, [INF, INF, INF, 0, INF, INF]],
    ];
    const problem: PlacementProblem = {
      functions: rows.length,
      nodes: 6,
      cost: Float64Array.from(rows.flatMap(([, , , , cost]) => cost)),
      demand: Float64Array.from(rows.flatMap(([, , , size]) => [size, 0, 0])),
      capacity: Float64Array.from([6, 6, 3, 2, 2, 3].flatMap((size) => [size, 0, 0])),
      sums: [],
      pairs: null,
    };
    const state = new PlacementState(
      problem,
      Int32Array.from(rows, ([, at]) => at),
    );
    const target = Int32Array.from(rows, ([, , to]) => to);
    const rules = { leastGain: 0.15, mostMoves: 5, coolDownMs: 0 };
    const { steps } = new StepSearch(
      state,
      target,
      rules,
      { isCool: () => true, isPaused: () => false },
      new Set(),
    ).run();
    expect(steps.map(({ f, to }) => [rows[f]![0], to])).toEqual([
      ['g2', T],
      ['f', X],
    ]);
  });

  it('are not misled by what a memory says that cannot be', () => {
    const functions = ['a', 'b', 'c', 'constructor'].map((name, i) => wants(name, 'dublin', 'virginia', 1 + i / 2));
    const cold = decide(functions, 0);
    for (const price of [-50, Number.NaN, 1e308]) {
      const prices = cold.memory.prices.map(() => price);
      const warm = decide(functions, 0, { target: { a: 'nowhere' }, prices, movedAtMs: {} });
      if (!warm.target.isPlaced || !cold.target.isPlaced) throw new Error('nothing was placed');
      expect(warm.target.bound).toBeLessThanOrEqual(cold.target.cost);
      expect(warm.target.cost).toBeGreaterThanOrEqual(cold.target.bound);
      expect(warm.steps.length).toBeGreaterThan(0);
      expect(warm.held.filter(({ why }) => why === 'cool-down')).toEqual([]);
    }
  });

  it('never pass a capacity, gain, and come to an end', () => {
    const one = fc.tuple(
      fc.constantFrom('dublin', 'virginia', 'tokyo', null),
      fc.constantFrom('dublin', 'virginia', 'tokyo'),
      fc.constantFrom(0.5, 1, 1.5),
    );
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), (drawn) => {
        const room: Record<string, number> = { dublin: 4, virginia: 4, tokyo: 4 };
        let functions = drawn.map(([at, near, gib], i) => {
          const fits = at !== null && room[at]! >= gib;
          if (fits) room[at] = room[at]! - gib;
          return wants(`f${i}`, fits ? at : null, near, gib);
        });
        let memory: MigrationMemory | undefined;
        for (let round = 0; round < 12; round++) {
          const decision = decide(functions, round * 120 * MINUTE, memory);
          if (!decision.target.isPlaced) return;
          const moves = decision.steps.filter(({ from }) => from !== null);
          expect(moves.length).toBeLessThanOrEqual(5);
          for (const { why } of decision.steps) expect(why).not.toBe('limit');
          expect(moves.reduce((sum, { gain }) => sum + gain, 0)).toBeGreaterThanOrEqual(0);
          functions = made(functions, decision.steps);
          memory = JSON.parse(JSON.stringify(decision.memory)) as MigrationMemory;
          if (decision.steps.length === 0) return;
        }
        throw new Error('it goes on and on');
      }),
      { numRuns: 150, seed: 10 },
    );
  });
});
