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
  /** What they were, and what they are, in the operator's words; nothing that may be secret is among them. */
  from: Readonly<Record<string, unknown>>;
  to: Readonly<Record<string, unknown>>;
  /** Keys that changed, and count from the next start on. */
  afterRestart: string[];
}

/** The sections of the file are those of the configuration; what is `x-restart` stays as it is. */
export function changesBetween(old: LoadedConfig, next: LoadedConfig): Changes {
  const applied: string[] = [];
  const afterRestart = secretsThatChanged(old, next);
  const from: Record<string, unknown> = {};
  const to: Record<string, unknown> = {};
  const values: Record<string, unknown> = { ...next.values };
  const config: Record<string, unknown> = { ...next.config };
  for (const [section, node] of Object.entries(ROOT.properties!)) {
    const name = section as keyof Config;
    for (const changed of changedKeys(node, old.values[name], next.values[name], `/${section}`)) {
      (changed.needsRestart ? afterRestart : applied).push(keyOf(changed.pointer));
      if (!changed.needsRestart)
        for (const [side, value] of [
          [from, changed.from],
          [to, changed.to],
        ] as const) {
          side[keyOf(changed.pointer)] = value;
        }
    }
    if (!node['x-restart']) continue;
    values[name] = old.values[name];
    config[name] = old.config[name];
  }
  // The one key of its section that waits.
  values.prediction = { ...(next.values.prediction as object), update_interval: intervalOf(old) };
  config.prediction = { ...next.config.prediction, tickMs: old.config.prediction.tickMs };
  for (const { key, was, is } of contentsThatChanged(old, next)) {
    applied.push(key);
    from[key] ??= was;
    to[key] ??= is;
  }
  const now: LoadedConfig = {
    ...next,
    values,
    config: config as unknown as Config,
    secrets: old.secrets,
  };
  return { now, applied: [...new Set(applied)], from, to, afterRestart: [...new Set(afterRestart)] };
}

/** The keys that name the files. */
function secretsThatChanged(old: LoadedConfig, next: LoadedConfig): string[] {
  const pointers = new Set([...old.secrets.keys(), ...next.secrets.keys()]);
  return [...pointers].filter((one) => old.secrets.get(one)?.reveal() !== next.secrets.get(one)?.reveal()).map(keyOf);
}

/** The keys that name files with other contents, and the digests of these; their sections count at once. */
function contentsThatChanged({ contents: old }: LoadedConfig, { contents: next }: LoadedConfig) {
  const digest = (of: string | undefined): string | null => (of === undefined ? null : `sha256:${of}`);
  const pointers = new Set([...old.keys(), ...next.keys()]);
  return [...pointers]
    .filter((one) => old.get(one) !== next.get(one))
    .map((one) => ({ key: keyOf(one), was: digest(old.get(one)), is: digest(next.get(one)) }));
}

const intervalOf = ({ values }: LoadedConfig): unknown =>
  (values.prediction as { update_interval: unknown }).update_interval;

interface ChangedKey {
  pointer: string;
  from: unknown;
  to: unknown;
  needsRestart: boolean;
}

function changedKeys(node: SchemaNode, from: unknown, to: unknown, pointer: string, above = false): ChangedKey[] {
  if (isSame(from, to)) return [];
  const needsRestart = above || node['x-restart'] === true;
  if (node.properties === undefined) return [{ pointer, from: from ?? null, to: to ?? null, needsRestart }];
  const [before, after] = [from as Record<string, unknown>, to as Record<string, unknown>];
  return Object.entries(node.properties).flatMap(([key, below]) => {
    return changedKeys(below, before[key], after[key], `${pointer}/${key}`, needsRestart);
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
