/** What a step of the set-up reads: all of it is looked at before the step is skipped. */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { DASHBOARD_INPUTS } from '../../scripts/build/dashboard.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test('the dashboard is bundled anew when anything that it is made of has changed', async () => {
  const modules: string[] = [];
  await build({
    configFile: `${ROOT}ts/server/dashboard/vite.config.ts`,
    build: { write: false },
    plugins: [
      {
        name: 'modules',
        buildEnd() {
          modules.push(...this.getModuleIds());
        },
      },
    ],
  });
  const own = modules.map((id) => id.split('?')[0]!).filter((id) => id.startsWith(`${ROOT}ts${sep}`));
  expect(own.length).toBeGreaterThan(40);
  const isInput = (id: string) => DASHBOARD_INPUTS.some((input) => id === input || id.startsWith(input + sep));
  expect(own.filter((id) => !isInput(id)).map((id) => relative(ROOT, id))).toEqual([]);
});
