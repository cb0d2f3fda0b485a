/** What a database says when it cannot, as one of our codes. */
import { IsothermError } from 'isotherm/kernels';

/** SQLSTATE, where there is one. */
interface DatabaseFailure {
  code?: unknown;
  message?: unknown;
}

const FULL = new Set(['53100', 'ENOSPC', 'EDQUOT']);
const FULL_WORDS = /no space left on device|disk quota exceeded|could not extend file/i;

/** Of the statement itself: wrong in our code or our data, whatever the database's state. */
const OURS = /^(?:0[ABDFLPZ]|2[0-47BDF]|3[489]|42(?!501)|44|54|P0)/;

/** An error of the store for what a driver threw; passes those on that are one already. */
export function storeFailure(place: string, thrown: unknown): IsothermError {
  if (thrown instanceof IsothermError) return thrown;
  const { code, message } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as DatabaseFailure;
  const state = typeof code === 'string' ? code : '';
  const said = typeof message === 'string' && message !== '' ? message : String(state || thrown);
  if (FULL.has(state) || FULL_WORDS.test(said)) {
    return new IsothermError('STORE_FULL', `${place}: there is no space left (${said})`, { cause: thrown });
  }
  if (state.length === 5 && OURS.test(state)) {
    return new IsothermError('INTERNAL', `${place}: ${said} (SQLSTATE ${state})`, { cause: thrown });
  }
  return new IsothermError('STORE_UNAVAILABLE', `${place}: the database cannot be used (${said})`, { cause: thrown });
}

/** Whether a connection on which this came is good for nothing any more. */
export const breaksLink = (error: IsothermError): boolean => error.code === 'STORE_UNAVAILABLE';
