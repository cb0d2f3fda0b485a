/**
 * Reads calls per minute packed as bytes: pairs of LEB128 numbers, the minutes since the previous pair's (the first counts
 * from minute -1) and the calls.
 */

/** Calls `visit(minute, count)` for each pair in `cells[from..to]`. A number cut off by the end of the array is NaN. */
export function eachCell(
  cells: Uint8Array,
  from: number,
  to: number,
  visit: (minute: number, count: number) => void,
): void {
  let at = from;
  let minute = -1;
  while (at < to) {
    let ahead = cells[at++];
    if (ahead >= 128) {
      let scale = 128;
      ahead -= 128;
      for (let byte = 128; byte >= 128; scale *= 128) {
        byte = at < to ? cells[at++] : Number.NaN;
        ahead += (byte >= 128 ? byte - 128 : byte) * scale;
      }
    }
    let count = at < to ? cells[at++] : Number.NaN;
    if (count >= 128) {
      let scale = 128;
      count -= 128;
      for (let byte = 128; byte >= 128; scale *= 128) {
        byte = at < to ? cells[at++] : Number.NaN;
        count += (byte >= 128 ? byte - 128 : byte) * scale;
      }
    }
    minute += ahead;
    visit(minute, count);
  }
}
