/** The rolling placement: decided beside the loop every few minutes, recorded, and shown. It moves nothing. */
import {
  isRollingState,
  NO_PLACEMENT,
  type PlacementReceipt,
  type PlacementSetting,
  type PlacementStanding,
  readSeen,
  type SeenFunction,
} from 'isotherm/decide';
import { IsothermError } from 'isotherm/kernels';
import type { Page } from '../../api/schemas/pages.js';
import type {
  PlacedFunction,
  Placement,
  PlacementRow,
  PlacementReceipt as ReceiptView,
} from '../../api/schemas/placement.js';
import type { Recomputation } from '../../api/schemas/receipts.js';
import type { PlacementConfig } from '../../config/index.js';
import type { Clock } from '../../providers/index.js';
import type { Store } from '../../store/index.js';
import type { EventLog } from '../event-log.js';
import type { Fleet } from '../fleet.js';
import type { LimitsBook } from '../limits-book.js';
import type { TickTime } from '../tick-time.js';
import { Measured } from './measured.js';
import { recomputePlacement, taskOf } from './recompute.js';
import { type PlacementAnswer, type PlacementTask, packedPart, packedText, partOf, type Solver } from './solver.js';
import {
  decisionView,
  type FunctionsAsked,
  functionsPage,
  receiptOf,
  receiptView,
  rowView,
  storedPlacement,
} from './view.js';

export interface PlacementParts {
  store: Store;
  clock: Clock;
  time: TickTime;
  fleet: Fleet;
  limits: LimitsBook;
  events: EventLog;
  solver: Solver;
  /** Of the configuration. */
  placement: PlacementConfig;
}

/** What the files give. */
interface Given {
  json: string;
  /** The same ready for a thread, once a decision was made of it. */
  packed: Uint8Array | null;
  names: readonly string[];
}

/** Decisions looked through after a restart for the last one that moved anything. */
const LOOKED_THROUGH = 1000;

export class Placements {
  readonly #parts: PlacementParts;
  readonly #stop = new AbortController();
  readonly #measured = new Measured();
  #config: PlacementConfig;
  #given: Given | null = null;
  /** What the next decision begins with. */
  #before: Uint8Array = packedPart(NO_PLACEMENT);
  #receipt: PlacementReceipt | null = null;
  #standing: PlacementStanding | null = null;
  #lastMoves: PlacementRow | null = null;
  #running: Promise<void> | null = null;
  /** When the last decision was begun, made or not; engine time. */
  #triedMs: number | null = null;
  #failure: string | null = null;
  #recomputing: Promise<unknown> = Promise.resolve();
  #isPaused = false;
  /** Whether the decision before the last one found a placement. */
  #wasPlaced = true;

  constructor(parts: PlacementParts) {
    this.#parts = parts;
    this.#config = parts.placement;
    this.#give();
  }

  /** Goes on from the last decision that is stored. Errors: as of the store. */
  async restore(): Promise<void> {
    const { store } = this.#parts;
    const { rows } = await store.placements({ limit: LOOKED_THROUGH });
    const [last] = rows;
    const stored = last && (await store.placement(last.id));
    if (stored === undefined) return;
    const receipt = receiptOf(stored);
    const [before, seen] = [await store.placementPart(receipt.after), await store.placementPart(receipt.inputs.seen)];
    // What it came to has expired with the calls of its time: placing begins with the files.
    if (before === undefined || seen === undefined) return;
    const figures = readSeen(partOf(seen));
    if (figures === null || !isRollingState(partOf(before))) {
      const words = `placing begins with the files: what the placement ${receipt.id} came to is of version ${receipt.version}, and not understood any more`;
      this.#parts.events.emit('placement', null, words);
      return;
    }
    this.#before = before;
    this.#receipt = receipt;
    this.#triedMs = receipt.atMs;
    this.#measured.restore(figures);
    this.#lastMoves = rows.map(rowView).find(({ moves }) => moves.length > 0) ?? null;
  }

  /** Works out again where everything is, from what was stored; the first decision waits for it. */
  start(): void {
    const { store, solver } = this.#parts;
    const receipt = this.#receipt;
    if (receipt === null || this.#given === null) return;
    const work = async (): Promise<void> => {
      const task = await taskOf(store, receipt);
      if (task === undefined) return;
      const again = await solver.solve(task, this.#stop.signal);
      if (again.receipt.after === receipt.after && this.#receipt === receipt) this.#standing = again.standing;
    };
    this.#running = work()
      // It is shown after the next decision, then.
      .catch(() => undefined)
      .finally(() => {
        this.#running = null;
      });
  }

  /** Takes a configuration that was read again; it counts from the next decision on. */
  configure(config: PlacementConfig): void {
    this.#config = config;
    this.#give();
  }

  #give(): void {
    const { files } = this.#config;
    if (files === null) {
      this.#given = null;
      // Nothing is decided any more that could mend it.
      this.#failure = null;
      return;
    }
    if (files.given === this.#given?.json) return;
    this.#given = { json: files.given, packed: null, names: files.names };
  }

  /** Begins a decision where one is due. It is not waited for, but where time stands still until all is done. */
  async ticked(tick: number): Promise<void> {
    const { clock, time, fleet, limits } = this.#parts;
    const waits = clock.speed === Number.POSITIVE_INFINITY;
    // What was decided before a restart is being worked out again: no decision may fall out for that.
    if (waits) await this.#running;
    const atMs = time.endOf(tick) - time.epochMs;
    const given = this.#given;
    if (given === null || this.#running !== null || this.#stop.signal.aborted) return;
    if (this.#triedMs !== null && atMs - this.#triedMs < this.#config.optimizationIntervalMs) return;
    this.#isPaused = limits.pauses().some(({ scope }) => scope.kind === 'fleet');
    if (this.#isPaused) return;
    this.#triedMs = atMs;
    // As all functions are after this tick: the next one waits for that much.
    const seen = await this.#measured.look(given.names, fleet, limits);
    const setting = settingOf(this.#config);
    this.#running = this.#decide({ tick, atMs, setting }, given, seen).finally(() => {
      this.#running = null;
    });
    if (waits) await this.#running;
  }

  async #decide(
    asked: Pick<PlacementTask, 'tick' | 'atMs' | 'setting'>,
    given: Given,
    seen: readonly SeenFunction[],
  ): Promise<void> {
    try {
      given.packed ??= await packedText(given.json);
      const packed = { given: given.packed, seen: await packedText(JSON.stringify(seen)), before: this.#before };
      const answer = await this.#parts.solver.solve({ ...asked, ...packed }, this.#stop.signal);
      await this.#record(answer);
      this.#tell(answer.receipt);
      if (this.#failure !== null) this.#parts.events.emit('placement', null, 'placement is decided again');
      this.#failure = null;
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const words = error instanceof IsothermError ? error.message : `a fault of isotherm: ${String(error)}`;
      if (words !== this.#failure)
        this.#parts.events.emit('placement', null, `no placement could be decided, and the last one holds: ${words}`);
      this.#failure = words;
    }
  }

  /** What is not written down does not hold. */
  async #record({ receipt, parts, standing }: PlacementAnswer): Promise<void> {
    const { store, time } = this.#parts;
    const placement = storedPlacement(receipt, time);
    await store.commitPlacement({ placement, parts: [parts.given, parts.seen, parts.before, parts.after] });
    this.#before = parts.after.body;
    this.#standing = standing;
    if (receipt.steps.length > 0) this.#lastMoves = rowView(placement);
    this.#wasPlaced = this.#receipt === null || this.#receipt.notPlaced === null;
    this.#receipt = receipt;
  }

  #tell({ id, reason, steps, notPlaced, staying }: PlacementReceipt): void {
    const isTold = steps.length > 0 || (notPlaced === null) !== this.#wasPlaced;
    if (!isTold) return;
    const data = { receiptId: id, moves: steps.length, staying: staying.functions };
    this.#parts.events.emit('placement', null, `placement: ${reason}`, data);
  }

  /** What is not as it should be, in words. */
  get wrong(): string[] {
    if (this.#given === null) return [];
    const receipt = this.#receipt;
    const wrong = this.#failure ?? (receipt === null || receipt.notPlaced === null ? null : receipt.reason);
    return wrong === null ? [] : [`placement: ${wrong}`];
  }

  /** Gives up the decision that is being made. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  view(): Placement {
    const { time } = this.#parts;
    const { files, optimizationIntervalMs: intervalMs } = this.#config;
    return {
      files: files && { nodes: files.nodes, functions: files.functions },
      state: this.#state(),
      failure: this.#failure,
      intervalMs,
      nextMs: files === null || this.#triedMs === null ? null : time.epochMs + this.#triedMs + intervalMs,
      decision: this.#receipt && decisionView(this.#receipt, time),
      lastMoves: this.#lastMoves,
      nodes: this.#standing?.nodes ?? [],
    };
  }

  #state(): Placement['state'] {
    if (this.#given === null) return 'off';
    if (this.#running !== null) return 'deciding';
    if (this.#isPaused) return 'paused';
    return this.#failure === null ? 'waiting' : 'failed';
  }

  functions(asked: FunctionsAsked): Page<PlacedFunction> {
    return functionsPage(this.#standing, asked);
  }

  /** Newest first. */
  async decisions(query: { cursor?: string; limit: number }): Promise<Page<PlacementRow>> {
    const { rows, cursor } = await this.#parts.store.placements(query);
    return { items: rows.map(rowView), nextCursor: cursor };
  }

  async receipt(id: string): Promise<ReceiptView | undefined> {
    const stored = await this.#parts.store.placement(id);
    return stored && receiptView(stored, this.#parts.time);
  }

  /** One at a time: each has a thread to itself. */
  recompute(id: string, signal: AbortSignal): Promise<Recomputation | undefined> {
    const { store, solver } = this.#parts;
    const work = this.#recomputing.then(() => {
      return recomputePlacement(store, solver, id, AbortSignal.any([signal, this.#stop.signal]));
    });
    this.#recomputing = work.catch(() => undefined);
    return work;
  }
}

function settingOf({
  migrationThreshold,
  movesAtOnce,
  coolDownMs,
  weights,
  limits,
  usersIn,
  linkGbps,
}: PlacementConfig): PlacementSetting {
  const rules = { leastGain: migrationThreshold, mostMoves: movesAtOnce, coolDownMs };
  return { rules, weights, limits, usersIn, linkGbps };
}
