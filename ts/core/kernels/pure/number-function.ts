/**
 * `exp` and `ln` with the bits of the Rust `libm` crate 0.2, because engines differ in the last bit of `Math.exp` and
 * `Math.log`. Both follow fdlibm (Sun Microsystems, 1993 and 2004; as in FreeBSD's msun and musl): same reduction, same polynomial, same
 * order of operations, so that only correctly rounded + - * / occur.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** One double and its two words; which word comes first is the machine's. */
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1;
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;
const LOW = 1 - HIGH;

/** 2^`exponent`, -1022..1023. */
function powerOfTwo(exponent: number): number {
  words[HIGH] = (exponent + 1023) << 20;
  words[LOW] = 0;
  return double[0]!;
}

/** 2^-969 = 2^-1022 * 2^53: the most one may scale down before the last step without losing bits twice. */
const SCALE_DOWN = 2 ** -969;

/**
 * `e^x`, any double; within 1 ulp; the same bits on every engine as the native and WASM backends.
 *
 * Source: fdlibm e_exp.c.
 *
 * @example
 * exp(1) // 2.718281828459045
 */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019411) return 0;

  // The bounds on |x| are those on its upper word: 0x3fd62e43, 0x3ff0a2b2 and 0x3e300001, each with a lower word of 0.
  const size = x < 0 ? -x : x;
  let exponent = 0;
  let high = x;
  let low = 0;
  let rest = x;
  if (size >= 0.3465735912322998) {
    if (size >= 1.0397205352783203) exponent = (1.4426950408889634 * x + (x < 0 ? -0.5 : 0.5)) | 0;
    else exponent = x < 0 ? -1 : 1;
    high = x - exponent * LN2_HIGH;
    low = exponent * LN2_LOW;
    rest = high - low;
  } else if (size < 3.725293851175593e-9) {
    return 1 + x;
  }

  const square = rest * rest;
  const c =
    rest -
    square *
      (0.16666666666666602 +
        square *
          (-0.0027777777777015593 +
            square * (6.613756321437934e-5 + square * (-1.6533902205465252e-6 + square * 4.1381367970572385e-8))));
  const value = 1 + ((rest * c) / (2 - c) - low + high);
  if (exponent === 0) return value;
  if (exponent > 1023) return value * 2 ** 1023 * powerOfTwo(exponent - 1023);
  if (exponent < -1022) return value * SCALE_DOWN * powerOfTwo(exponent + 969);
  return value * powerOfTwo(exponent);
}

/**
 * The natural logarithm, any double: -Infinity at 0, NaN below; within 1 ulp; the same bits on every engine as the
 * native and WASM backends.
 *
 * Source: fdlibm e_log.c.
 *
 * @example
 * ln(10) // 2.302585092994046
 */
export function ln(x: number): number {
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x < 0) return Number.NaN;
  if (x === 1) return 0;

  let exponent = 0;
  double[0] = x;
  if (words[HIGH]! < 0x00100000) {
    exponent = -54;
    double[0] = x * 18014398509481984;
  }
  // Brings the significand into [sqrt(2)/2, sqrt(2)).
  const shifted = words[HIGH]! + (0x3ff00000 - 0x3fe6a09e);
  exponent += (shifted >>> 20) - 0x3ff;
  words[HIGH] = (shifted & 0xfffff) + 0x3fe6a09e;

  const f = double[0]! - 1;
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return s * (halfSquare + (odd + even)) + exponent * LN2_LOW - halfSquare + f + exponent * LN2_HIGH;
}
