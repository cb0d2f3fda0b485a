/** Bundles the report's page into one script and one style sheet, with the licences of what is in it. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { licences } from './licences.js';

const here = new URL('.', import.meta.url);

export default defineConfig({
  root: fileURLToPath(here),
  logLevel: 'warn',
  build: {
    outDir: fileURLToPath(new URL('../../dist/evaluate/page/', here)),
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    lib: {
      entry: 'main.ts',
      formats: ['iife'],
      name: 'isothermReport',
      fileName: () => 'page.js',
      cssFileName: 'page',
    },
  },
  plugins: [licences()],
});
