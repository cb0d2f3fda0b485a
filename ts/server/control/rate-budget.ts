/** How many changes a scope of functions has left in this minute. */
const WINDOW_MS = 60_000;

export class RateBudget {
  /** When changes were made, by scope, ascending. */
  #spent = new Map<string, number[]>();

  isLeft(scope: string, maxPerMin: number, nowMs: number): boolean {
    const spent = this.#spent.get(scope);
    if (spent === undefined) return maxPerMin > 0;
    let over = 0;
    while (over < spent.length && spent[over]! <= nowMs - WINDOW_MS) over++;
    spent.splice(0, over);
    return spent.length < maxPerMin;
  }

  spend(scope: string, nowMs: number): void {
    const spent = this.#spent.get(scope);
    if (spent === undefined) this.#spent.set(scope, [nowMs]);
    else spent.push(nowMs);
  }
}
