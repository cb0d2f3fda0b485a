/** Sums in four lanes of a fixed order: the same bits on every backend. */

/** The scalar product of `n` values, from `i` and `j` on. */
export function dot(a: Float64Array, i: number, b: Float64Array, j: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const fours = n - (n & 3);
  let k = 0;
  for (; k < fours; k += 4) {
    s0 += a[i + k] * b[j + k];
    s1 += a[i + k + 1] * b[j + k + 1];
    s2 += a[i + k + 2] * b[j + k + 2];
    s3 += a[i + k + 3] * b[j + k + 3];
  }
  let sum = s0 + s1 + (s2 + s3);
  for (; k < n; k++) sum += a[i + k] * b[j + k];
  return sum;
}
