/** Rollouts for tests of advantages: made up from a seed, as `about.large` of `gae.json` says. */
import { SplitMix64 } from '../ts/core/kernels/pure/numeric.js';

export interface MadeRollout {
  rewards: Float64Array;
  values: Float64Array;
  nextValues: Float64Array;
  logRatios: Float64Array;
  terminated: Uint8Array;
  truncated: Uint8Array;
  steps: number;
  envs: number;
}

/** All numbers are exact in single precision. Chances are in thousandths. */
export function rolloutOf(
  seed: number,
  steps: number,
  envs: number,
  chances: { terminated: number; truncated: number },
): MadeRollout {
  const random = new SplitMix64(0, seed);
  const below = (most: number): number => {
    random.next();
    const high = (random.high >>> 0) % most;
    return (high * (2 ** 32 % most) + ((random.low >>> 0) % most)) % most;
  };
  const number = (): number => below(2048) / 256 - 4;
  const cells = steps * envs;
  const room = (): Float64Array => new Float64Array(cells);
  const last = room();
  const made: MadeRollout = {
    rewards: room(),
    values: room(),
    nextValues: room(),
    logRatios: room(),
    terminated: new Uint8Array(cells),
    truncated: new Uint8Array(cells),
    steps,
    envs,
  };
  const { terminated, truncated } = made;
  for (let at = 0; at < cells; at++) {
    made.rewards[at] = number();
    made.values[at] = number();
    last[at] = number();
    terminated[at] = Number(below(1000) < chances.terminated);
    truncated[at] = Number(below(1000) < chances.truncated && terminated[at] === 0);
    made.logRatios[at] = below(512) / 256 - 1;
  }
  const bootstrap = Float64Array.from({ length: envs }, number);
  for (let at = 0; at < cells; at++) {
    const later = at + envs < cells ? made.values[at + envs]! : bootstrap[at + envs - cells]!;
    made.nextValues[at] = truncated[at] === 1 ? last[at]! : later;
  }
  return made;
}
