/** YAML that is no configuration. */
import { readDocument } from './document.js';
import { ConfigInvalid } from './problem.js';

/**
 * The plain value of a YAML text.
 *
 * @param file what messages call it.
 *
 * Errors: `CONFIG_INVALID` with the place of each mistake.
 *
 * @example
 * readYaml('nodes.yaml', new TextEncoder().encode('nodes: [{ name: dublin }]'));
 */
export function readYaml(file: string, bytes: Uint8Array): unknown {
  const { value, problems } = readDocument(file, bytes, new Set());
  if (problems.length > 0) throw new ConfigInvalid(file, problems);
  return value;
}
