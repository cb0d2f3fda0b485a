/** `isotherm.yaml` as JSON Schema, for editors and other tools. */
import { FILE } from './schema.js';

/** The schema itself, draft 7: what editors understand best. */
export function configSchema(): Record<string, unknown> {
  const schema = JSON.parse(JSON.stringify(FILE)) as Record<string, unknown>;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'isotherm.yaml',
    description: 'Configuration of the control plane of isotherm.',
    ...schema,
  };
}
