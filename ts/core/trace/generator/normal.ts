import { ln, type SplitMix64 } from '../../kernels/pure/numeric.js';

/** Coefficients from the constant term on: numerators and denominators near the middle, further out, and in the far tail. */
const MIDDLE = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.693765509461, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852855,
  ],
] as const;
const OUTER = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
] as const;
const TAIL = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
] as const;

/**
 * The quantile of the standard normal distribution at `p` in 0..1 (ends excluded), to about 1e-15.
 *
 * Source: Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37, 1988.
 *
 * @example
 * normalQuantile(0.975) // 1.959963984540054
 */
export function normalQuantile(p: number): number {
  const fromMiddle = p - 0.5;
  if (fromMiddle >= -0.425 && fromMiddle <= 0.425) {
    return fromMiddle * ratio(MIDDLE, 0.180625 - fromMiddle * fromMiddle);
  }
  const root = Math.sqrt(-ln(fromMiddle < 0 ? p : 1 - p));
  const size = root <= 5 ? ratio(OUTER, root - 1.6) : ratio(TAIL, root - 5);
  return fromMiddle < 0 ? -size : size;
}

/** A standard normal draw. */
export function normal(random: SplitMix64): number {
  const unit = random.unit();
  // 0 has no quantile: half of the smallest draw above it stands in.
  return normalQuantile(unit > 0 ? unit : 5.551115123125783e-17);
}

function ratio([numerator, denominator]: readonly [readonly number[], readonly number[]], x: number): number {
  let above = 0;
  let below = 0;
  for (let i = 7; i >= 0; i--) {
    above = above * x + numerator[i];
    below = below * x + denominator[i];
  }
  return above / below;
}
