/** The keys of `isotherm.yaml` as tables for the documentation. */
import { expectation, ROOT, type SchemaNode } from './check.js';
import { keysOf, variableOf } from './environment.js';

/** Markdown: a table for each section, with every key, default and unit. */
export function configReference(): string {
  const parts: string[] = [];
  for (const [name, node] of Object.entries(ROOT.properties!)) {
    if (node.oneOf !== undefined) parts.push(choice(name, node));
    else parts.push(`### \`${name}\`\n\n${about(node)}\n\n${below(name, node)}`);
  }
  return parts.join('\n\n');
}

const RESTART = ' A change needs a restart.';

const HEAD = '| key | default | value | |\n|---|---|---|---|';

function choice(name: string, node: SchemaNode): string {
  const kinds = node.oneOf!.map((one) => {
    const kind = String(one.properties!.kind!.const);
    const { kind: _, ...properties } = one.properties!;
    return `#### \`${name}.kind: ${kind}\`\n\n${one.description}\n\n${table(name, { ...one, properties })}`;
  });
  return [`### \`${name}\`\n\n${about(node)}`, ...kinds].join('\n\n');
}

function about(node: SchemaNode): string {
  const restart = node['x-restart'] ? RESTART : '';
  const fallback = node.oneOf === undefined ? '' : ` Without this section: \`${JSON.stringify(node.default)}\`.`;
  return `${node.description}${fallback}${restart}`;
}

function below(name: string, node: SchemaNode): string {
  const inner = Object.entries(keysOf(node)).filter(
    ([, one]) => one.properties !== undefined || one.items?.properties || one.patternProperties,
  );
  if (node.items?.properties !== undefined) return table(`${name}[]`, node.items);
  if (node.properties === undefined) return [HEAD, row(name, node)].join('\n');
  if (inner.length === 0) return table(name, node);
  const inside = new Set(inner.map(([key]) => key));
  const own = Object.fromEntries(Object.entries(node.properties).filter(([key]) => !inside.has(key)));
  const before = Object.keys(own).length === 0 ? '' : `${table(name, { ...node, properties: own })}\n\n`;
  return `${before}${inner
    .map(([key, one]) => {
      const [path, keys] = [`${name}.${key}`, one.items ?? Object.values(one.patternProperties ?? {})[0] ?? one];
      const shown = one.items ? `${path}[]` : one.patternProperties ? `${path}.<key>` : path;
      return `${one.description}\n\n${table(shown, keys)}`;
    })
    .join('\n\n')}`;
}

function table(path: string, { properties = {} }: SchemaNode): string {
  return [HEAD, ...Object.entries(properties).map(([key, node]) => row(`${path}.${key}`, node))].join('\n');
}

function row(path: string, node: SchemaNode): string {
  const { description = '', default: usual } = node;
  const fallback = usual === undefined ? '' : `\`${typeof usual === 'string' ? usual : JSON.stringify(usual)}\``;
  const secret = node['x-secret'] ? ` By environment only: \`${variableOf(`/${path.replaceAll('.', '/')}`)}\`.` : '';
  const restart = node['x-restart'] && path.includes('.') ? RESTART : '';
  return `| \`${path}\` | ${fallback} | ${expectation(node).split(';')[0]} | ${description}${secret}${restart} |`;
}
