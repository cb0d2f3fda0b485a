/** The script and the style of the HTML report, which `isotherm replay` inlines. */
import { join } from 'node:path';
import { at, DIST_DIR } from './paths.mjs';
import { runNode } from './run.mjs';
import { stamp } from './stamp.mjs';

export const page = {
  name: 'report page',
  doing: 'vite, about 3 s',
  stamp: () =>
    stamp(
      'page',
      [at('ts/core/evaluate'), at('package-lock.json')],
      ['page.js', 'page.css'].map((name) => join(DIST_DIR, 'evaluate/page', name)),
    ),
  async build() {
    const config = at('ts/core/evaluate/page/vite.config.ts');
    await runNode(at('node_modules/vite/bin/vite.js'), ['build', '--config', config, '--logLevel', 'warn']);
  },
};
