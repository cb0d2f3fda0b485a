/** The rolling placement of a control plane: decided beside the loop, recorded, computed again, and never past what a node has. */
import { rmSync } from 'node:fs';
import type { PlacementReceipt, SeenFunction } from 'isotherm/decide';
import { explainReceipt, NO_PLACEMENT } from 'isotherm/decide';
import { IsothermError } from 'isotherm/kernels';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ControlPlane } from '../../ts/server/control/control-plane.js';
import { packedPart, partOf, type Solver, solvePlacement } from '../../ts/server/control/placement/solver.js';
import { type Clock, VirtualClock } from '../../ts/server/providers/clock.js';
import type { Observer } from '../../ts/server/providers/index.js';
import { openStore, type Store } from '../../ts/server/store/index.js';
import { counts, EndingScript, FUNCTIONS, NODES, PlacedFiles } from '../placed-fleet.js';
import { at, EPOCH, gapOf, never, ownSolver, ScriptedObserver } from '../planes.js';
import { StandingClock } from '../standing-clock.js';

const HOUR = 60;
/** A configuration without a placement. */
const OFF = { prediction: { update_interval: '5min' } };

let store: Store;
let files: PlacedFiles;
let planes: ControlPlane[];

beforeEach(async () => {
  store = await openStore({});
  files = new PlacedFiles();
  planes = [];
});
afterEach(async () => {
  for (const plane of planes) await plane.stop();
  await store.close();
  rmSync(files.folder, { recursive: true });
});

interface Opening {
  clock?: Clock;
  solver?: Solver;
}

async function opened(observer: Observer, { clock, solver = ownSolver }: Opening = {}): Promise<ControlPlane> {
  const parts = { config: await files.load(), store, observer, solver };
  const plane = await ControlPlane.open({ ...parts, clock: clock ?? fast() }, never);
  planes.push(plane);
  return plane;
}

/** As fast as it goes: each decision is waited for. */
const fast = (): Clock => new VirtualClock(EPOCH, Number.POSITIVE_INFINITY);

/** Runs a script to its end. */
async function ran(observer: EndingScript, opening: Opening = {}): Promise<ControlPlane> {
  const plane = await opened(observer, opening);
  plane.start();
  await until(() => plane.status().loop === 'ended');
  return plane;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** All decisions, oldest first, with their receipts. */
async function receiptsOf(plane: ControlPlane): Promise<PlacementReceipt[]> {
  const { items } = await plane.placements({ limit: 1000 });
  const all: PlacementReceipt[] = [];
  for (const { receiptId } of items.reverse())
    all.push((await store.placement(receiptId))!.body as unknown as PlacementReceipt);
  return all;
}

test('a day: whoever is busy moves near its users, no node is ever past its memory, and every decision comes out again', async () => {
  const plane = await ran(new EndingScript(counts(24 * HOUR), at(24 * HOUR)));
  const receipts = await receiptsOf(plane);
  expect(receipts).toHaveLength(24 * 12);
  const room = new Map(NODES.map(({ name, memoryGib }) => [name, memoryGib * 1024]));
  const places = new Map<string, string | null>(FUNCTIONS.map(({ name, node }) => [name, node ?? null]));
  let [moves, lastMs] = [0, new Map<string, number>()];
  for (const { id, steps, inputs, atMs } of receipts) {
    const seen = partOf((await store.placementPart(inputs.seen))!) as SeenFunction[];
    const figures = new Map(seen.map((one) => [one.name, one]));
    const size = (name: string): number => {
      const given = FUNCTIONS.find((one) => one.name === name)!;
      const { memoryMiB, instances } = { ...figures.get(name), ...given };
      return (memoryMiB ?? 0) * (instances ?? 1);
    };
    const used = (on: string): number =>
      [...places].reduce((sum, [name, where]) => sum + (where === on ? size(name) : 0), 0);
    expect(steps.length).toBeLessThanOrEqual(5);
    for (const { name, from, to, why } of steps) {
      expect(places.get(name)).toBe(from);
      // While it moves it has room on both.
      expect(used(to) + size(name)).toBeLessThanOrEqual(room.get(to)!);
      places.set(name, to);
      moves++;
      if (why !== 'limit') expect(atMs - (lastMs.get(name) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThan(0);
    }
    for (const { name } of steps) lastMs.set(name, atMs);
    const again = await plane.recompute(id, never);
    expect({ id, ...again }).toEqual({ id, same: true, checkpointTick: null, samples: null, differences: [] });
  }
  expect(moves).toBeGreaterThan(4);
  const { decision, nodes, state } = plane.placement();
  expect(state).toBe('waiting');
  expect(decision!.fleet).toMatchObject({ functions: 4, nodes: 3, measured: 4, held: 0 });
  expect(nodes.map(({ name }) => name)).toEqual(['dublin', 'virginia', 'tokyo']);
  const placed = plane.placedFunctions({ limit: 10 });
  expect(placed.items.map(({ name, node }) => [name, node])).toEqual([...places].sort(([a], [b]) => (a < b ? -1 : 1)));
  const { items } = await plane.events({ kind: 'placement', limit: 100 });
  expect(items.length).toBeGreaterThan(0);
  expect(items[0]!.message).toMatch(/^placement: \d functions? moves?/);
});

test('a receipt says in words what it followed from, and is not taken for another', async () => {
  const plane = await ran(new EndingScript(counts(10 * HOUR), at(10 * HOUR)));
  const moving = (await receiptsOf(plane)).find(({ steps }) => steps.length > 0)!;
  const view = await plane.receipt(moving.id);
  if (view?.kind !== 'placement') throw new Error('no receipt of a placement');
  expect(view.atMs).toBe(EPOCH + moving.atMs);
  const words = explainReceipt(moving, EPOCH);
  expect(words).toContain(`Placement of all functions, tick ${moving.tick}: ${new Date(view.atMs).toISOString()}`);
  expect(words).toContain(`Decided: ${moving.reason}`);
  for (const { name, from, to } of moving.steps) expect(words).toContain(`  ${name}: ${from} to ${to}; `);
  expect(words).toContain('Measured calls are taken to come from aws:eu-west-1.');
  const placement = store.placement.bind(store);
  store.placement = async (id) => {
    const stored = await placement(id);
    return stored && { ...stored, body: { ...(stored.body as object), bound: 99 } };
  };
  const again = await plane.recompute(moving.id, never);
  expect(again).toMatchObject({ same: false, differences: [{ place: '/bound', stored: 99 }] });
  store.placement = placement;
  expect(await plane.recompute('placement-none-1', never)).toBeUndefined();
  store.placementPart = async () => undefined;
  await expect(plane.recompute(moving.id, never)).rejects.toMatchObject({ code: 'UNKNOWN_RECEIPT' });
});

test('a restart goes on from the last placement', async () => {
  const first = await ran(new EndingScript(counts(9 * HOUR), at(9 * HOUR)));
  await until(() => first.placement().state === 'waiting');
  await first.stop();
  const [before, functions] = [first.placement(), first.placedFunctions({ limit: 10 })];
  const second = await opened(new EndingScript([], at(9 * HOUR)), { clock: new StandingClock(at(9 * HOUR)) });
  expect(second.placement()).toMatchObject({ state: 'waiting', decision: before.decision, nodes: [] });
  second.start();
  await until(() => second.placement().state === 'waiting' && second.placement().nodes.length > 0);
  expect(second.placement()).toEqual(before);
  expect(second.placedFunctions({ limit: 10 })).toEqual(functions);
});

/** The first day's first hours, and then a plane that goes on after a restart. */
async function restarted(hours: number, opening: Opening = {}) {
  const observer = () => new EndingScript(counts(2 * hours * HOUR), at(2 * hours * HOUR));
  const standing = new StandingClock(at(hours * HOUR));
  const first = await opened(observer(), { clock: standing });
  const idle = standing.idle();
  first.start();
  await idle;
  await until(() => first.placement().state === 'waiting');
  await first.stop();
  const begun = (await receiptsOf(first)).at(-1)!;
  const clock = new VirtualClock(at(hours * HOUR), Number.POSITIVE_INFINITY);
  return { begun, go: () => ran(observer(), { clock, ...opening }) };
}

test('where time stands still until all is done no decision falls out for a restart', async () => {
  const slow: Solver = {
    solve: async (task) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return solvePlacement(task);
    },
  };
  const { go } = await restarted(1, { solver: slow });
  const ticks = (await receiptsOf(await go())).map(({ tick }) => tick).filter((tick) => tick > 12);
  expect(ticks).toEqual(Array.from({ length: 12 }, (_, i) => 13 + i));
});

test('what another version stored is not taken for a state: placing begins with the files', async () => {
  const { begun, go } = await restarted(1);
  const placementPart = store.placementPart.bind(store);
  store.placementPart = async (digest) =>
    digest === begun.after ? packedPart({ places: 'elsewhere' }) : placementPart(digest);
  const plane = await go();
  expect(plane.placement()).toMatchObject({ state: 'waiting', failure: null });
  const next = (await receiptsOf(plane)).find(({ tick }) => tick > begun.tick)!;
  expect(partOf((await placementPart(next.inputs.before))!)).toEqual(NO_PLACEMENT);
  const { items } = await plane.events({ kind: 'placement', limit: 100 });
  expect(items.map(({ message }) => message).join('\n')).toContain(
    `placing begins with the files: what the placement ${begun.id} came to is of version ${begun.version}, and not understood any more`,
  );
});

test('what cannot be packed ends no loop', async () => {
  const config = await files.load();
  const broken = { ...config.placement.files!, given: Symbol('no text') as never };
  const parts = { store, observer: new EndingScript(counts(30), at(30)), solver: ownSolver, clock: fast() };
  const placement = { ...config.placement, files: broken };
  const plane = await ControlPlane.open({ ...parts, config: { ...config, placement } }, never);
  planes.push(plane);
  plane.start();
  await until(() => plane.status().loop !== 'running' && plane.status().loop !== 'starting');
  expect(plane.status().loop).toBe('ended');
  expect(plane.placement()).toMatchObject({ state: 'failed', decision: null });
});

test("round trips of one's own and the speed of links count, and are part of what is computed again", async () => {
  files.write('round-trips.csv', 'from,to,roundTripMs\naws:eu-west-1,aws:eu-west-1,900\n');
  const keys = { nodes: 'nodes.json', functions: 'functions.json', users_in: 'aws:eu-west-1' };
  const placement = { ...keys, round_trips: 'round-trips.csv', link_gbps: 0.5 };
  files.write('isotherm.yaml', { prediction: { update_interval: '5min' }, placement });
  const plane = await ran(new EndingScript(counts(2 * HOUR), at(2 * HOUR)));
  const last = (await receiptsOf(plane)).at(-1)!;
  expect(last.setting.linkGbps).toBe(0.5);
  expect(last.network).toMatch(/^round-trips\.csv; round trips and list prices/);
  expect(explainReceipt(last)).toContain('Data and state go between regions with 0.5 Gbit/s.');
  // Users are in Dublin, from where Dublin is now the farthest.
  expect(plane.placedFunctions({ limit: 10 }).items.map(({ best }) => best)).not.toContain('dublin');
  expect(await plane.recompute(last.id, never)).toMatchObject({ same: true });
});

describe('while it runs', () => {
  async function running(solver: Solver = ownSolver) {
    const clock = new StandingClock(at(0));
    const observer = new ScriptedObserver(counts(12 * HOUR));
    const plane = await opened(observer, { clock, solver });
    const idle = clock.idle();
    plane.start();
    await idle;
    const moveTo = async (minute: number): Promise<void> => {
      for (let m = Math.floor((clock.nowMs - EPOCH) / 60_000) + 5; m <= minute; m += 5) {
        await clock.moveTo(at(m));
        if (solver === ownSolver) await until(() => plane.placement().state !== 'deciding');
      }
    };
    return { plane, moveTo };
  }

  test('the files are read again, and where the file says that a function is, there it is', async () => {
    const { plane, moveTo } = await running();
    await moveTo(30);
    const moved = FUNCTIONS.map((one) => (one.name === 'shop/night-a' ? { ...one, node: 'tokyo' } : one));
    files.write('functions.json', { functions: [...moved, { name: 'shop/new', vcpu: 0.5, memoryMiB: 128 }] });
    await plane.reconfigure(await files.load(), { applied: ['placement.functions'], from: {}, to: {} });
    await moveTo(35);
    const { decision } = plane.placement();
    expect(decision!.fleet.functions).toBe(5);
    expect(decision!.steps.find(({ name }) => name === 'shop/new')).toMatchObject({ from: null, why: 'new' });
    const night = plane.placedFunctions({ q: 'night-a', limit: 1 }).items[0]!;
    expect(['tokyo', decision!.steps.find(({ name }) => name === 'shop/night-a')?.to]).toContain(night.node);
  });

  test('a fleet that is paused stays, and so does a function', async () => {
    const { plane, moveTo } = await running();
    await moveTo(30);
    // Near its users there is room for one of the two that are busy by day.
    const { name: functionKey } = plane
      .placedFunctions({ q: 'day', limit: 2 })
      .items.find((one) => one.node !== 'dublin')!;
    await plane.pause({ kind: 'function', functionKey }, null, 'test');
    await moveTo(9 * HOUR);
    const stays = plane.placement().decision!.staying.first;
    expect(stays.filter(({ name }) => name === functionKey).map(({ why }) => why)).toEqual(['paused']);
    expect(plane.placement().decision!.limits).toContain('paused');
    await plane.pause({ kind: 'fleet' }, null, 'test');
    const { decision } = plane.placement();
    await moveTo(10 * HOUR);
    expect(plane.placement()).toMatchObject({ state: 'paused', decision });
    await plane.resume({ kind: 'fleet' }, 'test');
    await moveTo(10 * HOUR + 5);
    expect(plane.placement().decision!.atMs).toBeGreaterThan(decision!.atMs);
  });

  test('a decision that takes its time delays no tick, and is given up at the stop', async () => {
    let begun = 0;
    const slow: Solver = {
      solve: (_task, signal) =>
        new Promise((_resolve, reject) => {
          begun++;
          signal.addEventListener('abort', () => reject(new IsothermError('ABORTED', 'stopped')), { once: true });
        }),
    };
    const { plane, moveTo } = await running(slow);
    await moveTo(2 * HOUR);
    expect(plane.status()).toMatchObject({ tick: 24, loop: 'running' });
    expect(plane.placement()).toMatchObject({ state: 'deciding', decision: null });
    expect(begun).toBe(1);
    await plane.stop();
    expect(plane.placement().state).not.toBe('failed');
  });

  test('a decision that fails is said, and the one before holds', async () => {
    let isBroken = false;
    const broken: Solver = {
      solve: async (task, signal) => {
        if (isBroken) throw new IsothermError('INTERNAL', 'the thread is gone');
        return ownSolver.solve(task, signal);
      },
    };
    const { plane, moveTo } = await running(broken);
    await moveTo(30);
    await until(() => plane.placement().state === 'waiting');
    const { decision } = plane.placement();
    isBroken = true;
    await moveTo(40);
    await until(() => plane.placement().state === 'failed');
    expect(plane.placement()).toMatchObject({ failure: 'the thread is gone', decision });
    expect(plane.status().degraded).toContain('placement: the thread is gone');
    isBroken = false;
    await moveTo(50);
    await until(() => plane.placement().state === 'waiting');
    expect(plane.status().degraded).toEqual([]);
    // What is told between two ticks is stored with the next.
    await moveTo(60);
    const { items } = await plane.events({ kind: 'placement', limit: 10 });
    expect(items.map(({ message }) => message).join('\n')).toMatch(
      /placement is decided again[\s\S]*no placement could be decided, and the last one holds: the thread is gone/,
    );
  });

  test('what failed is forgotten once nothing is placed any more', async () => {
    const { plane, moveTo } = await running({
      solve: () => Promise.reject(new IsothermError('INTERNAL', 'the thread is gone')),
    });
    await moveTo(30);
    await until(() => plane.placement().state === 'failed');
    files.write('isotherm.yaml', OFF);
    await plane.reconfigure(await files.load(), { applied: ['placement.nodes'], from: {}, to: {} });
    expect(plane.placement()).toMatchObject({ state: 'off', failure: null });
    expect(plane.status().degraded).toEqual([]);
  });

  test('limits that cannot be kept are named, and nothing is moved', async () => {
    files.write('functions.json', [...FUNCTIONS.slice(0, 3), { ...FUNCTIONS[3]!, residency: 'br' }]);
    const { plane, moveTo } = await running();
    await moveTo(30);
    expect(plane.placement().decision).toMatchObject({
      reason: 'Nothing is moved: no placement was found that keeps all limits.',
      steps: [],
      alternatives: [],
      bound: null,
      conflicts: ['shop/night-b has no node: residency.', 'Without residency for shop/night-b there is a node.'],
    });
    expect(plane.status().degraded).toEqual([
      'placement: Nothing is moved: no placement was found that keeps all limits.',
    ]);
    files.write('isotherm.yaml', OFF);
    await plane.reconfigure(await files.load(), { applied: ['placement.nodes'], from: {}, to: {} });
    expect(plane.status().degraded).toEqual([]);
  });
});

test('of a function without data the last good figures stand, and that is said', async () => {
  const script = [...counts(2 * HOUR), gapOf('shop/night-b', 2 * HOUR, 4 * HOUR)];
  const others = counts(
    4 * HOUR,
    FUNCTIONS.slice(0, 3).map(({ name }) => name),
  ).filter(({ fromMs }) => fromMs >= at(2 * HOUR));
  const plane = await ran(new EndingScript([...script, ...others], at(4 * HOUR)));
  const receipts = await receiptsOf(plane);
  const seenAt = async ({ inputs }: PlacementReceipt): Promise<SeenFunction> =>
    (partOf((await store.placementPart(inputs.seen))!) as SeenFunction[]).find(({ name }) => name === 'shop/night-b')!;
  const before = receipts.findLast(({ fleet }) => fleet.held === 0)!;
  const last = receipts.at(-1)!;
  expect(last.fleet.held).toBe(1);
  const { isHeld, ...figures } = await seenAt(last);
  expect(isHeld).toBe(true);
  expect(figures).toEqual({ ...(await seenAt(before)), isHeld: undefined });
  expect(explainReceipt(last)).toContain('of 1 of them the last good figures');
});

test('nothing is placed where no files are named, nor a function whose memory nobody knows', async () => {
  files.write('functions.json', [...FUNCTIONS.slice(0, 2), { name: 'shop/unknown', vcpu: 1 }]);
  const plane = await ran(new EndingScript(counts(30), at(30)));
  expect(plane.placement().decision!.fleet).toMatchObject({
    functions: 2,
    leftOut: { functions: 1, names: ['shop/unknown'] },
  });
  files.write('isotherm.yaml', OFF);
  await plane.reconfigure(await files.load(), { applied: ['placement.nodes'], from: {}, to: {} });
  expect(plane.placement()).toMatchObject({ files: null, state: 'off' });
});
