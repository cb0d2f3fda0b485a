/** How much of a long time to ask for at once: as much as keeps an answer small, and the server content. */

/** Prometheus answers with at most 11,000 points a series. */
export const MOST_POINTS = 11_000;
/** An answer is to be about so long, bytes. */
const GOOD_LENGTH = 8 << 20;
const FIRST_POINTS = 240;

export class Pieces {
  /** Samples of a series that the next piece may have. */
  points = FIRST_POINTS;

  /** Learns from an answer. */
  answered(points: number, bytes: number): void {
    const wanted = bytes === 0 ? MOST_POINTS : Math.floor((points * GOOD_LENGTH) / bytes);
    // Functions come and go: an answer that was nearly empty says little of the next.
    this.points = Math.max(2, Math.min(wanted, points * 4, MOST_POINTS));
  }

  /** Learns that it was too much; false where less makes no sense. */
  tooMuch(points: number): boolean {
    this.points = Math.max(2, Math.ceil(points / 2));
    return points > 2;
  }
}
