/** Quantiles of latencies without keeping them: a histogram of buckets as wide as their values allow. */

/** Values below this have a bucket each; from here on every power of two has `PARTS` buckets. */
const EXACT = 128;
const PARTS = 64;
const PARTS_BITS = 6;
const BUCKETS = EXACT + (53 - 7) * PARTS;
const TWO_32 = 4294967296;

/**
 * Counts whole ms in 0..2^53. A quantile is exact below 128 ms and within 0.8 % above: the middle of a bucket that is at
 * most 1/64 of its values wide.
 */
export class LatencySketch {
  #counts = new Float64Array(BUCKETS);
  #total = 0;

  add(value: number): void {
    this.#total++;
    this.#counts[bucketOf(value)]++;
  }

  /** The value that `percent` of the values do not exceed: of the nearest rank; 0 without values. */
  quantile(percent: number): number {
    const rank = Math.floor((this.#total * percent + 99) / 100);
    let below = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      below += this.#counts[bucket];
      if (below >= rank && below > 0) return middleOf(bucket);
    }
    return 0;
  }
}

function bucketOf(value: number): number {
  if (value < EXACT) return value;
  if (value < TWO_32) {
    const power = 31 - Math.clz32(value);
    return EXACT + (power - 7) * PARTS + ((value >>> (power - PARTS_BITS)) & (PARTS - 1));
  }
  const high = Math.floor(value / TWO_32);
  const power = 63 - Math.clz32(high);
  return EXACT + (power - 7) * PARTS + (Math.floor(value / 2 ** (power - PARTS_BITS)) % PARTS);
}

function middleOf(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const power = 7 + Math.floor((bucket - EXACT) / PARTS);
  const part = (bucket - EXACT) % PARTS;
  const width = 2 ** (power - PARTS_BITS);
  return (PARTS + part) * width + (width - 1) / 2;
}
