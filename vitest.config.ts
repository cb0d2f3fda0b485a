import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { BROWSER_ARGUMENTS, browserPath, missingParts } from './scripts/build/surroundings.mjs';

/** Run once on each backend; `inject('backend')` and ISOTHERM_BACKEND name it. */
const KERNEL_TESTS = ['test/parity/kernels*.test.ts'];
const BROWSER_TESTS = ['test/browser/**/*.test.ts'];
const PACKAGING_TESTS = ['test/packaging/**/*.test.ts'];

type Backend = 'native' | 'wasm' | 'pure';

declare module 'vitest' {
  export interface ProvidedContext {
    backend: Backend;
  }
}

const missing = missingParts();

/** Tests are not timed: the limit only ends those that hang, on however busy a machine. */
const patient = { testTimeout: 300_000, hookTimeout: 300_000 };

const inNode = (backend: Backend): TestProjectConfiguration => ({
  test: {
    name: `node-${backend}`,
    ...patient,
    include: KERNEL_TESTS,
    env: { ISOTHERM_BACKEND: backend },
    provide: { backend },
  },
});

const inBrowser = (backend: Backend): TestProjectConfiguration => ({
  // Found at once, so that the server does not reload the page in the middle of a test.
  optimizeDeps: { include: ['fast-check', 'hyparquet', 'hyparquet-compressors'] },
  test: {
    name: `browser-${backend}`,
    ...patient,
    include: [...KERNEL_TESTS, ...BROWSER_TESTS],
    provide: { backend },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      api: { host: '127.0.0.1' },
      provider: playwright({ launchOptions: { executablePath: browserPath()!, args: BROWSER_ARGUMENTS } }),
      instances: [{ browser: 'chromium' }],
    },
  },
});

/** A project whose part is missing is left out and said so; scripts/test.mjs counts it as skipped, or failed in CI. */
const projects: [parts: (keyof typeof missing)[], project: TestProjectConfiguration][] = [
  [
    [],
    {
      test: {
        name: 'node',
        ...patient,
        include: ['test/**/*.test.ts'],
        exclude: [...KERNEL_TESTS, ...BROWSER_TESTS, ...PACKAGING_TESTS],
      },
    },
  ],
  [['native'], inNode('native')],
  [['wasm'], inNode('wasm')],
  [[], inNode('pure')],
  [['browser', 'wasm'], inBrowser('wasm')],
  [['browser'], inBrowser('pure')],
  [[], { test: { name: 'packaging', include: PACKAGING_TESTS, ...patient } }],
];

export default defineConfig({
  test: {
    // Most of the long tests wait for processes that they have begun.
    maxWorkers: '100%',
    projects: projects
      .filter(([parts]) => parts.every((part) => missing[part] === undefined))
      .map(([, project]) => project),
  },
});
