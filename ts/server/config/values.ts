/** The values of a configuration before they are given a meaning: file, environment and defaults over one another. */
import { ROOT, type SchemaNode } from './check.js';
import type { Override } from './environment.js';
import type { ConfigFile } from './schema.js';
import { Secret } from './secret.js';

type Sections = Required<ConfigFile>;

/** The file with all its defaults. */
export interface FilledFile
  extends Pick<Sections, 'policy' | 'provider' | 'functions'>,
    Filled<'prediction' | 'warming' | 'prices' | 'server' | 'auth' | 'retention' | 'log'> {
  placement: Sections['placement'] &
    Required<
      Pick<
        Sections['placement'],
        'link_gbps' | 'optimization_interval' | 'migration_threshold' | 'moves_at_once' | 'cool_down' | 'weights'
      >
    >;
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
  const properties = keysBelow(node, own);
  if (properties === undefined) return own;
  const filled: Record<string, unknown> = Object.assign(Object.create(null), own);
  for (const [key, below] of Object.entries(properties)) {
    const inside = filledBy(below, filled[key]);
    if (inside !== undefined) filled[key] = inside;
  }
  return filled;
}

/** The values with all that may be secret put away. */
export function withoutSecrets(filled: FilledFile): Record<string, unknown> {
  const put = (value: unknown): unknown => {
    if (typeof value === 'string') return new Secret(value);
    return isPlainObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, put(one)]))
      : value;
  };
  const down = (value: unknown, node: SchemaNode): unknown => {
    if (node['x-masked']) return put(value);
    const properties = keysBelow(node, value);
    if (properties === undefined || !isPlainObject(value)) return value;
    const pairs = Object.entries(value).map(([key, one]) => [key, down(one, properties[key] ?? {})] as const);
    return Object.fromEntries(pairs);
  };
  return down(filled, ROOT) as Record<string, unknown>;
}

/** The keys that a node may have; of a choice of kinds those of the one that the value is of. */
function keysBelow(node: SchemaNode, value: unknown): Record<string, SchemaNode> | undefined {
  const kind = node.oneOf?.find(({ properties }) => isPlainObject(value) && properties!.kind!.const === value.kind);
  return kind?.properties ?? node.properties;
}

/** Calls with every leaf, in the order of the schema; lists, and sections with keys of one's own, are leaves. */
export function eachLeaf(filled: unknown, visit: (pointer: string, value: unknown, node: SchemaNode) => void): void {
  const down = (node: SchemaNode, value: unknown, pointer: string): void => {
    const properties = keysBelow(node, value);
    if (properties === undefined || !isPlainObject(value)) {
      if (value !== undefined) visit(pointer, value, node);
      return;
    }
    for (const [key, below] of Object.entries(properties)) down(below, value[key], `${pointer}/${key}`);
  };
  down(ROOT, filled, '');
}
