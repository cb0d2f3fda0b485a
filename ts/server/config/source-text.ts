/** The text of a configuration: places in it, and its lines as they may be shown. */
import type { SourcePlace } from './problem.js';

/** A key, in block or in flow form. */
const KEY = /([\w./*-]+|"[^"]*"|'[^']*')[ \t]*:(?=[ \t]|$)/g;
/** What is longer is no line that people wrote. */
const LONGEST_LINE = 1000;

export class SourceText {
  readonly file: string;
  readonly #text: string;
  readonly #starts: number[];
  /** Keys whose values may be shown: a slip of the pen in the name of a secret must not show it. */
  readonly #open: ReadonlySet<string>;

  constructor(file: string, text: string, open: ReadonlySet<string>) {
    this.file = file;
    this.#text = text;
    this.#open = open;
    this.#starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** Line and column of a character, from 1. */
  at(offset: number): { line: number; column: number } {
    const at = Math.min(Math.max(0, offset), this.#text.length);
    const l = this.#lineOf(at);
    return { line: l + 1, column: at - this.#starts[l]! + 1 };
  }

  place(from: number, to: number): SourcePlace {
    const { line, column } = this.at(from);
    const shown = this.#shown(line - 1);
    return {
      file: this.file,
      line,
      column,
      shown,
      length: Math.max(1, Math.min(to - from, shown.length - column + 1)),
    };
  }

  #lineOf(offset: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #line(l: number): string {
    const end = this.#starts[l + 1] ?? this.#text.length + 1;
    return this.#text.slice(this.#starts[l]!, end - 1).replace(/\r$/, '');
  }

  /** The line, with stars over what may be secret: as long as before, so that carets stand where they should. */
  #shown(l: number): string {
    const line = this.#line(l);
    if (line.length > LONGEST_LINE) return '';
    const keys = [...line.matchAll(KEY)];
    const secret = keys.find(([, key]) => !this.#isOpen(key!));
    // What follows may be of one line with it, or go on over several.
    if (secret !== undefined) {
      const from = secret.index + secret[0].length;
      return visible(line.slice(0, from) + stars(line.slice(from)));
    }
    return visible(keys.length > 0 || this.#isOpenAbove(l) ? line : stars(line));
  }

  #isOpen(key: string): boolean {
    return this.#open.has(key.replaceAll(/["']/g, ''));
  }

  /** Whether the value that goes on over this line may be shown. */
  #isOpenAbove(l: number): boolean {
    for (let above = l - 1; above >= 0; above--) {
      const line = this.#line(above);
      if (line.length > LONGEST_LINE) return false;
      const keys = [...line.matchAll(KEY)];
      if (keys.length > 0) return keys.every(([, key]) => this.#isOpen(key!));
    }
    return true;
  }
}

const stars = (text: string): string => text.replaceAll(/[^\s]/g, '*');

/** Without what a terminal would act on. */
function visible(line: string): string {
  return Array.from({ length: line.length }, (_, at) => {
    const code = line.charCodeAt(at);
    return (code < 32 && code !== 9) || (code >= 127 && code < 160) ? ' ' : line[at];
  }).join('');
}
