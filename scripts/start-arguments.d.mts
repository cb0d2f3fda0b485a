export function replayArguments(asked: readonly string[], realDay: string | undefined): Promise<string[]>;
export function serveArguments(
  asked: readonly string[],
): Promise<{ args: string[]; needsTrace: boolean; needsStore: boolean }>;
