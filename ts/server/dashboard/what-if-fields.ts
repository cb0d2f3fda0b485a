/** The fields of a what-if question: one with what is wrong with it, and functions by name. */
import { count } from '../../core/decide/figures.js';
import type { FunctionRow } from '../api/schemas/functions.js';
import type { Page as Listed } from '../api/schemas/pages.js';
import { MOST_NAMED } from '../api/schemas/what-if-bounds.js';
import { get } from './api.js';
import { h, put, setAttribute } from './dom.js';
import type { Field } from './what-if-request.js';
import { sentence, shortKey } from './words.js';

const SUGGESTED = 20;
const TYPING_MS = 200;

/** A control with its label and what is wrong with it. */
export class Entry {
  readonly element: HTMLElement;
  readonly control: HTMLInputElement | HTMLSelectElement;
  readonly #problem = h('p', { class: 'problem' });

  constructor(id: string, label: string, control: HTMLInputElement | HTMLSelectElement, ...after: Node[]) {
    this.control = control;
    control.id = id;
    this.#problem.id = `${id}-problem`;
    this.element = h('div', { class: 'entry' }, h('label', { for: id }, label), control, ...after, this.#problem);
  }

  get text(): string {
    return this.control.value.trim();
  }

  complain(words: string | undefined): void {
    put(this.#problem, words ?? '');
    setAttribute(this.control, 'aria-invalid', words === undefined ? null : 'true');
    setAttribute(this.control, 'aria-describedby', words === undefined ? null : this.#problem.id);
  }
}

const choices = (id: string, names: readonly string[]): HTMLElement =>
  h('datalist', { id }, ...names.map((value) => h('option', { value })));

export function entryOf(field: Field): Entry {
  const id = `what-if-${field.name}`;
  const all = { placeholder: 'as configured', autocomplete: 'off', spellcheck: 'false' };
  if (field.number !== undefined) {
    const { isWhole } = field.number;
    const numeric = { type: 'number', step: isWhole ? 1 : 'any', inputmode: isWhole ? 'numeric' : 'decimal' };
    return new Entry(id, field.label, h('input', { ...all, ...numeric }));
  }
  const known = choices(`${id}-choices`, field.choices ?? []);
  return new Entry(id, field.label, h('input', { ...all, type: 'text', list: known.id }), known);
}

/** Functions by name, added one by one. */
export class Named {
  readonly entry: Entry;
  readonly element: HTMLElement;
  readonly #keys = new Set<string>();
  readonly #list = h('ul', { class: 'named', 'aria-label': 'Functions to replay' });
  readonly #known = choices('what-if-names', []);
  #timer = 0;

  constructor(first: string | undefined) {
    const input = h('input', {
      type: 'text',
      list: this.#known.id,
      autocomplete: 'off',
      spellcheck: 'false',
      placeholder: 'part of a name',
      oninput: () => this.#type(),
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== 'Enter' || this.entry.text === '') return;
        event.preventDefault();
        void this.add();
      },
    });
    const button = h('button', { type: 'button', class: 'button', onclick: () => void this.add() }, 'Add');
    this.entry = new Entry('what-if-function', 'Add a function', input, this.#known, button);
    this.element = h('div', { class: 'wide-entry' }, this.entry.element, this.#list);
    if (first !== undefined) this.#keys.add(first);
    this.#show();
  }

  get keys(): string[] {
    return [...this.#keys];
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** Takes the name that is written: one that is known, or the only one that has it as a part. Where it cannot, it says why in the form. */
  async add(): Promise<boolean> {
    const { text } = this.entry;
    if (text === '') return true;
    let found: string[];
    try {
      found = await this.#ask(text);
    } catch (error) {
      this.entry.complain(sentence((error as Error).message));
      return false;
    }
    const key = found.includes(text) ? text : found.length === 1 ? found[0] : undefined;
    if (key === undefined) {
      const words = found.length === 0 ? `No function has “${text}” in its name.` : 'Several have it in their names.';
      this.entry.complain(words);
      return false;
    }
    if (this.#keys.size >= MOST_NAMED) {
      this.entry.complain(`At most ${count(MOST_NAMED)} by name.`);
      return false;
    }
    this.#keys.add(key);
    this.entry.control.value = '';
    this.entry.complain(undefined);
    this.#show();
    return true;
  }

  #type(): void {
    this.entry.complain(undefined);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      // Suggestions are no more than that.
      void this.#ask(this.entry.text).catch(() => {});
    }, TYPING_MS);
  }

  async #ask(q: string): Promise<string[]> {
    if (q === '') return [];
    const { items } = await get<Listed<FunctionRow>>('functions', { q, limit: SUGGESTED });
    const names = items.map(({ functionKey }) => functionKey);
    this.#known.replaceChildren(...names.map((value) => h('option', { value })));
    return names;
  }

  #show(): void {
    this.#list.hidden = this.#keys.size === 0;
    this.#list.replaceChildren(
      ...[...this.#keys].map((key) =>
        h(
          'li',
          { title: key },
          h('span', {}, shortKey(key)),
          h(
            'button',
            {
              type: 'button',
              class: 'plain',
              'aria-label': `Leave ${shortKey(key)} out`,
              onclick: () => {
                this.#keys.delete(key);
                this.#show();
                this.entry.control.focus();
              },
            },
            '×',
          ),
        ),
      ),
    );
  }
}
