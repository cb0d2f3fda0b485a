export const ROWS: number;
/** Writes the file; says what a reader must find in it. */
export function writeSynthetic2021(
  path: string,
  rows?: number,
  seed?: number,
): { bytes: number; rows: number; functions: number };
