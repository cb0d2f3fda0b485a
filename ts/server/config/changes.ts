/** What a new configuration changes, and what of it has to wait for a restart. */
import { ROOT, type SchemaNode } from './check.js';
import type { Config } from './config.js';
import { keyOf } from './document.js';
import type { LoadedConfig } from './load.js';
import { Secret } from './secret.js';

export interface Changes {
  /** What counts now: the new configuration, with the old one in the parts that need a restart. */
  now: LoadedConfig;
  /** Keys that changed, and count from now on. */
  applied: string[];
  /** Keys that changed, and count from the next start on. */
  afterRestart: string[];
}

/** The sections of the file are those of the configuration; those of `x-restart` stay as they are. */
export function changesBetween(old: LoadedConfig, next: LoadedConfig): Changes {
  const applied: string[] = [];
  const afterRestart = secretsThatChanged(old, next);
  const values: Record<string, unknown> = { ...next.values };
  const config: Record<string, unknown> = { ...next.config };
  for (const [section, node] of Object.entries(ROOT.properties!)) {
    const name = section as keyof Config;
    const changed = changedKeys(node, old.values[name], next.values[name], `/${section}`).map(keyOf);
    if (!node['x-restart']) {
      applied.push(...changed);
      continue;
    }
    afterRestart.push(...changed);
    values[name] = old.values[name];
    config[name] = old.config[name];
  }
  applied.push(...contentsThatChanged(old, next));
  const now: LoadedConfig = {
    ...next,
    values,
    config: config as unknown as Config,
    secrets: old.secrets,
  };
  return { now, applied: [...new Set(applied)], afterRestart: [...new Set(afterRestart)] };
}

/** The keys that name the files. */
function secretsThatChanged(old: LoadedConfig, next: LoadedConfig): string[] {
  const pointers = new Set([...old.secrets.keys(), ...next.secrets.keys()]);
  return [...pointers].filter((one) => old.secrets.get(one)?.reveal() !== next.secrets.get(one)?.reveal()).map(keyOf);
}

/** The keys that name files with other contents; their sections count at once. */
function contentsThatChanged({ contents: old }: LoadedConfig, { contents: next }: LoadedConfig): string[] {
  const pointers = new Set([...old.keys(), ...next.keys()]);
  return [...pointers].filter((one) => old.get(one) !== next.get(one)).map(keyOf);
}

function changedKeys(node: SchemaNode, old: unknown, next: unknown, pointer: string): string[] {
  if (isSame(old, next)) return [];
  if (node.properties === undefined) return [pointer];
  const [before, after] = [old as Record<string, unknown>, next as Record<string, unknown>];
  return Object.entries(node.properties).flatMap(([key, below]) => {
    return changedKeys(below, before[key], after[key], `${pointer}/${key}`);
  });
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(inKeyOrder(a)) === JSON.stringify(inKeyOrder(b));

function inKeyOrder(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.map(([key, below]) => [key, inKeyOrder(below)]);
}
