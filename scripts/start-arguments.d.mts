export function replayArguments(asked: readonly string[], realDay: string | undefined): Promise<string[]>;
