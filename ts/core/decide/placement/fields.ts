/** Reads the fields of what came from outside, and says which one is wrong. */
import { IsothermError } from '../../kernels/error.js';

/** More than there is of anything; products and sums of such numbers stay finite. */
const MOST = 1e15;

/** Names and places in lists, from the outermost in: `['nodes', 3, 'vcpu']`. */
export type FieldPath = readonly (string | number)[];

/** `BAD_ARGUMENT`, with the field that is wrong. */
export class WrongField extends IsothermError {
  readonly path: FieldPath;

  constructor(path: FieldPath, message: string) {
    super('BAD_ARGUMENT', message);
    this.path = path;
  }
}

/** As people write it: `nodes[3].vcpu`. */
export const pathWords = (path: FieldPath): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');

/** The fields of one object; each must be asked for once, and none may be left over. */
export class Fields {
  readonly path: FieldPath;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #asked = new Set<string>();

  constructor(path: FieldPath, value: unknown) {
    this.path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw wrong(path, value, 'fields with names');
    this.#values = value as Record<string, unknown>;
  }

  #take(name: string): unknown {
    this.#asked.add(name);
    return this.#values[name] ?? undefined;
  }

  has(name: string): boolean {
    return this.#take(name) !== undefined;
  }

  text(name: string, fallback?: string): string {
    const value = this.#take(name) ?? fallback;
    if (typeof value === 'string' && value !== '') return value;
    throw wrong([...this.path, name], value, 'a text');
  }

  number(name: string, fallback?: number, least = 0): number {
    const value = this.#take(name) ?? fallback;
    if (typeof value === 'number' && value >= least && value <= MOST) return value;
    throw wrong([...this.path, name], value, `a finite number of at least ${least}, at most ${MOST}`);
  }

  /** A whole number of parts of one. */
  multiple(name: string, part: number, fallback?: number): number {
    const value = this.number(name, fallback);
    const parts = value / part;
    if (Math.abs(parts - Math.round(parts)) < 1e-6 && parts < Number.MAX_SAFE_INTEGER) return Math.round(parts) * part;
    throw wrong([...this.path, name], value, part === 1 ? 'a whole number' : `a multiple of ${part}`);
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const value = this.#take(name);
    if (choices.includes(value as Choice)) return value as Choice;
    throw wrong([...this.path, name], value, choices.join(', '));
  }

  /** One text or several. */
  texts(name: string): string[] | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    const all = Array.isArray(value) ? value : [value];
    if (all.length > 0 && all.every((one) => typeof one === 'string' && one !== '')) return all as string[];
    throw wrong([...this.path, name], value, 'a text, or a list of texts');
  }

  /** Numbers of at least 0 by name. */
  numbers(name: string): Record<string, number> {
    const value = this.#take(name);
    if (value === undefined) return {};
    const fields = new Fields([...this.path, name], value);
    return Object.fromEntries(Object.keys(value as object).map((key) => [key, fields.number(key)]));
  }

  list<Item>(name: string, read: (fields: Fields) => Item): Item[] {
    return listOf([...this.path, name], this.#take(name) ?? [], read);
  }

  /** Errors: `BAD_ARGUMENT` for fields that nobody asked for. */
  end(): void {
    const left = Object.keys(this.#values).find((name) => !this.#asked.has(name));
    if (left === undefined) return;
    const expected = `one of ${[...this.#asked].join(', ')}`;
    throw new WrongField(
      [...this.path, left],
      `${pathWords(this.path)}: there is no field '${left}'; expected ${expected}`,
    );
  }
}

/** Each item of a list, and nothing left over in it. */
export function listOf<Item>(path: FieldPath, value: unknown, read: (fields: Fields) => Item): Item[] {
  if (!Array.isArray(value)) throw wrong(path, value, 'a list');
  return value.map((one, i) => itemOf([...path, i], one, read));
}

/** One item, and nothing left over in it. */
export function itemOf<Item>(path: FieldPath, value: unknown, read: (fields: Fields) => Item): Item {
  const fields = new Fields(path, value);
  const item = read(fields);
  fields.end();
  return item;
}

export function wrong(path: FieldPath, value: unknown, expected: string): WrongField {
  const found = value === undefined ? 'missing' : shown(value);
  return new WrongField(path, `${pathWords(path)} is ${found}; expected ${expected}`);
}

const shown = (value: unknown): string => {
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};
