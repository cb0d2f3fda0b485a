/** What somebody may have meant. */

/** The name nearest to a word, if it is near enough for a slip, or the only one that has all its parts; case, `-` and `_` do not count. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_ .]/g, '');
  const asked = plain(word.slice(0, LONGEST));
  let best: string | undefined;
  let bestSlips = Math.max(1, Math.floor(asked.length / 3)) + 1;
  for (const name of names) {
    const slips = slipsBetween(asked, plain(name), bestSlips);
    if (slips < bestSlips) [best, bestSlips] = [name, slips];
  }
  if (best !== undefined || asked.length < SHORTEST_PART) return best;
  const parts = word
    .toLowerCase()
    .split(/[-_. ]+/)
    .filter((part) => part !== '');
  const longer = [...names].filter((name) => {
    return plain(name).includes(asked) || parts.every((part) => name.toLowerCase().split(/[-_]/).includes(part));
  });
  return longer.length === 1 ? longer[0] : undefined;
}

const LONGEST = 100;
const SHORTEST_PART = 4;

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
