/** How the database is, told by what becomes of the statements sent to it. */
import type { IsothermError } from 'isotherm/kernels';
import type { StoreHealth } from './rows.js';

const TELLING = new Set(['STORE_UNAVAILABLE', 'STORE_FULL', 'STORE_LOCKED']);

export class Health {
  #state: StoreHealth = { state: 'up' };

  readonly now = (): StoreHealth => this.#state;

  /** A full disk still answers: only what has been committed shows that there is space again. */
  succeeded(isCommit: boolean): void {
    if (this.#state.state === 'down' && (isCommit || this.#state.code !== 'STORE_FULL')) this.#state = { state: 'up' };
  }

  failed({ code, message }: IsothermError): void {
    if (!TELLING.has(code)) return;
    const sinceMs = this.#state.state === 'down' ? this.#state.sinceMs : Date.now();
    this.#state = { state: 'down', sinceMs, code, error: message };
  }
}
