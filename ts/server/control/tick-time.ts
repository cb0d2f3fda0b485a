/** Where ticks lie in time: tick k ends at `epochMs + k * tickMs`, and is fed with what happened in the `tickMs` before. */
export class TickTime {
  readonly epochMs: number;
  readonly tickMs: number;

  constructor(epochMs: number, tickMs: number) {
    this.epochMs = epochMs;
    this.tickMs = tickMs;
  }

  /** The tick that is fed with what happens at `atMs`: the end of a tick belongs to the next one. */
  tickOf(atMs: number): number {
    return Math.floor((atMs - this.epochMs) / this.tickMs) + 1;
  }

  /** Epoch ms. */
  endOf(tick: number): number {
    return this.epochMs + tick * this.tickMs;
  }

  beginOf(tick: number): number {
    return this.endOf(tick - 1);
  }

  engineMs(atMs: number): number {
    return atMs - this.epochMs;
  }
}
