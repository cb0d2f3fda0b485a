/** The values of a configuration before they are given a meaning: file, environment and defaults over one another. */
import { ROOT, type SchemaNode } from './check.js';
import type { Override } from './environment.js';
import type { ConfigFile } from './schema.js';

type Sections = Required<ConfigFile>;

/** The file with all its defaults. */
export interface FilledFile
  extends Pick<Sections, 'policy' | 'provider' | 'functions'>,
    Filled<'prediction' | 'warming' | 'placement' | 'prices' | 'server' | 'auth' | 'retention' | 'log'> {
  carbon: Sections['carbon'] & { cloud: string; region: string };
  limits: Required<Omit<Sections['limits'], 'default'>> & {
    default: Required<NonNullable<Sections['limits']['default']>>;
  };
  store: Sections['store'] & { path: string };
}

type Filled<Section extends keyof Sections> = { [Key in Section]: Required<Sections[Key]> };

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A section of which nothing is said, as when all its keys are comments, says nothing. */
export function withoutEmpty(value: unknown, node: SchemaNode = ROOT): unknown {
  if (value === null && node.type === 'object') return Object.create(null);
  if (!isPlainObject(value) || node.properties === undefined) return value;
  const filled: Record<string, unknown> = Object.create(null);
  for (const [key, below] of Object.entries(value)) {
    const schema = Object.hasOwn(node.properties, key) ? node.properties[key]! : {};
    filled[key] = withoutEmpty(below, schema);
  }
  return filled;
}

/** The values with the overrides over them; `value` itself stays. */
export function overridden(value: unknown, overrides: readonly Override[]): unknown {
  let root = value;
  for (const { pointer, value: own } of overrides) root = placed(root, pointer.split('/').slice(1), own);
  return root;
}

function placed(value: unknown, path: readonly string[], own: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return own;
  // What is no section stays, to be found wrong.
  if (value !== undefined && !isPlainObject(value)) return value;
  const copy: Record<string, unknown> = Object.assign(Object.create(null), value);
  const inside = placed(copy[key], rest, own);
  if (inside === undefined) delete copy[key];
  else copy[key] = inside;
  return copy;
}

/** The values with all defaults in place. */
export function withDefaults(value: unknown): FilledFile {
  return filledBy(ROOT, value) as FilledFile;
}

function filledBy(node: SchemaNode, value: unknown): unknown {
  const own = value === undefined ? structuredClone(node.default) : value;
  if (Array.isArray(own) && node.items !== undefined) return own.map((item) => filledBy(node.items!, item));
  if (node.type !== 'object') return own;
  const kind = node.oneOf?.find(({ properties }) => isPlainObject(own) && properties!.kind!.const === own.kind);
  const properties = kind?.properties ?? node.properties;
  if (properties === undefined) return own;
  const filled: Record<string, unknown> = Object.assign(Object.create(null), own);
  for (const [key, below] of Object.entries(properties)) {
    const inside = filledBy(below, filled[key]);
    if (inside !== undefined) filled[key] = inside;
  }
  return filled;
}

/** Calls with every leaf, in the order of the schema; lists, and sections with keys of one's own, are leaves. */
export function eachLeaf(filled: unknown, visit: (pointer: string, value: unknown, node: SchemaNode) => void): void {
  const down = (node: SchemaNode, value: unknown, pointer: string): void => {
    const kind = node.oneOf?.find(({ properties }) => isPlainObject(value) && properties!.kind!.const === value.kind);
    const properties = kind?.properties ?? node.properties;
    if (properties === undefined || !isPlainObject(value)) {
      if (value !== undefined) visit(pointer, value, node);
      return;
    }
    for (const [key, below] of Object.entries(properties)) down(below, value[key], `${pointer}/${key}`);
  };
  down(ROOT, filled, '');
}
