/** What somebody may have meant. */

/** The name nearest to a word, if it is near enough for a slip; a change of case or of `-` and `_` is none. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_ .]/g, '');
  const asked = plain(word.slice(0, LONGEST));
  let best: string | undefined;
  let bestSlips = Math.max(1, Math.floor(asked.length / 3)) + 1;
  for (const name of names) {
    const slips = slipsBetween(asked, plain(name), bestSlips);
    if (slips < bestSlips) [best, bestSlips] = [name, slips];
  }
  return best;
}

const LONGEST = 100;

/** Letters to put in, leave out, replace or swap with the next (Damerau and Levenshtein); `most` where there are as many or more. */
function slipsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) >= most) return most;
  let twoAgo: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let slips = Math.min(before[j]! + 1, row[j - 1]! + 1, before[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) slips = Math.min(slips, twoAgo[j - 2]! + 1);
      row.push(slips);
    }
    [twoAgo, before] = [before, row];
  }
  return Math.min(before[b.length]!, most);
}
