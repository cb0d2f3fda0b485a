/** What is asked in a box of its own: the key, a pause, and the list of keys of the keyboard. */
import type { Scope } from '../api/schemas/limits.js';
import type { Status } from '../api/schemas/overview.js';
import { get, keepKey, send } from './api.js';
import { h, put } from './dom.js';
import { sentence, shortKey } from './words.js';

/** Opens a modal box that goes when it is closed; Esc closes it. */
function open(label: string, ...children: Node[]): HTMLDialogElement {
  const dialog = h('dialog', { 'aria-label': label }, ...children);
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.showModal();
  return dialog;
}

export const isAsking = (): boolean => document.querySelector('dialog[open]') !== null;

/** Resolves once a key is kept that the server takes, or when the box is closed by force: then it is asked for again. */
export function askForKey(): Promise<void> {
  return new Promise((resolve) => {
    const input = h('input', {
      type: 'password',
      id: 'key',
      autocomplete: 'off',
      placeholder: 'isk_…',
      required: true,
    });
    const answer = h('p', { role: 'alert', class: 'proof' });
    const form = h(
      'form',
      {
        class: 'fields',
        onsubmit: async (event: Event) => {
          event.preventDefault();
          keepKey(input.value.trim());
          try {
            await get<Status>('status');
            dialog.close();
          } catch (error) {
            put(answer, sentence((error as Error).message));
          }
        },
      },
      h('h2', {}, 'This server asks for a key'),
      h(
        'p',
        {},
        'It is kept in this tab only, until the tab is closed. A key comes from ',
        h('code', {}, 'npx isotherm serve --create-key NAME --role read'),
        '.',
      ),
      h('label', {}, 'API key', input),
      h('div', { class: 'row' }, h('button', { type: 'submit', class: 'button' }, 'Open'), answer),
    );
    const dialog = open('API key', form);
    dialog.addEventListener('close', () => resolve());
    // There is nothing behind it to go back to.
    dialog.addEventListener('cancel', (event) => event.preventDefault());
  });
}

/** Pauses a function or everything, or ends that pause. */
export function askForPause(functionKey: string | undefined, status: Status, done: (words: string) => void): void {
  const scope: Scope = functionKey === undefined ? { kind: 'fleet' } : { kind: 'function', functionKey };
  const name = functionKey === undefined ? 'all functions' : shortKey(functionKey);
  const isPaused = status.paused.some((pause) => JSON.stringify(pause.scope) === JSON.stringify(scope));
  const reason = h('input', {
    type: 'text',
    id: 'reason',
    maxlength: 500,
    autocomplete: 'off',
    placeholder: 'deployment of 14:00',
  });
  const answer = h('p', { role: 'alert', class: 'proof' });
  const form = h(
    'form',
    {
      class: 'fields',
      onsubmit: async (event: Event) => {
        event.preventDefault();
        try {
          if (isPaused) await send('POST', 'resume', { scope });
          else {
            const why = reason.value.trim();
            await send('POST', 'pause', { scope, ...(why === '' ? {} : { reason: why }) });
          }
          dialog.close();
          done(`${isPaused ? 'Resumed' : 'Paused'} ${name}.`);
        } catch (error) {
          put(answer, sentence((error as Error).message));
        }
      },
    },
    h('h2', {}, `${isPaused ? 'Resume' : 'Pause'} ${name}`),
    h(
      'p',
      {},
      isPaused
        ? 'Decisions are made again from the next tick on.'
        : functionKey === undefined
          ? 'They are observed and forecast as before, and the last decision of each is held until you resume.'
          : 'It is observed and forecast as before, and its last decision is held until you resume.',
    ),
    ...(isPaused ? [] : [h('label', {}, 'Reason (shown, and written to the audit)', reason)]),
    h(
      'div',
      { class: 'row' },
      h('button', { type: 'submit', class: 'button' }, isPaused ? 'Resume' : 'Pause'),
      h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Cancel'),
      answer,
    ),
  );
  const dialog = open(isPaused ? 'Resume' : 'Pause', form);
}

const SHORTCUTS: readonly (readonly [string, string])[] = [
  ['1 … 9, 0', 'the pages, in the order of the list'],
  ['/', 'search functions'],
  ['j, k', 'next row, row before'],
  ['Enter', 'open the row'],
  ['Esc', 'out of a field or box, then up'],
  ['p', 'pause or resume: this function, or all'],
  ['?', 'this list'],
];

export function showShortcuts(): void {
  const dialog: HTMLDialogElement = open(
    'Keyboard',
    h('h2', {}, 'Keyboard'),
    h(
      'dl',
      { class: 'keys' },
      ...SHORTCUTS.flatMap(([keys, words]) => [h('dt', {}, h('kbd', {}, keys)), h('dd', {}, words)]),
    ),
    h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Close'),
  );
}
