/** Stable codes of every error that Isotherm throws. Kernels first, then input, then the surroundings. */
export const ERROR_CODES = [
  'BAD_ARGUMENT',
  'BAD_LENGTH',
  'NOT_FINITE',
  'OUT_OF_RANGE',
  'BAD_STATE',
  'CLOSED_HANDLE',
  'INFEASIBLE',
  'ABORTED',
  'INTERNAL',
  'BACKEND_UNAVAILABLE',
  'UNKNOWN_FORMAT',
  'BAD_HEADER',
  'BAD_ROW',
  'BAD_NUMBER',
  'BAD_TIME',
  'TIME_ORDER',
  'BAD_GZIP',
  'BAD_PARQUET',
  'EMPTY_INPUT',
  'MISSING_FILE',
  'CANNOT_READ',
  'CANNOT_WRITE',
  'UNKNOWN_POLICY',
  'UNKNOWN_FUNCTION',
  'UNKNOWN_RECEIPT',
  'MODEL_UNAVAILABLE',
  'MISSING_PACKAGE',
  'SERVER_UNAVAILABLE',
  'SERVER_REFUSED',
  'STORE_UNAVAILABLE',
  'STORE_FULL',
  'STORE_LOCKED',
  'STORE_NEWER',
  'STORE_FOREIGN',
  'CONFIG_INVALID',
  'CANNOT_LISTEN',
  'TOO_BUSY',
  'PAUSED_BY_CONFIG',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Where in an input an error lies: lines and columns (fields) count from 1. */
export interface InputPlace {
  file: string;
  line?: number;
  column?: number;
  /** What would have been right. */
  expected?: string;
}

/** Rows that together may take too few columns, and those columns; or columns that must be filled from too few rows, and those rows. */
export interface HallViolator {
  /** Ascending. */
  rows: Int32Array;
  /** Ascending. */
  cols: Int32Array;
}

/**
 * The one error of Isotherm: a stable `code` for programs, a sentence for people, and for bad input the place.
 *
 * @example
 * new IsothermError('OUT_OF_RANGE', 'seed is -1, expected 0..4294967295').code // 'OUT_OF_RANGE'
 */
export class IsothermError extends Error {
  override readonly name = 'IsothermError';
  readonly code: ErrorCode;
  readonly place?: InputPlace;
  /** Of `INFEASIBLE`: the nearest figure that can be met. */
  readonly nearest?: number;
  /** Of `INFEASIBLE` in an assignment: who competes in vain. */
  readonly hallViolator?: HallViolator;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; place?: InputPlace; nearest?: number; hallViolator?: HallViolator } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.place !== undefined) this.place = options.place;
    if (options.nearest !== undefined) this.nearest = options.nearest;
    if (options.hallViolator !== undefined) this.hallViolator = options.hallViolator;
  }
}

const CARRIED = /^([A-Z_]+): ([\s\S]*)$/;

/** Turns what a backend threw (`CODE: sentence`, or a WASM trap) into an IsothermError; passes those through. */
export function fromBackend(thrown: unknown): IsothermError {
  if (thrown instanceof IsothermError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const carried = CARRIED.exec(text);
  if (carried !== null && (ERROR_CODES as readonly string[]).includes(carried[1]!)) {
    return new IsothermError(carried[1] as ErrorCode, carried[2]!, { cause: thrown });
  }
  return new IsothermError('INTERNAL', text, { cause: thrown });
}

/** What work that was asked to stop ends with. */
export function aborted(signal: AbortSignal): IsothermError {
  return new IsothermError('ABORTED', 'the work was cancelled', { cause: signal.reason });
}
