/** The form of a what-if question: which functions, how long, and what the other configuration is. */
import { count } from '../../core/evaluate/figures.js';
import { MODEL_WORDS } from '../../core/forecast/model-words.js';
import type { FunctionRow } from '../api/schemas/functions.js';
import type { Status } from '../api/schemas/overview.js';
import type { Page as Listed } from '../api/schemas/pages.js';
import type { WhatIfProgress, WhatIfRequest } from '../api/schemas/what-if.js';
import { DAY_MS } from '../time.js';
import { get, Refusal } from './api.js';
import { h, put, setAttribute } from './dom.js';
import { changesOf, type Field, fieldProblem, fields } from './what-if-request.js';
import { endOf, sentence, shortKey } from './words.js';

const SUGGESTED = 20;
const TYPING_MS = 200;
const MOST_DAYS = 365;
const DAYS: Pick<Field, 'number'> = { number: { least: 1, most: MOST_DAYS, isWhole: true } };
/** What the server takes at once. */
const MOST_NAMED = 1000;
const MOST_ASKED = 100_000;
const USUAL = 50;

/** A control with its label and what is wrong with it. */
class Entry {
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

function entryOf(field: Field): Entry {
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
class Named {
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

  /** Takes the name that is written: one that is known, or the only one that has it as a part. */
  async add(): Promise<boolean> {
    const { text } = this.entry;
    if (text === '') return true;
    const found = await this.#ask(text);
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

/** Where a refusal by its code belongs, if it does not say so. */
const PLACES: Readonly<Record<string, string>> = {
  UNKNOWN_POLICY: '/policy',
  MODEL_UNAVAILABLE: '/modelType',
  UNKNOWN_FUNCTION: '/functionKeys',
};

export class WhatIfForm {
  readonly element: HTMLFormElement;
  readonly #fields = fields(Object.keys(MODEL_WORDS));
  readonly #entries = new Map(this.#fields.map((field) => [field, entryOf(field)]));
  readonly #which: Entry;
  readonly #every = h('option', { value: 'every' });
  readonly #days: Entry;
  readonly #named: Named;
  readonly #answer = h('p', { class: 'proof', role: 'status' });
  readonly #start = h('button', { type: 'submit', class: 'button main' }, 'Replay both');
  readonly #cancel = h('button', { type: 'button', class: 'button', hidden: true, onclick: () => this.#run?.abort() });
  readonly #progress = h('progress', { 'aria-label': 'How far it is', hidden: true });
  readonly #ask: (request: WhatIfRequest, signal: AbortSignal) => Promise<void>;
  #run: AbortController | undefined;
  #status: Status | undefined;

  /** `ask` does the work, and rejects with what the server refused. */
  constructor(functionKey: string | undefined, ask: (request: WhatIfRequest, signal: AbortSignal) => Promise<void>) {
    this.#ask = ask;
    this.#named = new Named(functionKey);
    const which = h(
      'select',
      { onchange: () => this.#showNamed() },
      h('option', { value: 'most' }, `the ${USUAL} most called`),
      this.#every,
      h('option', { value: 'named' }, 'those that I name'),
    );
    if (functionKey !== undefined) which.value = 'named';
    this.#which = new Entry('what-if-which', 'Functions', which);
    const days = { type: 'number', step: 1, inputmode: 'numeric', value: 1, autocomplete: 'off' };
    this.#days = new Entry('what-if-days', 'Of the last days', h('input', days));
    put(this.#cancel, 'Cancel');
    this.element = h(
      'form',
      { class: 'what-if', novalidate: true, onsubmit: (event: Event) => void this.#submit(event) },
      h(
        'fieldset',
        {},
        h('legend', {}, 'What to replay'),
        this.#which.element,
        this.#days.element,
        this.#named.element,
      ),
      h(
        'fieldset',
        {},
        h('legend', {}, 'The other configuration'),
        ...[...this.#entries.values()].map(({ element }) => element),
      ),
      h('div', { class: 'row' }, this.#start, this.#cancel, this.#progress, this.#answer),
    );
    this.#showNamed();
  }

  show(status: Status): void {
    this.#status = status;
    put(this.#every, `all (${count(status.functions)})`);
  }

  progress({ functions, of, share }: WhatIfProgress): void {
    this.#progress.value = share;
    put(this.#answer, `${count(functions)} of ${count(of)} functions replayed, ${Math.floor(share * 100)}\u00a0% …`);
  }

  close(): void {
    this.#run?.abort();
    this.#named.close();
  }

  #showNamed(): void {
    this.#named.element.hidden = this.#which.text !== 'named';
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.#run !== undefined || this.#status === undefined) return;
    put(this.#answer, '');
    const request = await this.#request(this.#status).catch((error: Error) => {
      put(this.#answer, sentence(error.message));
    });
    if (request === undefined) {
      this.element.querySelector<HTMLElement>('[aria-invalid]')?.focus();
      return;
    }
    await this.#work(request);
  }

  /** Undefined where something is wrong, which stands at its place then. */
  async #request(status: Status): Promise<WhatIfRequest | undefined> {
    let isRight = true;
    const check = (entry: Entry, problem: string | undefined): void => {
      entry.complain(problem);
      if (problem !== undefined) isRight = false;
    };
    const isBad = ({ control }: Entry): boolean => control.validity.badInput;
    for (const [field, entry] of this.#entries) check(entry, fieldProblem(field, entry.text, isBad(entry)));
    const days = this.#days;
    const ofDays = days.text === '' ? 'Expected a number of days.' : undefined;
    check(days, fieldProblem({ ...this.#fields[0]!, ...DAYS }, days.text, isBad(days)) ?? ofDays);
    const which = this.#which.text;
    if (which === 'named') {
      const isAdded = await this.#named.add();
      if (!isAdded) isRight = false;
      else if (this.#named.keys.length === 0) check(this.#named.entry, 'Name at least one function.');
    }
    const changes = changesOf(this.#fields, (field) => this.#entries.get(field)!.text);
    if (isRight && Object.keys(changes).length === 0) {
      put(this.#answer, 'Nothing is another yet: fill in at least one field of the other configuration.');
      return undefined;
    }
    if (!isRight) return undefined;
    return {
      ...changes,
      ...(which === 'named' && { functionKeys: this.#named.keys }),
      ...(which === 'every' && { mostFunctions: MOST_ASKED }),
      ...(which === 'most' && { mostFunctions: USUAL }),
      fromMs: Math.max(0, endOf(status, status.tick) - Number(days.text) * DAY_MS),
    };
  }

  async #work(request: WhatIfRequest): Promise<void> {
    const run = new AbortController();
    this.#run = run;
    this.#start.disabled = true;
    this.#cancel.hidden = false;
    this.#progress.hidden = false;
    this.#progress.removeAttribute('value');
    put(this.#answer, 'Replaying …');
    this.#cancel.focus();
    try {
      await this.#ask(request, run.signal);
      put(this.#answer, '✓ Done: what came out stands below.');
    } catch (error) {
      if (run.signal.aborted) put(this.#answer, 'Cancelled. Nothing was changed by it.');
      else this.#refuse(error as Error);
    } finally {
      const hadFocus = document.activeElement === this.#cancel;
      this.#run = undefined;
      this.#start.disabled = false;
      this.#cancel.hidden = true;
      this.#progress.hidden = true;
      const wrong = this.element.querySelector<HTMLElement>('[aria-invalid]');
      if (hadFocus) (wrong ?? this.#start).focus();
    }
  }

  /** At the field, where it is about one. */
  #refuse(error: Error): void {
    put(this.#answer, sentence(error.message));
    if (!(error instanceof Refusal)) return;
    const places = error.errors?.map(({ pointer, message }) => ({ pointer, message })) ?? [];
    const known = PLACES[error.code];
    if (places.length === 0 && known !== undefined) places.push({ pointer: known, message: error.message });
    for (const { pointer, message } of places) {
      const field = this.#fields.find((one) => one.pointer === pointer);
      const entry = field === undefined ? this.#otherEntry(pointer) : this.#entries.get(field);
      if (entry === undefined) continue;
      entry.complain(sentence(message));
      put(this.#answer, '');
    }
  }

  #otherEntry(pointer: string): Entry | undefined {
    if (pointer.startsWith('/functionKeys')) return this.#named.entry;
    return pointer === '/fromMs' ? this.#days : undefined;
  }
}
