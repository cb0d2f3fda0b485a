/** The effective configuration, key by key, with where each value is from. */
import { keyOf } from './document.js';
import type { LoadedConfig } from './load.js';
import type { Origin } from './problem.js';
import { Secret } from './secret.js';
import { eachLeaf } from './values.js';

export interface ShownKey {
  /** As in `prediction.update_interval`. */
  key: string;
  /** As it may stand in the file; stars for a secret. */
  value: unknown;
  origin: Origin;
}

const MASK = '********';

/** Every key that has a value, in the order of the documentation. */
export function shownKeys({ values, origins }: LoadedConfig): ShownKey[] {
  const keys: ShownKey[] = [];
  eachLeaf(values, (pointer, value, node) => {
    const origin = origins.get(pointer) ?? ({ from: 'default' } as const);
    keys.push({ key: keyOf(pointer), value: node['x-masked'] ? masked(value) : value, origin });
  });
  for (const [pointer, origin] of origins) {
    if (origin.from === 'secret-file') keys.push({ key: keyOf(pointer), value: MASK, origin });
  }
  return keys;
}

/** Names of headers, and a URL without its password, may be seen. */
function masked(value: unknown): unknown {
  if (value instanceof Secret) return maskedText(value.reveal());
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.keys(value).map((name) => [name, MASK]));
  }
  return MASK;
}

function maskedText(value: string): string {
  if (!/^(https?|postgres(ql)?):/.test(value) || !URL.canParse(value)) return MASK;
  const url = new URL(value);
  if (url.password !== '') url.password = MASK;
  url.search = '';
  return url.href;
}

/** `isotherm.yaml:3`, `environment ISOTHERM_…`, `default`. */
export function originInWords(origin: Origin): string {
  if (origin.from === 'file') return `${origin.file}:${origin.line}`;
  if (origin.from === 'environment') return `environment ${origin.variable}`;
  return origin.from === 'secret-file' ? `the file ${origin.path}` : 'default';
}

/** For people: `key: value  # origin`, one line a key. */
export function showConfig(loaded: LoadedConfig): string {
  const rows = shownKeys(loaded).map(({ key, value, origin }) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return [`${key}: ${text}`, originInWords(origin)] as const;
  });
  const width = Math.min(60, Math.max(...rows.map(([text]) => text.length)));
  return rows.map(([text, from]) => `${text.padEnd(width)}  # ${from}`).join('\n');
}
