/** Bytes and environment to checked values: pure. */
import { check, type Finding, ROOT, type SchemaNode } from './check.js';
import { keyOf, readDocument, type Span } from './document.js';
import { type Environment, keysOf, type Override, overrides } from './environment.js';
import type { ConfigProblem, Origin } from './problem.js';
import { checkRules } from './rules.js';
import type { SourceText } from './source-text.js';
import { eachLeaf, type FilledFile, overridden, withDefaults, withoutEmpty } from './values.js';

export interface ParsedConfig {
  /** With all defaults; absent where something is wrong. */
  values?: FilledFile;
  problems: ConfigProblem[];
  /** What is accepted, and yet not as the operator may think. */
  warnings: ConfigProblem[];
  /** Of each leaf, by JSON pointer. */
  origins: Map<string, Origin>;
}

/** Keys whose values messages may show: those of nothing that is secret anywhere. */
const OPEN = openKeys();

function openKeys(): Set<string> {
  const open = new Set<string>();
  const masked = new Set<string>();
  const visit = (node: SchemaNode): void => {
    for (const [key, below] of Object.entries(keysOf(node))) {
      (below['x-masked'] ? masked : open).add(key);
      visit(below);
    }
    for (const below of [node.items, ...Object.values(node.patternProperties ?? {})]) {
      if (below !== undefined) visit(below);
    }
  };
  visit(ROOT);
  for (const key of masked) open.delete(key);
  return open;
}

const NOTHING = new Uint8Array(0);

/**
 * What a file and the environment say together. `file` is what messages call it; without bytes there is none, and only defaults and
 * the environment count. Never throws for what stands in them.
 */
export function parseConfig(file: string, bytes: Uint8Array = NOTHING, env: Environment = {}): ParsedConfig {
  const document = readDocument(file, bytes, OPEN);
  const outside = overrides(env);
  const problems = [...document.problems, ...outside.problems];
  const places = new Places(document.source, document.spans, outside.overrides);
  const nothing = { problems, warnings: [], origins: new Map() };
  // Of a text that is no YAML all else that is said would be wrong.
  if (document.value === undefined && document.problems.length > 0) return nothing;

  const own = withoutEmpty(document.value ?? null);
  problems.push(...secretsIn(own).map((finding) => places.problem(finding)));
  const said = overridden(withoutRivals(own, outside.overrides), outside.overrides);
  const findings = check(said);
  const values = withDefaults(said);
  // The rules take values for what the schema says they are.
  findings.push(...checkRules(values, findings));
  problems.push(...findings.map((finding) => places.problem(finding)));
  if (problems.length > 0) return { ...nothing, problems: inOrder(problems) };

  const origins = new Map<string, Origin>();
  const warnings: ConfigProblem[] = [];
  eachLeaf(values, (pointer, _, node) => {
    const origin = places.origin(pointer);
    origins.set(pointer, origin);
    const needs = node['x-needs'];
    if (needs !== undefined && origin.from !== 'default' && !isSaid(values, needs)) {
      const message = `${keyOf(pointer)} changes nothing without ${keyOf(needs)}`;
      warnings.push(places.problem({ pointer, isKey: true, message }));
    }
  });
  return { values, problems, warnings, origins };
}

function isSaid(values: unknown, pointer: string): boolean {
  const at = (below: unknown, key: string): unknown => (below as Record<string, unknown> | undefined)?.[key];
  return pointer.split('/').slice(1).reduce(at, values) !== undefined;
}

/** Keys that say the same in two ways: what the environment says in one of them counts over what the file says in the other. */
const RIVALS: readonly (readonly [string, string])[] = [
  ['/store/url', '/store/url_file'],
  ['/provider/bearer_token', '/provider/bearer_token_file'],
  ['/provider/password', '/provider/password_file'],
  ['/provider/preset', '/provider/queries'],
];

function withoutRivals(own: unknown, overrides: readonly Override[]): unknown {
  const set = new Set(overrides.map(({ pointer }) => pointer));
  const gone = RIVALS.flatMap(([a, b]) => [...(set.has(a) ? [b] : []), ...(set.has(b) ? [a] : [])]);
  return overridden(
    own,
    gone.filter((pointer) => !set.has(pointer)).map((pointer) => ({ pointer, value: undefined, variable: '' })),
  );
}

/** Secrets that stand in the file itself. */
function secretsIn(value: unknown): Finding[] {
  const found: Finding[] = [];
  const visit = (node: SchemaNode, below: unknown, pointer: string): void => {
    if (typeof below !== 'object' || below === null || Array.isArray(below)) return;
    for (const [key, schema] of Object.entries(keysOf(node))) {
      if (!Object.hasOwn(below, key)) continue;
      const at = `${pointer}/${key}`;
      const inside = (below as Record<string, unknown>)[key];
      if (schema['x-secret'] || (schema['x-masked'] && hasPassword(inside))) {
        found.push({
          pointer: at,
          isKey: true,
          message: `${keyOf(at)} has a secret that does not belong in this file; ${elsewhere(at)}`,
        });
      }
      visit(schema, inside, at);
    }
  };
  visit(ROOT, value, '');
  return found;
}

function elsewhere(pointer: string): string {
  const key = keyOf(pointer);
  const variable =
    pointer === '/store/url' ? 'DATABASE_URL' : `ISOTHERM_${pointer.slice(1).replaceAll('/', '__').toUpperCase()}`;
  return `expected it in the environment variable ${variable}, or in a file that ${key}_file names`;
}

const hasPassword = (value: unknown): boolean =>
  typeof value === 'string' && URL.canParse(value) && new URL(value).password !== '';

function inOrder(problems: ConfigProblem[]): ConfigProblem[] {
  const line = ({ place, variable }: ConfigProblem): number =>
    place?.line ?? (variable === undefined ? 0 : Number.POSITIVE_INFINITY);
  const column = ({ place }: ConfigProblem): number => place?.column ?? 0;
  return problems.sort((a, b) => compare(line(a), line(b)) || column(a) - column(b));
}

const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);

/** Where the values are from. */
class Places {
  readonly #source: SourceText;
  readonly #spans: ReadonlyMap<string, { key?: Span; value: Span }>;
  readonly #variables = new Map<string, string>();

  constructor(
    source: SourceText,
    spans: ReadonlyMap<string, { key?: Span; value: Span }>,
    overrides: readonly Override[],
  ) {
    this.#source = source;
    this.#spans = spans;
    for (const { pointer, variable } of overrides) this.#variables.set(pointer, variable);
  }

  origin(pointer: string): Origin {
    const variable = this.#variables.get(pointer);
    if (variable !== undefined) return { from: 'environment', variable };
    const span = this.#spans.get(pointer);
    if (span === undefined) return { from: 'default' };
    const { from } = span.key ?? span.value;
    return { from: 'file', file: this.#source.file, ...this.#source.at(from) };
  }

  problem({ pointer, isKey, message }: Finding): ConfigProblem {
    const key = keyOf(pointer);
    // What lies below a list that a variable sets is that variable's.
    for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      const variable = this.#variables.get(at);
      if (variable !== undefined) return { key, message, variable };
      const span = this.#spans.get(at);
      if (span === undefined) continue;
      // Of a key that is not there, the section that lacks it is shown.
      const { from, to } = (isKey || at !== pointer ? span.key : undefined) ?? span.value;
      return { key, message, place: this.#source.place(from, to) };
    }
    const whole = pointer === '' ? this.#spans.get('')?.value : undefined;
    return { key, message, ...(whole !== undefined && { place: this.#source.place(whole.from, whole.to) }) };
  }
}
