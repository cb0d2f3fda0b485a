/** A placement that is worth a look: of the functions that a plane was told of, decided once by the code of the control plane. */
import { MIGRATION_RULES, NO_PLACEMENT, rollPlacement, signedReceipt } from 'isotherm/decide';
import type { Placement } from '../ts/server/api/schemas/placement.js';
import {
  decisionView,
  functionsPage,
  receiptView,
  rowView,
  storedPlacement,
} from '../ts/server/control/placement/view.js';
import { TickTime } from '../ts/server/control/tick-time.js';

const TICK_MS = 30_000;
const REGIONS = ['aws:eu-west-1', 'aws:us-east-1', 'aws:ap-northeast-1', 'gcp:europe-west1'];

export class ShownPlacement {
  readonly #time: TickTime;
  readonly #rolled: ReturnType<typeof rollPlacement>;
  readonly #receipt: ReturnType<typeof signedReceipt>;

  constructor(names: readonly string[], nowMs: number) {
    this.#time = new TickTime(nowMs - 2880 * TICK_MS, TICK_MS);
    const nodes = [{ regions: REGIONS, tier: 'cloud', vcpu: 8, memoryGib: 1, usdPerVcpuHour: 0.04 }];
    const functions = names.map((name, i) => ({ name, vcpu: 0.5, node: REGIONS[i % 2]! }));
    const seen = names.map((name, i) => ({
      name,
      callsPerHour: 9000 * (i + 1),
      memoryMiB: 512,
      instances: 1,
      startMs: 400,
      isHeld: i === 0,
      isPaused: i === 1,
    }));
    this.#rolled = rollPlacement({
      tick: 2880,
      atMs: 2880 * TICK_MS,
      setting: { rules: MIGRATION_RULES, weights: {}, limits: {}, usersIn: 'aws:ap-northeast-1' },
      given: { nodes, functions },
      seen,
      before: NO_PLACEMENT,
    });
    const digest = '9f2c1d0e5b7a4c3398f1e2d6a0b4c5d7e8f90123456789abcdef0123456789ab';
    this.#receipt = signedReceipt(this.#rolled.receipt, { given: digest, seen: digest, before: digest }, digest);
  }

  get id(): string {
    return this.#receipt.id;
  }

  get #stored() {
    return storedPlacement(this.#receipt, this.#time);
  }

  get row() {
    return rowView(this.#stored);
  }

  get receipt() {
    return receiptView(this.#stored, this.#time);
  }

  get view(): Placement {
    return {
      files: { nodes: 'nodes.yaml', functions: 'functions.yaml' },
      state: 'waiting',
      failure: null,
      intervalMs: 300_000,
      nextMs: this.#time.endOf(2890),
      decision: decisionView(this.#receipt, this.#time),
      lastMoves: this.row,
      nodes: this.#rolled.standing.nodes,
    };
  }

  functions(asked: Parameters<typeof functionsPage>[1]) {
    return functionsPage(this.#rolled.standing, asked);
  }
}
