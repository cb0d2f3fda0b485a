import { type ByteSource, plainBytes } from './byte-source.js';
import { ByteWindow } from './byte-window.js';
import type { Reading } from './reading.js';

/** Objects and lists that are read piece by piece; all else is taken whole. */
interface Spine {
  readonly [key: string]: Spine | 'each';
}

/** Where the documents that we know keep their many: `aws` replies, the Prometheus API, OTLP. */
const SPINE: Spine = {
  results: 'each',
  events: 'each',
  MetricDataResults: 'each',
  resourceMetrics: 'each',
  data: { result: 'each' },
};

/** The longest value that is taken whole: a series of metrics, one log event. */
export const LONGEST_VALUE_BYTES = 1 << 26;

/** Takes what a document holds, in its order. */
export interface DocumentVisitor {
  /** A value of the top level under its key (`status`), or one of a list under the list's (`data.result[]`). */
  value(path: string, value: unknown, line: number): void;
  /** The document's end. */
  end(): void;
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const LINE_FEED = 10;
const END = -1;

/** Ends the reading of a file: behind broken JSON nothing has a place any more. */
class BrokenDocument {
  readonly line: number;
  readonly problem: string;

  constructor(line: number, problem: string) {
    this.line = line;
    this.problem = problem;
  }
}

/**
 * Reads JSON documents one behind the other, however they are broken into lines; memory is that of the longest value. A document that
 * is broken or ends early is one bad row (BAD_ROW) and ends the file.
 */
export async function readDocuments(source: ByteSource, reading: Reading, visitor: DocumentVisitor): Promise<void> {
  const window = new ByteWindow(plainBytes(source, reading.received));
  const scanner = new Scanner(window, visitor);
  try {
    await scanner.documents();
  } catch (thrown) {
    if (!(thrown instanceof BrokenDocument)) throw thrown;
    reading.rejectRow('BAD_ROW', source.name, thrown.line, thrown.problem, 'whole JSON documents');
  } finally {
    await window.close();
  }
}

class Scanner {
  readonly #window: ByteWindow;
  readonly #visitor: DocumentVisitor;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #line = 1;

  constructor(window: ByteWindow, visitor: DocumentVisitor) {
    this.#window = window;
    this.#visitor = visitor;
  }

  async documents(): Promise<void> {
    await this.#skipByteOrderMark();
    for (let next = await this.#peek(); next !== END; next = await this.#peek()) {
      if (next !== OPEN_OBJECT) throw this.#broken('the document is no JSON object');
      await this.#object(SPINE, '');
      this.#visitor.end();
    }
  }

  /** Reads an object of the spine, of which the brace is next. */
  async #object(spine: Spine, path: string): Promise<void> {
    this.#window.at++;
    for (let first = true; ; first = false) {
      const next = await this.#demand();
      if (next === CLOSE_OBJECT && first) break;
      if (!first) {
        this.#window.at++;
        if (next === CLOSE_OBJECT) return;
        if (next !== COMMA) throw this.#broken('a comma or brace is missing');
      }
      if ((await this.#demand()) !== QUOTE) throw this.#broken('a key is missing');
      const key = await this.#value();
      if ((await this.#demand()) !== COLON) throw this.#broken('a colon is missing');
      this.#window.at++;
      const below = Object.hasOwn(spine, String(key)) ? spine[String(key)] : undefined;
      const opens = await this.#demand();
      if (below === 'each' && opens === OPEN_LIST) await this.#list(`${path}${key}[]`);
      else if (below !== undefined && below !== 'each' && opens === OPEN_OBJECT)
        await this.#object(below, `${path}${key}.`);
      else this.#visitor.value(`${path}${key}`, await this.#value(), this.#line);
    }
    this.#window.at++;
  }

  /** Reads a list of the spine, of which the bracket is next. */
  async #list(path: string): Promise<void> {
    this.#window.at++;
    if ((await this.#demand()) === CLOSE_LIST) {
      this.#window.at++;
      return;
    }
    for (;;) {
      await this.#demand();
      const line = this.#line;
      this.#visitor.value(path, await this.#value(), line);
      const next = await this.#demand();
      this.#window.at++;
      if (next === CLOSE_LIST) return;
      if (next !== COMMA) throw this.#broken('a comma or bracket is missing');
    }
  }

  /** The next byte that is not blank, END behind the last. */
  async #peek(): Promise<number> {
    const window = this.#window;
    do {
      for (; window.at < window.to; window.at++) {
        const byte = window.bytes[window.at];
        if (byte === LINE_FEED) this.#line++;
        else if (byte !== 32 && byte !== 13 && byte !== 9) return byte;
      }
    } while (await window.more());
    return END;
  }

  async #demand(): Promise<number> {
    const byte = await this.#peek();
    if (byte === END) throw this.#broken('the JSON ends early');
    return byte;
  }

  /** Takes the value that is next, whole. */
  async #value(): Promise<unknown> {
    const window = this.#window;
    let end = valueEnd(window.bytes, window.at, window.to);
    while (end < 0) {
      if (window.to - window.at > LONGEST_VALUE_BYTES) {
        throw this.#broken(`a value is longer than ${LONGEST_VALUE_BYTES} bytes`);
      }
      if (!(await window.more())) throw this.#broken('the JSON ends early');
      end = valueEnd(window.bytes, window.at, window.to);
    }
    let value: unknown;
    try {
      value = JSON.parse(this.#decoder.decode(window.bytes.subarray(window.at, end)));
    } catch {
      throw this.#broken('this is no JSON');
    }
    for (let at = window.bytes.indexOf(LINE_FEED, window.at); at < end && at >= 0; ) {
      this.#line++;
      at = window.bytes.indexOf(LINE_FEED, at + 1);
    }
    window.at = end;
    return value;
  }

  async #skipByteOrderMark(): Promise<void> {
    const window = this.#window;
    while (window.to - window.at < 3) if (!(await window.more())) return;
    const [a, b, c] = window.bytes;
    if (a === 0xef && b === 0xbb && c === 0xbf) window.at = 3;
  }

  #broken(problem: string): BrokenDocument {
    return new BrokenDocument(this.#line, problem);
  }
}

/** Position behind the value at `from`; -1 when its end is not in the window. */
function valueEnd(bytes: Uint8Array, from: number, to: number): number {
  let depth = 0;
  let at = from;
  while (at < to) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at, to);
      if (at < 0) return -1;
      if (depth === 0) return at;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth++;
      at++;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      // A number or name ends where the list or object around it does.
      if (depth === 0) return at;
      depth--;
      at++;
      if (depth === 0) return at;
    } else {
      if (depth === 0 && (byte === COMMA || byte <= 32)) return at;
      at++;
    }
  }
  return -1;
}

function stringEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = bytes.indexOf(QUOTE, from + 1); at >= 0 && at < to; at = bytes.indexOf(QUOTE, at + 1)) {
    let escapes = 0;
    while (bytes[at - 1 - escapes] === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return -1;
}

/**
 * Keys of the first object of a text, as far as it goes; `closed` when its end is there. Undefined where no object begins.
 */
export function topLevelKeys(head: Uint8Array): { keys: string[]; closed: boolean } | undefined {
  const keys: string[] = [];
  const decoder = new TextDecoder();
  let at = head.indexOf(OPEN_OBJECT);
  if (at < 0) return undefined;
  at++;
  for (;;) {
    while (at < head.length && (head[at] <= 32 || head[at] === COMMA)) at++;
    if (head[at] === CLOSE_OBJECT) return { keys, closed: true };
    const end = head[at] === QUOTE ? stringEnd(head, at, head.length) : -1;
    if (end < 0) return { keys, closed: false };
    try {
      keys.push(String(JSON.parse(decoder.decode(head.subarray(at, end)))));
    } catch {
      return { keys, closed: false };
    }
    at = end;
    while (at < head.length && head[at] <= 32) at++;
    if (head[at] !== COLON) return { keys, closed: false };
    at++;
    while (at < head.length && head[at] <= 32) at++;
    at = valueEnd(head, at, head.length);
    if (at < 0) return { keys, closed: false };
  }
}
