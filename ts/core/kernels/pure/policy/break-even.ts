/** Ski rental: an idle instance is rented by the ms, and a cold start buys it back. Sources: in `crates/policy`. */
import type { FunctionPrices } from '../../policy.js';
import { ensure } from '../check.js';
import { ln, SplitMix64 } from '../numeric.js';
import {
  type KernelPolicy,
  NO_STARTS,
  type Start,
  type StateReader,
  type StateWriter,
  type WarmInterval,
} from './policy.js';

/** The idle time that costs as much as a cold start, ms; infinite where idle time costs nothing. */
function breakEven({ idleUsdPerMs, coldStartUsd }: FunctionPrices): number {
  return idleUsdPerMs > 0 ? coldStartUsd / idleUsdPerMs : Number.POSITIVE_INFINITY;
}

/** Rounded down; infinite from 2^53 on. */
function wholeMs(ms: number): number {
  return ms <= Number.MAX_SAFE_INTEGER ? Math.floor(ms) : Number.POSITIVE_INFINITY;
}

/** The break-even time in whole ms. */
export const breakEvenMs = (prices: FunctionPrices): number => wholeMs(breakEven(prices));

/** `e - 1`, rounded to the nearest float. */
const E_MINUS_ONE = 1.718281828459045;

/** Stays for a time drawn anew at every release. */
export class BreakEvenRandomised implements KernelPolicy {
  readonly ticks = false;
  #breakEven: number;
  #random: SplitMix64;

  private constructor(breakEvenTime: number, random: SplitMix64) {
    this.#breakEven = breakEvenTime;
    this.#random = random;
  }

  /** Draws from a stream that is not the one that the function's arrivals are drawn from. */
  static of(prices: FunctionPrices, seed: number, stream: number): BreakEvenRandomised {
    const first = new SplitMix64(seed, stream);
    first.next();
    return new BreakEvenRandomised(breakEven(prices), new SplitMix64(first.high, first.low));
  }

  onArrival(): void {}

  onRelease(): WarmInterval {
    // The inverse of the distribution (e^(x/B) - 1) / (e - 1).
    const share = ln(1 + this.#random.unit() * E_MINUS_ONE);
    const finite = this.#breakEven <= Number.MAX_SAFE_INTEGER;
    return { prewarmMs: 0, keepAliveMs: finite ? wholeMs(this.#breakEven * share) : Number.POSITIVE_INFINITY };
  }

  onTick(): readonly Start[] {
    return NO_STARTS;
  }

  seen(): number[] {
    return [Math.min(this.#breakEven, Number.MAX_SAFE_INTEGER)];
  }

  save(out: StateWriter): void {
    out.f64(this.#breakEven);
    out.u32(this.#random.stateLow);
    out.u32(this.#random.stateHigh);
  }

  static load(from: StateReader): BreakEvenRandomised {
    const time = from.f64();
    ensure(time >= 0, 'BAD_STATE', () => `policy state has a break-even time of ${time} ms, expected at least 0`);
    const low = from.u32();
    return new BreakEvenRandomised(time, new SplitMix64(from.u32(), low));
  }
}
