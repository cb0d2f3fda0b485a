export function browserPath(): string | undefined;
export const BROWSER_ARGUMENTS: string[];
export function missingParts(): { native?: string; wasm?: string; browser?: string };
