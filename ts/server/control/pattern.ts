/** Names of functions by pattern: `*` stands for any run of characters, everything else for itself. */
export function patternOf(match: string): (functionKey: string) => boolean {
  const parts = match.split('*');
  const [first] = parts as [string];
  const last = parts.at(-1)!;
  if (parts.length === 1) return (functionKey) => functionKey === match;
  return (functionKey) => {
    if (!functionKey.startsWith(first)) return false;
    let at = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = functionKey.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return functionKey.length - last.length >= at && functionKey.endsWith(last);
  };
}
