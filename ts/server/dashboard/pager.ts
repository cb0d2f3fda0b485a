/** Pages of a long list: the cursors behind, the one ahead. */
import { h } from './dom.js';

export class Pager {
  readonly element: HTMLElement;
  readonly #newer = h('button', { type: 'button', class: 'button', onclick: () => this.#back() });
  readonly #older = h('button', { type: 'button', class: 'button', onclick: () => this.#ahead() });
  readonly #changed: () => void;
  #behind: (string | undefined)[] = [];
  #cursor: string | undefined;
  #next: string | null = null;

  constructor(labels: readonly [string, string], changed: () => void) {
    [this.#newer.textContent, this.#older.textContent] = labels;
    this.#changed = changed;
    this.element = h('nav', { class: 'pager', 'aria-label': 'Pages of the list' }, this.#newer, this.#older);
    this.show(null);
  }

  get cursor(): string | undefined {
    return this.#cursor;
  }

  reset(): void {
    this.#behind = [];
    this.#cursor = undefined;
  }

  show(next: string | null): void {
    this.#next = next;
    this.#newer.disabled = this.#behind.length === 0;
    this.#older.disabled = next === null;
    this.element.hidden = this.#newer.disabled && this.#older.disabled;
  }

  #back(): void {
    this.#cursor = this.#behind.pop();
    this.#changed();
  }

  #ahead(): void {
    this.#behind.push(this.#cursor);
    this.#cursor = this.#next ?? undefined;
    this.#changed();
  }
}
