/** Decides once more what was decided: from a state before it and what was seen since. */
import type { TickReceipt } from '../decide/receipt.js';
import { IsothermError } from '../kernels/index.js';
import type { ControlSetting, TickInput } from './control-model.js';
import { FunctionControl } from './function-control.js';

/** What is known of the past of a decision. */
export interface RecordedPast {
  setting: ControlSetting;
  /** `FunctionControl.save` of any tick before; null from the beginning. */
  checkpoint: Uint8Array | null;
  /**
   * Ticks since then, ascending, at which something was fed, missed or refused, with the same input. Ticks in between had no calls. Those of before the checkpoint are passed over.
   */
  inputs: Iterable<readonly [tick: number, input: TickInput]>;
  /** The tick whose decision is asked for. */
  tick: number;
}

/**
 * The receipt of a tick, decided anew by the code that decided then; null where that tick made no other decision. The same bits on every backend.
 *
 * O(ticks and calls since the checkpoint). Errors: as `FunctionControl`; `TIME_ORDER` where the checkpoint is not from before the tick.
 *
 * @example
 * const setting = { ...CONTROL_DEFAULTS, functionKey: 'shop/cart', memoryMiB: 256 };
 * const control = new FunctionControl(setting);
 * control.tick(0);
 * const checkpoint = control.save();
 * const input = { startMs: Float64Array.of(12_000), durationMs: Uint32Array.of(800) };
 * const decided = control.tick(1, input).receipt;
 * sameReceipt(recompute({ setting, checkpoint, inputs: [[1, input]], tick: 1 }), decided); // true
 */
export function recompute({ setting, checkpoint, inputs, tick }: RecordedPast): TickReceipt | null {
  using control = checkpoint === null ? new FunctionControl(setting) : FunctionControl.load(setting, checkpoint);
  if (control.nextTick > tick) {
    throw new IsothermError(
      'TIME_ORDER',
      `tick ${tick} is asked for, and the checkpoint is of tick ${control.nextTick - 1}`,
    );
  }
  let receipt: TickReceipt | null = null;
  const step = (input?: TickInput): void => {
    receipt = control.tick(control.nextTick, input).receipt;
  };
  for (const [at, input] of inputs) {
    if (at > tick) break;
    if (at < control.nextTick) continue;
    while (control.nextTick < at) step();
    step(input);
  }
  while (control.nextTick <= tick) step();
  return receipt;
}
