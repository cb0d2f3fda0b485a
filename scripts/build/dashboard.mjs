/** The dashboard that `isotherm serve` shows, beside the server's code. */
import { at } from './paths.mjs';
import { runNode } from './run.mjs';
import { stamp } from './stamp.mjs';

const NAMES = ['index.html', 'dashboard.js', 'dashboard.css'];

export const dashboard = {
  name: 'dashboard',
  doing: 'vite, about 3 s',
  stamp: () =>
    stamp(
      'dashboard',
      [
        ...['dashboard', 'api/schemas'].map((path) => at('ts/server', path)),
        ...['style', 'figures.ts', 'page/licences.ts'].map((path) => at('ts/core/evaluate', path)),
        ...['seen-words.ts', 'pool-words.ts', 'explain-words.ts', 'limits.ts'].map((file) =>
          at('ts/core/decide', file),
        ),
        ...['conformal.ts', 'model-words.ts'].map((file) => at('ts/core/forecast', file)),
        at('package-lock.json'),
      ],
      NAMES.map((name) => at('ts/server/dist/dashboard', name)),
    ),
  async build() {
    const config = at('ts/server/dashboard/vite.config.ts');
    await runNode(at('node_modules/vite/bin/vite.js'), ['build', '--config', config, '--logLevel', 'warn']);
  },
};
