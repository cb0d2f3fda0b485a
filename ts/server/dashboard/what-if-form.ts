/** The form of a what-if question: which functions, how long, and what the other configuration is. */
import { count } from '../../core/decide/figures.js';
import { MODEL_WORDS } from '../../core/forecast/model-words.js';
import type { Status } from '../api/schemas/overview.js';
import type { WhatIfProgress, WhatIfRequest } from '../api/schemas/what-if.js';
import { MOST_ASKED, USUALLY_ASKED } from '../api/schemas/what-if-bounds.js';
import { DAY_MS } from '../time.js';
import { Refusal } from './api.js';
import { h, put } from './dom.js';
import { Entry, entryOf, Named } from './what-if-fields.js';
import { changesOf, type Field, fieldProblem, fields } from './what-if-request.js';
import { endOf, sentence } from './words.js';

const MOST_DAYS = 365;
const DAYS: Pick<Field, 'number'> = { number: { least: 1, most: MOST_DAYS, isWhole: true } };

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
      h('option', { value: 'most' }, `the ${USUALLY_ASKED} most called`),
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
    // From here on: the names of functions are looked up first, and a second Enter would begin a second replay meanwhile.
    const run = new AbortController();
    this.#run = run;
    this.#start.disabled = true;
    put(this.#answer, '');
    let request: WhatIfRequest | undefined;
    try {
      request = await this.#request(this.#status);
      if (request !== undefined && !run.signal.aborted) await this.#work(request, run.signal);
    } finally {
      const { activeElement } = document;
      this.#run = undefined;
      this.#start.disabled = false;
      this.#cancel.hidden = true;
      this.#progress.hidden = true;
      // Who has gone to another field while it was replayed is left there.
      const isLost = [this.#start, this.#cancel, document.body, null].some((one) => one === activeElement);
      const wrong = this.element.querySelector<HTMLElement>('[aria-invalid]');
      if (wrong !== null && (isLost || request === undefined)) wrong.focus();
      else if (isLost) this.#start.focus();
    }
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
      ...(which === 'most' && { mostFunctions: USUALLY_ASKED }),
      fromMs: Math.max(0, endOf(status, status.tick) - Number(days.text) * DAY_MS),
    };
  }

  async #work(request: WhatIfRequest, signal: AbortSignal): Promise<void> {
    this.#cancel.hidden = false;
    this.#progress.hidden = false;
    this.#progress.removeAttribute('value');
    put(this.#answer, 'Replaying …');
    this.#cancel.focus();
    try {
      await this.#ask(request, signal);
      put(this.#answer, '✓ Done: what came out stands below.');
    } catch (error) {
      if (signal.aborted) put(this.#answer, 'Cancelled. Nothing was changed by it.');
      else this.#refuse(error as Error);
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
