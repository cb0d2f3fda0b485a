/** Overrides by environment: `ISOTHERM_PREDICTION__MODEL_TYPE` is `prediction.model_type`. */
import { ROOT, type SchemaNode } from './check.js';
import { keyOf, readDocument } from './document.js';
import { nearest } from './nearest.js';
import type { ConfigProblem } from './problem.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Override {
  /** JSON pointer. */
  pointer: string;
  value: unknown;
  variable: string;
}

const PREFIX = 'ISOTHERM_';
const DATABASE_URL = 'DATABASE_URL';

/** The variable that sets a key. */
export const variableOf = (pointer: string): string =>
  `${PREFIX}${pointer.slice(1).replaceAll('/', '__').toUpperCase()}`;

/** What a node may have below it; a choice of kinds has the keys of all. */
export function keysOf(node: SchemaNode): Record<string, SchemaNode> {
  return Object.assign({}, ...(node.oneOf ?? []).map(({ properties }) => properties), node.properties);
}

/** Every key that a variable can set, by variable. */
function settable(): Map<string, { pointer: string; node: SchemaNode }> {
  const found = new Map<string, { pointer: string; node: SchemaNode }>();
  const visit = (node: SchemaNode, pointer: string): void => {
    const keys = Object.entries(keysOf(node));
    if (keys.length === 0 && pointer !== '') found.set(variableOf(pointer), { pointer, node });
    for (const [key, below] of keys) visit(below, `${pointer}/${key}`);
  };
  visit(ROOT, '');
  return found;
}

const SETTABLE = settable();

/** The variables that are set, typed by their keys, and what is wrong with them. An empty one counts as not set. */
export function overrides(env: Environment): { overrides: Override[]; problems: ConfigProblem[] } {
  const all: Override[] = [];
  const problems: ConfigProblem[] = [];
  const url = env[DATABASE_URL];
  if (url !== undefined && url !== '') all.push({ pointer: '/store/url', value: url, variable: DATABASE_URL });
  for (const variable of Object.keys(env).sort()) {
    const text = env[variable];
    if (!variable.startsWith(PREFIX) || text === undefined || text === '') continue;
    const target = SETTABLE.get(variable);
    if (target !== undefined) {
      const { value, problem } = typed(text, target.node);
      if (problem === undefined) all.push({ pointer: target.pointer, value, variable });
      else problems.push({ key: keyOf(target.pointer), message: problem, variable });
    } else if (variable.includes('__')) {
      // Others are not for us: ISOTHERM_BACKEND, or what Kubernetes sets for a service of this name.
      const near = nearestVariable(variable);
      const meant = near === undefined ? 'expected ISOTHERM_SECTION__KEY' : `did you mean ${near}?`;
      problems.push({ key: '', message: `there is no such key; ${meant}`, variable });
    }
  }
  return { overrides: all, problems };
}

/** Section and key by themselves: a slip in one of them, or in both. */
function nearestVariable(variable: string): string | undefined {
  const parts = (name: string): [string, string] => {
    const at = name.lastIndexOf('__');
    return [name.slice(0, at), name.slice(at + 2)];
  };
  const [section, key] = parts(variable);
  const all = [...SETTABLE.keys()].filter((name) => name.includes('__')).map(parts);
  const meant = nearest(section, new Set(all.map(([one]) => one)));
  const keys = all.filter(([one]) => one === meant).map(([, one]) => one);
  const nearKey = nearest(key, keys);
  return nearKey === undefined ? undefined : `${meant}__${nearKey}`;
}

const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

function typed(text: string, node: SchemaNode): { value?: unknown; problem?: string } {
  const types = [node.type ?? []].flat();
  if (types.includes('number') || types.includes('integer')) return { value: NUMBER.test(text) ? Number(text) : text };
  if (types.includes('boolean')) return { value: text === 'true' ? true : text === 'false' ? false : text };
  if (types.includes('string')) return { value: text };
  if (types.includes('array') && node.items?.type === 'string' && !text.trimStart().startsWith('[')) {
    return { value: text.split(',').map((item) => item.trim()) };
  }
  const { value, problems } = readDocument('', new TextEncoder().encode(text), new Set());
  return problems.length === 0 ? { value } : { problem: `it is no YAML; expected ${types.join()} as in {} or []` };
}
