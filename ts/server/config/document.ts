/** YAML as plain values, with the place of each. */
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import type { ConfigProblem } from './problem.js';
import { SourceText } from './source-text.js';

/** Characters of the source. */
export interface Span {
  from: number;
  to: number;
}

export interface ReadDocument {
  /** Objects without a prototype, arrays, text, numbers, booleans and null. */
  value: unknown;
  source: SourceText;
  /** By JSON pointer: the key, where there is one, and the value. */
  spans: ReadonlyMap<string, { key?: Span; value: Span }>;
  problems: ConfigProblem[];
}

const MOST_BYTES = 4 << 20;
/** An alias stands for all that lies below its anchor; a few letters may stand for billions of values. */
const MOST_VALUES = 500_000;
const DEEPEST = 32;
const MOST_FAULTS = 5;

class TooMuch extends Error {}

/** `open` names the keys whose values may be shown in messages. */
export function readDocument(file: string, bytes: Uint8Array, open: ReadonlySet<string>): ReadDocument {
  const nothing = (message: string, text = ''): ReadDocument => {
    return {
      value: undefined,
      source: new SourceText(file, text, open),
      spans: new Map(),
      problems: [{ key: '', message }],
    };
  };
  if (bytes.length > MOST_BYTES)
    return nothing(`${file}: it has ${bytes.length} bytes; expected at most ${MOST_BYTES}`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return nothing(`${file}: it is no UTF-8; expected YAML as text in UTF-8`);
  }
  const source = new SourceText(file, text, open);
  const wrong = (message: string, span: Span): ConfigProblem => ({
    key: '',
    message,
    place: source.place(span.from, span.to),
  });
  try {
    const document = parseDocument(text, {
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
      logLevel: 'error',
    });
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) {
      // One fault brings others with it.
      const problems = faults
        .slice(0, MOST_FAULTS)
        .map((fault) => wrong(faultInWords(fault), { from: fault.pos[0], to: fault.pos[1] }));
      return { value: undefined, source, spans: new Map(), problems };
    }
    const walk = new Walk(source);
    const value = document.contents === null ? null : walk.value(document.contents as ParsedNode, '', 0);
    return { value, source, spans: walk.spans, problems: walk.problems };
  } catch (thrown) {
    if (thrown instanceof TooMuch) return nothing(`${file}: ${thrown.message}`, text);
    // The parser goes as deep as the text does.
    if (thrown instanceof RangeError)
      return nothing(`${file}: it is nested too deeply; expected at most ${DEEPEST} levels`, text);
    throw thrown;
  }
}

class Walk {
  readonly spans = new Map<string, { key?: Span; value: Span }>();
  readonly problems: ConfigProblem[] = [];
  readonly #source: SourceText;
  readonly #anchors = new Map<string, Node>();
  #values = 0;

  constructor(source: SourceText) {
    this.#source = source;
  }

  value(node: Node | null, pointer: string, depth: number, key?: Span): unknown {
    if (++this.#values > MOST_VALUES) throw new TooMuch(`it stands for more than ${MOST_VALUES} values`);
    if (depth > DEEPEST) throw new TooMuch(`it is nested too deeply; expected at most ${DEEPEST} levels`);
    const span = spanOf(node) ?? key ?? { from: 0, to: 0 };
    this.spans.set(pointer, { ...(key !== undefined && { key }), value: span });
    if (isAlias(node)) return this.#aliased(node, pointer, depth, span);
    if (node !== null && 'anchor' in node && typeof node.anchor === 'string') this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return plain(node.value);
    if (isSeq(node)) {
      return node.items.map((item, i) => this.value(item as Node | null, `${pointer}/${i}`, depth + 1));
    }
    return isMap(node) ? this.#map(node, pointer, depth) : null;
  }

  #map(node: YAMLMap, pointer: string, depth: number): object {
    const object: Record<string, unknown> = Object.create(null);
    for (const pair of node.items) {
      const keyNode = pair.key as Node | null;
      const name = isScalar(keyNode) ? String(keyNode.value ?? '') : '';
      const key = spanOf(keyNode) ?? spanOf(node)!;
      if (Object.hasOwn(object, name)) {
        const first = this.spans.get(`${pointer}/${escaped(name)}`)?.key;
        const before = first === undefined ? '' : `; the first is on line ${this.#source.at(first.from).line}`;
        this.problems.push({
          key: keyOf(`${pointer}/${escaped(name)}`),
          message: `the key '${short(name)}' stands here twice${before}`,
          place: this.#source.place(key.from, key.to),
        });
        continue;
      }
      object[name] = this.value(pair.value as Node | null, `${pointer}/${escaped(name)}`, depth + 1, key);
    }
    return object;
  }

  /** The value of the anchor, at the place where it is used. */
  #aliased(node: Alias, pointer: string, depth: number, span: Span): unknown {
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      const message = `there is no anchor '&${short(node.source)}' before this`;
      this.problems.push({ key: keyOf(pointer), message, place: this.#source.place(span.from, span.to) });
      return null;
    }
    return this.value(target, pointer, depth + 1, this.spans.get(pointer)?.key);
  }
}

function spanOf(node: Node | null | undefined): Span | undefined {
  const range = node?.range;
  return range === null || range === undefined ? undefined : { from: range[0], to: Math.max(range[1], range[0] + 1) };
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

/** Part of a JSON pointer. */
export const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** `/limits/groups/0/match` as people write it: `limits.groups[0].match`. */
export function keyOf(pointer: string): string {
  let key = '';
  for (const part of pointer.split('/').slice(1)) {
    const name = short(part.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (/^\d+$/.test(name)) key += `[${name}]`;
    else if (/^[\w-]+$/.test(name)) key += key === '' ? name : `.${name}`;
    else key += `['${name}']`;
  }
  return key;
}

const SHORT = 60;

export const short = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll(/\p{C}/gu, '');
  return line.length > SHORT ? `${line.slice(0, SHORT)}…` : line;
};

function faultInWords({ code, message }: YAMLError): string {
  if (code === 'TAB_AS_INDENT') return 'a tab indents this; expected spaces';
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; expected one';
  if (code === 'TAG_RESOLVE_FAILED') return 'there are no tags in this file; expected a plain value';
  if (code === 'NON_STRING_KEY') return 'this is no key; expected a name';
  // What stands behind a colon is of the text, and may be secret.
  const words = message.replace(/: .*$/s, '').replaceAll(/\p{C}/gu, '').trim();
  return `this is no YAML: ${words.slice(0, 1).toLowerCase()}${words.slice(1)}`;
}
