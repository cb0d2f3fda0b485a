/** Moves towards a better placement: within all limits at every step, few, worth it, and done in the end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideMigrations,
  type MigrationMemory,
  type MigrationStep,
  parsePlacement,
} from '../../ts/core/decide/index.js';

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
