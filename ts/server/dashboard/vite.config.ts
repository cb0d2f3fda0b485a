/** Bundles the dashboard: a page, a script and a style sheet, with the licences of what is in it. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { licences } from '../../core/evaluate/page/licences.js';

const here = new URL('.', import.meta.url);

export default defineConfig({
  root: fileURLToPath(here),
  base: './',
  logLevel: 'warn',
  build: {
    outDir: fileURLToPath(new URL('../dist/dashboard/', here)),
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: { entryFileNames: 'dashboard.js', assetFileNames: 'dashboard[extname]' },
    },
  },
  plugins: [licences()],
});
