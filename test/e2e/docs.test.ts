/** Every piece of code in the pages and in the public docstrings compiles, runs, and gives what it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Block, docstringExamples, fencedBlocks, filesOf, PAGES, ROOT, withClaims } from './docs-examples.js';
import { complaints, type Module } from './docs-runner.js';

/** Names that a program can import: the lists of the rooms' public faces. */
const FACES = ['kernels', 'trace', 'forecast', 'decide', 'learn', 'evaluate'];
const publicNames = new Map(
  FACES.flatMap((room) => {
    const text = readFileSync(join(ROOT, 'ts/core', room, 'index.ts'), 'utf8');
    const lists = [...text.matchAll(/export (type )?\{([^}]*)\}/g)];
    return lists.flatMap(([, isType, names]) =>
      names!
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
        .map((name): [string, { room: string; isType: boolean }] => [
          name.replace(/^type /, ''),
          { room, isType: isType !== undefined || name.startsWith('type ') },
        ]),
    );
  }),
);

/** What an example in a docstring may take as given, in an order in which one can use those before it. */
const GIVEN: readonly (readonly [name: string, code: string])[] = [
  [
    'trace',
    `const trace = generateTrace({ pattern: 'timer', functions: 1, days: 1, seed: 1 });
trace.functions.keys[0] = 'app/function';`,
  ],
  ['result', 'const result = replay(trace);'],
  ['timelines', 'const timelines = timelineFunctions(result).map((f) => functionTimeline(trace, f, {}));'],
  [
    'receipt',
    `const about = { digest: '1f0c9a3e' };
const [receipt] = [...receipts(trace, 'app/function', { policies: ['hybrid-histogram'], about })] as [Receipt];`,
  ],
  ['responses', 'const { responses } = generateResponses({ functions: 1, minutes: 2, seed: 1 });'],
  ['bytes', 'const bytes = Buffer.concat([...writeResponses(responses).chunks]);'],
  ['writeFile', "const { writeFile } = await import('node:fs/promises');"],
  ['join', "const { join } = await import('node:path');"],
  ['folder', "const folder = '.';"],
  ['script', "const script = '';"],
  ['style', "const style = '';"],
];

/** As a name of its own: no property, though it may follow the dots of a spread. */
const uses = (code: string, name: string): boolean =>
  new RegExp(`(?<![\\w'/-])(?<!(?<!\\.\\.)\\.)${name}\\b(?!')`).test(code);

/** Docstrings import nothing: they get what they use. */
function withSurroundings(code: string): string {
  let needed = code;
  const given: string[] = [];
  for (const [name, lines] of [...GIVEN].reverse()) {
    if (!uses(needed, name)) continue;
    given.unshift(lines);
    needed = `${lines}\n${needed}`;
  }
  const names = [...publicNames.keys()].filter((name) => uses(needed, name));
  return `import { ${names.join(', ')} } from 'isotherm';\n${given.join('\n')}\n{\n${code}\n}`;
}

const pageBlocks = PAGES.flatMap((page) => fencedBlocks(page).filter(({ info }) => /^(ts|js)$/.test(info[0]!)));
const docstrings = docstringExamples().filter(({ name }) => publicNames.has(name.split('.')[0]!));

const moduleName = ({ place }: Block): string => place.replace(/\W+/g, '-');

const modules: Record<string, Module> = Object.fromEntries([
  ...pageBlocks.map((block) => {
    const files = filesOf(block.place.split(':')[0]!);
    return [moduleName(block), { code: withClaims(block.lines), files }];
  }),
  ...docstrings.map((example) => [moduleName(example), { code: withSurroundings(withClaims(example.lines)) }]),
]);

describe('examples', () => {
  let found: Record<string, string>;
  beforeAll(() => {
    found = complaints(modules);
  }, 120_000);

  it.each(pageBlocks)('of $place', (block) => {
    expect(found[moduleName(block)] ?? '', withClaims(block.lines)).toBe('');
  });

  it.each(docstrings)('of $name, $place', (example) => {
    expect(found[moduleName(example)] ?? '', withClaims(example.lines)).toBe('');
  });
});

describe('the library page', () => {
  const blocks = pageBlocks.filter(({ place }) => place.startsWith('docs/library.md'));
  const values = [...publicNames].filter(([, { isType }]) => !isType);

  it.each(values)('shows %s, imported from where it is', (name, { room }) => {
    const imports = new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from 'isotherm/${room}'`);
    const shown = blocks.filter(({ lines }) => imports.test(lines.join('\n')));
    expect(shown.length, `no block imports ${name} from 'isotherm/${room}'`).toBeGreaterThan(0);
  });
});

it('finds claims that are wrong, and code that does not compile', () => {
  const found = complaints({
    right: { code: withClaims(['const a = [0.1 + 0.2, 3];', '// [0.3, 3]', 'a.length // 2', "'ab' + 'cd' // 'a…d'"]) },
    wrong: { code: withClaims(['1 + 1; // 3']) },
    ill: { code: withClaims(['const n: number = "x";']) },
    thrown: { code: withClaims(['throw new Error("no");']) },
  });
  expect(Object.keys(found).sort()).toEqual(['ill', 'thrown', 'wrong']);
  expect(found.wrong).toContain('it is 2, the page says 3');
  expect(found.ill).toContain('TS2322');
  expect(found.thrown).toContain('no');
});
