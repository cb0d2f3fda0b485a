/** Regressors concentrated out: normal equations by Cholesky. */

/** Solves `gram x = right` in place: the factor's lower triangle replaces `gram: [k, k]`. False where a pivot is lost to rounding. */
export function solve(gram: Float64Array, right: Float64Array): boolean {
  const k = right.length;
  if (!factor(gram, k)) return false;
  substitute(gram, right);
  return true;
}

function substitute(factored: Float64Array, right: Float64Array): void {
  const k = right.length;
  for (let i = 0; i < k; i++) {
    let value = right[i];
    for (let j = 0; j < i; j++) value -= factored[i * k + j] * right[j];
    right[i] = value / factored[i * k + i];
  }
  for (let i = k - 1; i >= 0; i--) {
    let value = right[i];
    for (let j = i + 1; j < k; j++) value -= factored[j * k + i] * right[j];
    right[i] = value / factored[i * k + i];
  }
}

/** Cholesky's factor over the lower triangle. */
function factor(gram: Float64Array, k: number): boolean {
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      let value = gram[i * k + j];
      for (let l = 0; l < j; l++) value -= gram[i * k + l] * gram[j * k + l];
      if (i === j) {
        if (!(value > 1e-14 * gram[i * k + i] && Number.isFinite(value))) return false;
        gram[i * k + i] = Math.sqrt(value);
      } else {
        gram[i * k + j] = value / gram[j * k + j];
      }
    }
  }
  return true;
}

/** The inverse of a positive definite `[k, k]`, or none. */
export function inverse(matrix: Float64Array, k: number): Float64Array | undefined {
  const factored = matrix.slice();
  if (!factor(factored, k)) return undefined;
  const out = new Float64Array(k * k);
  for (let column = 0; column < k; column++) {
    const right = new Float64Array(k);
    right[column] = 1;
    substitute(factored, right);
    for (let i = 0; i < k; i++) out[i * k + column] = right[i];
  }
  return out;
}
