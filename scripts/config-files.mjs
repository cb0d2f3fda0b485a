/** Writes what is made of the configuration's schema: the JSON Schema, and the tables of its page. Needs the built server. */
import { readFileSync, writeFileSync } from 'node:fs';
import { at } from './build/paths.mjs';
import { runNode } from './build/run.mjs';

const SCHEMA = 'ts/server/config/isotherm.schema.json';
const PAGE = 'docs/configuration.md';
const TABLES = /(<!-- made by scripts\/config-files.mjs -->\n)[\s\S]*(\n<!-- until here -->)/;

const { configReference, configSchema } = await import('../ts/server/dist/config/index.js');
writeFileSync(at(SCHEMA), `${JSON.stringify(configSchema(), null, 2)}\n`);
await runNode(at('node_modules/@biomejs/biome/bin/biome'), ['format', '--write', at(SCHEMA)]);
const page = readFileSync(at(PAGE), 'utf8');
writeFileSync(
  at(PAGE),
  page.replace(TABLES, (_, before, after) => `${before}\n${configReference()}\n${after}`),
);
