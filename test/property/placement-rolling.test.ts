/** Rolling decisions from files with gaps and from what was measured: within capacity at every step, repeatable from JSON, and nobody moves who is paused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkRegions,
  explainReceipt,
  MIGRATION_RULES,
  NO_PLACEMENT,
  parsePlacement,
  placementNetwork,
  type RollingState,
  rollPlacement,
  type SeenFunction,
  signedReceipt,
  WrongField,
} from '../../ts/core/decide/index.js';
import { BARRIERS } from '../../ts/core/decide/placement/barriers.js';
import { buildProblem } from '../../ts/core/decide/placement/build.js';
import {
  amountOf,
  costOf,
  isWithin,
  type PlacementProblem,
  roomOf,
  type SumLimit,
} from '../../ts/core/decide/placement/problem.js';

const node = { tier: 'cloud', provider: 'aws', vcpu: 64 };
const NODES = [
  { ...node, name: 'dublin', region: 'eu-west-1', memoryGib: 4 },
  { ...node, name: 'virginia', region: 'us-east-1', memoryGib: 4 },
  { ...node, name: 'tokyo', region: 'ap-northeast-1', memoryGib: 4 },
];
const NAMES = NODES.map(({ name }) => name);
const SETTING = { rules: { ...MIGRATION_RULES, coolDownMs: 1000 }, weights: {}, limits: {}, usersIn: 'aws:eu-west-1' };

/** Whether those who are free have a place each where they may be, with room, and sums are kept or no higher than now. */
function isKept(problem: PlacementProblem, assignment: Int32Array, free: readonly number[], now: Int32Array): boolean {
  const { nodes, cost, sums } = problem;
  const room = roomOf(problem, assignment);
  const isPlace = free.every((f) => {
    const n = assignment[f]!;
    return cost[f * nodes + n]! < Number.POSITIVE_INFINITY && room.subarray(n * 3, n * 3 + 3).every((one) => one >= 0);
  });
  const most = (limit: SumLimit): number => Math.max(limit.most, amountOf(problem, limit, now));
  return isPlace && sums.every((limit) => isWithin(amountOf(problem, limit, assignment), most(limit)));
}

const seenOf = (name: string, more: Partial<SeenFunction> = {}): SeenFunction => ({
  name,
  callsPerHour: 3600,
  memoryMiB: 512,
  instances: 1,
  startMs: 300,
  isHeld: false,
  isPaused: false,
  ...more,
});

const roll = (functions: readonly object[], seen: readonly SeenFunction[], before = NO_PLACEMENT, tick = 1) =>
  rollPlacement({ tick, atMs: tick * 300_000, setting: SETTING, given: { nodes: NODES, functions }, seen, before });

describe('a rolling decision', () => {
  it('takes from measurements what the file leaves out, and nothing of what it has', () => {
    const measured = roll([{ name: 'a', vcpu: 1, node: 'tokyo' }], [seenOf('a')]);
    expect(measured.receipt).toMatchObject({
      reason: '1 function moves.',
      fleet: { functions: 1, measured: 1, held: 0 },
      steps: [{ name: 'a', from: 'tokyo', to: 'dublin', why: 'gain' }],
    });
    const given = { name: 'a', vcpu: 1, node: 'tokyo', memoryMiB: 1024, instances: 1, startMs: 1 };
    const own = roll([{ ...given, callsPerHour: { 'aws:ap-northeast-1': 9 } }], [seenOf('a')]);
    expect(own.receipt).toMatchObject({ steps: [], fleet: { measured: 0 }, staying: { functions: 0 } });
    expect(own.standing.nodes[2]!.memory).toBe(1024 / 4096);
  });

  it('leaves out whose memory nobody knows, and calls to them', () => {
    const calls = [{ to: 'b', perHour: 100 }];
    const { receipt, standing } = roll(
      [
        { name: 'a', vcpu: 1, memoryMiB: 1, calls },
        { name: 'b', vcpu: 1 },
      ],
      [],
    );
    expect(receipt.fleet).toMatchObject({ functions: 1, leftOut: { functions: 1, names: ['b'] } });
    expect(standing.names).toEqual(['a']);
  });

  it('goes on from where the last one put a function, until its file says otherwise', () => {
    const far = { name: 'a', vcpu: 1, node: 'tokyo' };
    const first = roll([far], [seenOf('a')]);
    expect(first.after.places).toEqual([{ name: 'a', node: 'dublin', given: 'tokyo' }]);
    const second = roll([far], [seenOf('a')], first.after, 2);
    expect(second.receipt.reason).toBe(
      'Nothing is moved: everything is where the best placement that was found has it.',
    );
    const third = roll([{ ...far, node: 'virginia' }], [seenOf('a')], second.after, 3);
    expect(third.receipt.steps).toMatchObject([{ from: 'virginia', to: 'dublin' }]);
  });

  it('says of a function on a node that is gone that it is started elsewhere', () => {
    const before = { ...NO_PLACEMENT, places: [{ name: 'a', node: 'closed', given: null }] };
    const { receipt } = roll([{ name: 'a', vcpu: 1 }], [seenOf('a')], before);
    expect(receipt.steps).toMatchObject([{ from: null, to: 'dublin', why: 'new', before: null }]);
  });

  it('never passes a capacity, moves nobody who is paused, and comes out of JSON the same', () => {
    const one = fc.record({
      node: fc.constantFrom(...NAMES, null),
      gib: fc.constantFrom(0.5, 1, 1.5, null),
      seenGib: fc.constantFrom(0.5, 1),
      calls: fc.integer({ min: 0, max: 100_000 }),
      isPaused: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.array(one, { minLength: 6, maxLength: 6 }), { minLength: 2, maxLength: 4 }), (rounds) => {
        let before: RollingState = NO_PLACEMENT;
        const [first] = rounds;
        const functions = first!.map(({ node: at, gib }, i) => ({
          name: `f${i}`,
          vcpu: 0.5,
          ...(gib !== null && { memoryMiB: gib * 1024 }),
          ...(at !== null && { node: at }),
        }));
        rounds.forEach((drawn, round) => {
          const seen = drawn.map(({ seenGib, calls, isPaused }, i) =>
            seenOf(`f${i}`, { memoryMiB: seenGib * 1024, callsPerHour: calls, isPaused }),
          );
          const size = (name: string): number => {
            const i = Number(name.slice(1));
            return (functions[i] as { memoryMiB?: number }).memoryMiB ?? seen[i]!.memoryMiB!;
          };
          const rolled = roll(functions, seen, before, round + 1);
          const where = new Map(
            functions.map(({ name, node: at = null }) => {
              const last = before.places.find((place) => place.name === name);
              return [name, last === undefined ? at : last.node];
            }),
          );
          const used = (on: string): number =>
            [...where].reduce((sum, [name, at]) => sum + (at === on ? size(name) : 0), 0);
          for (const { name, from, to } of rolled.receipt.steps) {
            expect(where.get(name)).toBe(from);
            expect(used(to) + size(name)).toBeLessThanOrEqual(4096);
            if (from !== null) expect(seen[Number(name.slice(1))]!.isPaused).toBe(false);
            where.set(name, to);
          }
          expect(rolled.after.places.map(({ name, node: at }) => [name, at])).toEqual([...where]);
          const again = roll(
            functions,
            JSON.parse(JSON.stringify(seen)),
            JSON.parse(JSON.stringify(before)),
            round + 1,
          );
          expect(JSON.stringify(again)).toBe(JSON.stringify(rolled));
          before = JSON.parse(JSON.stringify(rolled.after)) as RollingState;
        });
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it('says what else could be done with those that move: the best of all other places, that have room', () => {
    const one = fc.record({
      node: fc.constantFrom(...NAMES),
      gib: fc.constantFrom(0.5, 1, 1.5, 2),
      users: fc.constantFrom('aws:eu-west-1', 'aws:us-east-1', 'aws:ap-northeast-1'),
      calls: fc.integer({ min: 0, max: 100_000 }),
      residency: fc.constantFrom(undefined, undefined, 'eu', 'us'),
      /** To the one after it. */
      own: fc.constantFrom(0, 30_000, 300_000),
    });
    let [given, calling] = [0, 0];
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 2, maxLength: 7 }),
        fc.boolean(),
        fc.boolean(),
        (drawn, isLimited, areCalling) => {
          const functions = drawn.map(({ node: at, gib, users, calls, residency, own }, i) => ({
            ...{ name: `f${i}`, vcpu: 0.5, memoryMiB: gib * 1024, node: at, callsPerHour: { [users]: calls } },
            ...(residency !== undefined && { residency }),
            ...(areCalling && own > 0 && { calls: [{ to: `f${(i + 1) % drawn.length}`, perHour: own }] }),
          }));
          const nodes = NODES.map((place, n) => ({ ...place, usdPerVcpuHour: 0.01 * (n + 1) }));
          const limits = isLimited ? { usdPerHour: 0.01 * drawn.length } : {};
          const asked = { tick: 1, atMs: 300_000, setting: { ...SETTING, limits }, given: { nodes, functions } };
          const { receipt, after } = rollPlacement({ ...asked, seen: [], before: NO_PLACEMENT });
          const { otherMoves, steps, alternatives } = receipt;
          const was = new Map(functions.map(({ name, node: at }) => [name, at]));
          const moved = after.places.filter(({ name, node: at }) => was.get(name) !== at).map(({ name }) => name);
          if (moved.length === 0) {
            expect(otherMoves).toEqual([]);
            return;
          }
          expect(steps.length).toBeGreaterThan(0);
          const { problem } = buildProblem(parsePlacement(nodes, functions), { limits });
          // Who is not moved may be where it may not be: what that costs is counted all the same.
          const open = buildProblem(parsePlacement(nodes, functions), { limits }, BARRIERS).problem;
          const now = Int32Array.from(after.places, ({ node: at }) => NAMES.indexOf(at!));
          const free = moved.map((name) => functions.findIndex((other) => other.name === name));
          const costs: number[] = [];
          for (let code = 0; code < NODES.length ** free.length; code++) {
            const assignment = now.slice();
            for (let i = 0, rest = code; i < free.length; i++, rest = Math.floor(rest / NODES.length))
              assignment[free[i]!] = rest % NODES.length;
            const isOther = assignment.some((n, f) => n !== now[f]);
            if (isOther && isKept(problem, assignment, free, now)) costs.push(costOf(open, assignment));
          }
          costs.sort((a, b) => a - b);
          const found = otherMoves.map(({ cost }) => cost);
          found.slice(1).forEach((cost, i) => {
            expect(cost).toBeGreaterThanOrEqual(found[i]! - 1e-9);
          });
          // Where functions call each other the best of 32 are looked at, which three have no more of.
          if (!areCalling || free.length <= 3) {
            expect(found).toEqual(costs.slice(0, 3).map((cost) => expect.closeTo(cost, 9)));
          }
          if (areCalling && found.length > 1) calling++;
          const afterMoves = alternatives.find(({ name }) => name === 'after the moves')!;
          for (const { instead, cost, gap, terms } of otherMoves) {
            const assignment = now.slice();
            for (const { name, node: at } of instead) {
              expect(moved).toContain(name);
              expect(after.places.find((place) => place.name === name)!.node).not.toBe(at);
              assignment[functions.findIndex((other) => other.name === name)] = NAMES.indexOf(at);
            }
            expect(costOf(open, assignment)).toBeCloseTo(cost, 9);
            expect(gap).toBeGreaterThanOrEqual(0);
            expect(terms.price).toBeGreaterThan(0);
            expect(Object.keys(terms)).toEqual(Object.keys(afterMoves.terms));
            given++;
          }
        },
      ),
      { numRuns: 200, seed: 5 },
    );
    expect(given).toBeGreaterThan(100);
    expect(calling).toBeGreaterThan(30);
    const { receipt } = roll([{ name: 'a', vcpu: 1, node: 'tokyo' }], [seenOf('a')]);
    expect(receipt.otherMoves.map(({ instead }) => instead)).toEqual([
      [{ name: 'a', node: 'virginia' }],
      [{ name: 'a', node: 'tokyo' }],
    ]);
    const words = explainReceipt(signedReceipt(receipt, { given: 'a', seen: 'b', before: 'c' }, 'd'));
    expect(words).toMatch(
      /Instead, the best first, all others as after the moves:\n {2}a to virginia: .*\n {2}a stays on tokyo: /,
    );
  });

  it('explains in a receipt why there is no placement, and what would do', () => {
    const { receipt } = roll([{ name: 'a', vcpu: 1, node: 'tokyo' }], [seenOf('a', { memoryMiB: 5000 })]);
    const words = explainReceipt(signedReceipt(receipt, { given: 'a', seen: 'b', before: 'c' }, 'd'));
    expect(words).toContain(
      'Why there is none, and what would do:\n  a has no node: memory.\n  1.23× the memory of a node for a would do.\n',
    );
  });

  it('has a receipt whose name is that of its inputs', () => {
    const { receipt } = roll([{ name: 'a', vcpu: 1, node: 'tokyo' }], [seenOf('a')]);
    const inputs = { given: 'a', seen: 'b', before: 'c' };
    const signed = signedReceipt(receipt, inputs, 'd');
    expect(signed.id).toBe(`placement-${signed.inputsDigest.slice(0, 12)}-1`);
    expect(signedReceipt(receipt, { ...inputs, seen: 'x' }, 'd').id).not.toBe(signed.id);
    expect(explainReceipt(signed)).toContain('Moves, in this order, each when the one before is done:');
  });
});

describe('regions that nobody knows', () => {
  const functions = (more: object) => [{ name: 'a', vcpu: 1, memoryMiB: 1, ...more }];
  const check = (nodes: unknown, given: unknown) => () =>
    checkRegions(parsePlacement(nodes, given), placementNetwork());
  const pathOf = (work: () => void): unknown => {
    try {
      work();
    } catch (thrown) {
      return thrown instanceof WrongField ? thrown.path : thrown;
    }
    return null;
  };

  it('are found before any figure is asked for, with their field', () => {
    expect(pathOf(check(NODES, functions({ callsPerHour: { 'aws:mars': 1 } })))).toEqual([
      'functions',
      0,
      'callsPerHour',
      'aws:mars',
    ]);
    const data = [
      { region: 'aws:eu-west-1', gbPerHour: 1 },
      { region: 'moon', gbPerHour: 1 },
    ];
    expect(pathOf(check(NODES, functions({ data })))).toEqual(['functions', 0, 'data', 1, 'region']);
    const own = NODES.map((one) => ({ ...one, roundTripsMs: { 'aws:mars': 9 } }));
    expect(pathOf(check(own, functions({ callsPerHour: { 'aws:mars': 1 } })))).toBeNull();
    const elsewhere = [{ ...NODES[0]!, provider: 'edge', gramsPerKwh: 1 }];
    expect(check(elsewhere, functions({}))).toThrow(/the node dublin is in edge:eu-west-1, of which no round trips/);
  });

  it('keep the place of an entry that stands for many nodes', () => {
    const nodes = [
      { regions: 'aws:*', tier: 'cloud', vcpu: 1, memoryGib: 1 },
      { ...NODES[0]!, vcpu: 'much' },
    ];
    expect(pathOf(check(nodes, functions({})))).toEqual(['nodes', 1, 'vcpu']);
    expect(check(nodes, functions({}))).toThrow('nodes[1].vcpu is "much"');
  });
});
