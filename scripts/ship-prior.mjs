/**
 * Fits the prior that comes with Isotherm anew: `models/adaptive-prior.json`, and the same as a module of the package. Needs the
 * built library and day 1 of the Azure Functions 2019 trace beside the repository.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { at } from './build/paths.mjs';

const FILES = { document: 'models/adaptive-prior.json', module: 'ts/core/kernels/adaptive-prior.ts' };
const TITLE = 'Azure Functions 2019, day 1: 400 functions';
const LICENCE =
  'CC-BY-4.0: Microsoft, Azure Functions Trace 2019; M. Shahrad et al., Serverless in the Wild, USENIX ATC 2020';

function run(command, ...args) {
  const { status } = spawnSync(process.execPath, [at(command), ...args], { cwd: at('.'), stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const given = ['fit', '../shared/data/azure2019-day1', '--title', TITLE, '--licence', LICENCE];
run('ts/core/dist/cli/main.js', ...given, '--output', FILES.document);

const prior = readFileSync(at(FILES.document), 'utf8').trimEnd();
writeFileSync(
  at(FILES.module),
  `/** The prior that the adaptive policy begins with unless told otherwise; made by \`scripts/ship-prior.mjs\`. */
import type { AdaptivePrior } from './prior.js';

export const ADAPTIVE_PRIOR: AdaptivePrior = ${prior};
`,
);
run('node_modules/@biomejs/biome/bin/biome', 'format', '--write', FILES.document, FILES.module);
