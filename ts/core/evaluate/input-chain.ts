/** A digest over everything that a function's control was ever fed, carried on tick by tick. */
import { saveLimits } from '../decide/limits-state.js';
import { hex, sha256 } from '../decide/sha256.js';
import { StateWriter } from '../kernels/pure/state.js';
import type { TickInput } from './control-model.js';

const CALLS = 1;
const GAP = 2;
const REFUSED = 3;
const SETTLED = 4;

const bytesOf = (array: Float64Array | Uint32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Each link is the digest of the one before and of what was fed. Ticks at which nothing was fed have no link. */
export class InputChain {
  #digest: Uint8Array<ArrayBuffer>;

  private constructor(digest: Uint8Array<ArrayBuffer>) {
    this.#digest = digest;
  }

  /** Begins with what the control is made of. */
  static of(setting: string): InputChain {
    return new InputChain(sha256(new TextEncoder().encode(setting)));
  }

  static at(digest: Uint8Array<ArrayBuffer>): InputChain {
    return new InputChain(digest);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#digest;
  }

  get hex(): string {
    return hex(this.#digest);
  }

  fed(tick: number, { startMs, durationMs, reported, limits, measuredStartsMs }: TickInput): void {
    const measured = measuredStartsMs ?? new Float64Array(0);
    if (startMs.length + measured.length === 0 && reported === undefined && limits === undefined) return;
    const head = new StateWriter();
    head.u8(CALLS);
    head.whole(tick);
    head.whole(startMs.length);
    head.u8((reported === undefined ? 0 : 1) + (limits === undefined ? 0 : 2) + (measured.length === 0 ? 0 : 4));
    if (reported !== undefined) {
      head.whole(reported.calls);
      head.whole(reported.coldStarts);
      head.f64(reported.waitMs);
    }
    if (limits !== undefined) saveLimits(head, limits);
    if (measured.length > 0) head.whole(measured.length);
    this.#digest = sha256(this.#digest, head.finish(), bytesOf(startMs), bytesOf(durationMs), bytesOf(measured));
  }

  /** Nothing was known of the ticks `first` to `last`. */
  missed(first: number, last: number): void {
    this.#add(GAP, first, last);
  }

  /** The rate limit held the decision of this tick. */
  refused(tick: number): void {
    this.#add(REFUSED, tick, tick);
  }

  /** What the control is made of from this tick on. */
  settled(tick: number, setting: string): void {
    const link = new StateWriter();
    link.u8(SETTLED);
    link.whole(tick);
    this.#digest = sha256(this.#digest, link.finish(), new TextEncoder().encode(setting));
  }

  #add(kind: number, first: number, last: number): void {
    const link = new StateWriter();
    link.u8(kind);
    link.whole(first);
    link.whole(last);
    this.#digest = sha256(this.#digest, link.finish());
  }
}
