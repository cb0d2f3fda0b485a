/** Changes the limits of a scope: only what was filled in anew is sent. */
import type { Limits, LimitsPatch, LimitsView, Scope } from '../api/schemas/limits.js';
import { send } from './api.js';
import { h, put } from './dom.js';
import { withLimitNames } from './receipt-card.js';
import { sentence } from './words.js';

type Name = keyof LimitsPatch;

const FIELDS: readonly (readonly [Name, string, number])[] = [
  ['minInstances', 'At least, instances', 0],
  ['maxInstances', 'At most, instances', 0],
  ['maxStep', 'Step in a tick, instances', 1],
  ['maxRatePerMin', 'Changes a minute', 1],
  ['coolDownMs', 'Cool-down, s', 0],
];

const MS = 1000;

export class LimitsForm {
  readonly element: HTMLFormElement;
  readonly #inputs: Map<Name, HTMLInputElement>;
  readonly #answer = h('p', { role: 'status', class: 'proof' });
  readonly #button = h('button', { type: 'submit', class: 'button' }, 'Change limits');
  readonly #scope: () => Scope;
  readonly #changed: () => void;
  #isTouched = false;

  constructor(scope: () => Scope, changed: () => void, ...before: Node[]) {
    this.#scope = scope;
    this.#changed = changed;
    this.#inputs = new Map(
      FIELDS.map(([name, , min]) => [
        name,
        h('input', { type: 'number', min, step: 1, inputmode: 'numeric', id: `limit-${name}` }),
      ]),
    );
    this.element = h(
      'form',
      {
        class: 'fields',
        oninput: () => {
          this.#isTouched = true;
        },
        onsubmit: (event: Event) => {
          event.preventDefault();
          void this.#send();
        },
      },
      ...before,
      ...FIELDS.map(([name, label]) => h('label', {}, label, this.#inputs.get(name)!)),
      h('div', { class: 'row' }, this.#button, this.#answer),
      h(
        'p',
        { class: 'note' },
        'It counts from the next tick on, and is written to the audit. An emptied field takes the override away.',
      ),
    );
  }

  /** What is in force; a field that someone is writing in is left alone. */
  show(limits: Partial<Limits>): void {
    if (this.#isTouched) return;
    for (const [name, input] of this.#inputs) {
      const value = limits[name];
      const text = value === null || value === undefined ? '' : String(name === 'coolDownMs' ? value / MS : value);
      if (input.value !== text) input.value = text;
      input.dataset.was = text;
    }
  }

  #patch(): LimitsPatch {
    const patch: LimitsPatch = {};
    for (const [name, input] of this.#inputs) {
      if (input.value === (input.dataset.was ?? '')) continue;
      const number = input.value === '' ? null : Number(input.value);
      patch[name] = number !== null && name === 'coolDownMs' ? number * MS : number;
    }
    return patch;
  }

  async #send(): Promise<void> {
    const limits = this.#patch();
    if (Object.keys(limits).length === 0) {
      put(this.#answer, 'Nothing was changed.');
      return;
    }
    this.#button.disabled = true;
    try {
      await send<LimitsView>('PATCH', 'limits', { scope: this.#scope(), limits });
      put(this.#answer, '✓ In force from the next tick on.');
      this.#isTouched = false;
      this.#changed();
    } catch (error) {
      put(this.#answer, sentence(withLimitNames((error as Error).message)));
    } finally {
      this.#button.disabled = false;
    }
  }
}
