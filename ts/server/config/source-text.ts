/** The text of a configuration: places in it, and its lines as they may be shown. */
import type { SourcePlace } from './problem.js';

/** Keys with their values, in block and in flow form. */
const PAIR = /((?:[\w./*-]+|"[^"]*"|'[^']*')[ \t]*:(?:[ \t]+|$))("(?:[^"\\]|\\.)*"?|'[^']*'?|[^,{}[\]#"'][^,}\]]*)?/g;
/** What is longer is no line that people wrote. */
const LONGEST_LINE = 1000;
/** No key that may be shown. */
const HIDDEN = '';
const CREDENTIALS = /(:\/\/)[^\s/]*@/g;

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
    const hidden = line.replace(CREDENTIALS, (all) => `://${'*'.repeat(all.length - 4)}@`);
    let keys = 0;
    const masked = hidden.replace(PAIR, (_, key: string, value: string | undefined) => {
      keys++;
      if (value === undefined || this.#isOpen(key)) return `${key}${value ?? ''}`;
      return `${key}${stars(value)}`;
    });
    if (keys > 0 || this.#isOpen(this.#keyAbove(l))) return visible(masked);
    return visible(stars(masked));
  }

  #isOpen(key: string | undefined): boolean {
    return key === undefined || this.#open.has(key.replaceAll(/["':\s]/g, ''));
  }

  /** The key whose value goes on over this line. */
  #keyAbove(l: number): string | undefined {
    for (let above = l - 1; above >= 0; above--) {
      const line = this.#line(above);
      if (line.length > LONGEST_LINE) return HIDDEN;
      const keys = [...line.matchAll(PAIR)];
      if (keys.length > 0) return keys.at(-1)![1];
    }
    return undefined;
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
