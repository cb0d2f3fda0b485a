/** The dashboard that `isotherm serve` shows, beside the server's code. */
import { at } from './paths.mjs';
import { runNode } from './run.mjs';
import { stamp } from './stamp.mjs';

const NAMES = ['index.html', 'dashboard.js', 'dashboard.css'];

/** Whole folders: what is imported from them changes. */
export const DASHBOARD_INPUTS = [
  ...['dashboard', 'api/schemas', 'time.ts'].map((path) => at('ts/server', path)),
  ...['decide', 'evaluate', 'forecast', 'kernels/error.ts', 'kernels/pure'].map((path) => at('ts/core', path)),
  at('package-lock.json'),
];

export const dashboard = {
  name: 'dashboard',
  doing: 'vite, about 3 s',
  stamp: () =>
    stamp(
      'dashboard',
      DASHBOARD_INPUTS,
      NAMES.map((name) => at('ts/server/dist/dashboard', name)),
    ),
  async build() {
    const config = at('ts/server/dashboard/vite.config.ts');
    await runNode(at('node_modules/vite/bin/vite.js'), ['build', '--config', config, '--logLevel', 'warn']);
  },
};
