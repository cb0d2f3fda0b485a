/** The proof of a receipt: the server computes it again, and says whether the same comes out. */
import { count } from '../../core/decide/figures.js';
import type { Recomputation } from '../api/schemas/receipts.js';
import { send } from './api.js';
import { h, put } from './dom.js';
import { sentence } from './words.js';

/** Computes a receipt again on the server, from what is stored. */
export function proof(id: string): HTMLElement {
  const answer = h('p', { class: 'proof', role: 'status' });
  const button = h('button', { type: 'button', class: 'button', onclick: () => void recompute() }, 'Recompute');
  async function recompute(): Promise<void> {
    button.disabled = true;
    put(answer, 'Computing it again from what is stored …');
    try {
      const { same, checkpointTick, samples, differences } = await send<Recomputation>(
        'POST',
        `receipts/${encodeURIComponent(id)}/recompute`,
      );
      const from =
        checkpointTick === null || samples === null
          ? 'from the files, the figures and the places of then'
          : `from the state at tick ${checkpointTick} and ${count(samples)} samples since`;
      put(
        answer,
        same
          ? `✓ The same bits, ${from}.`
          : `✗ Not the same, ${from}: ${differences.map(({ place }) => place).join(', ')} differ.`,
      );
      answer.dataset.tone = same ? 'gain' : 'loss';
    } catch (error) {
      put(answer, sentence((error as Error).message));
      answer.dataset.tone = 'loss';
    } finally {
      button.disabled = false;
    }
  }
  return h('div', { class: 'row' }, button, answer);
}
