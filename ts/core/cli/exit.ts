/** How a command ends: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted. */
import { type ErrorCode, IsothermError } from '../kernels/index.js';

export const ABORTED_EXIT = 130;

const FAILURES: readonly ErrorCode[] = [
  'INTERNAL',
  'BACKEND_UNAVAILABLE',
  'BAD_STATE',
  'CLOSED_HANDLE',
  'MISSING_PACKAGE',
  'SERVER_UNAVAILABLE',
];

export function failureExit(thrown: unknown): number {
  if (!(thrown instanceof IsothermError)) return 1;
  if (thrown.code === 'ABORTED') return ABORTED_EXIT;
  return FAILURES.includes(thrown.code) ? 1 : 2;
}

/** One line for what a user can mend; the stack too for what only we can. */
export function printFailure(thrown: unknown): void {
  if (thrown instanceof IsothermError && thrown.code !== 'INTERNAL') {
    console.error(
      thrown.code === 'ABORTED' ? 'Interrupted; no file was left half written.' : `${thrown.code}: ${thrown.message}`,
    );
    return;
  }
  console.error(thrown);
  console.error('This is a fault of isotherm, or of the machine: please report it with the lines above.');
}
