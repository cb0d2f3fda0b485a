export function withPalette(png: Buffer): { png: Buffer; reach: number };
