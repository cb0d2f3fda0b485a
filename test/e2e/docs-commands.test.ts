/** Every session in the pages (a block named `console`) is run, and must print what it shows; every option is explained. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fencedBlocks, filesOf, PAGES, ROOT } from './docs-examples.js';

const MAIN = join(ROOT, 'ts/core/dist/cli/main.js');
const REAL_DAY = join(ROOT, '../shared/data/azure2019-day1');

interface Session {
  place: string;
  page: string;
  command: string;
  shown: readonly string[];
}

function sessions(page: string): Session[] {
  return fencedBlocks(page)
    .filter(({ info }) => info[0] === 'console')
    .flatMap(({ place, lines }) => {
      const found: Session[] = [];
      for (const line of lines) {
        if (line.startsWith('$ ')) found.push({ place, page, command: line.slice(2), shown: [] });
        else {
          const last = found.at(-1);
          if (last === undefined) throw new Error(`${place}: a session begins with a command`);
          last.shown = [...last.shown, line.trimEnd()];
        }
      }
      return found;
    });
}

/** Tests are run behind set-up, and behind set-up `npm start -- replay` is `isotherm replay` with advice for Lambda. */
function asIsotherm(command: string): string {
  if (command === 'npm start -- replay') {
    const script = readFileSync(join(ROOT, 'scripts/start-arguments.mjs'), 'utf8');
    const title = /const REAL_DAY_TITLE = '(.*)'/.exec(script)![1]!;
    return `isotherm replay '${REAL_DAY}' --title '${title}' --target lambda-pc`;
  }
  return command.replace(/^npm start -- replay /, 'isotherm replay --target lambda-pc ');
}

/** The lines shown that the output lacks or has in another order; `…` in a line stands for anything, alone for any lines. */
function missingLines(output: string, shown: readonly string[]): string[] {
  const lines = output.split('\n').map((line) => line.trimEnd());
  let at = 0;
  return shown.filter((line) => {
    if (line === '' || line === '…') return false;
    const pattern = new RegExp(`^${line.split('…').map(escaped).join('.*')}$`);
    const found = lines.findIndex((one, i) => i >= at && pattern.test(one));
    if (found >= 0) at = found + 1;
    return found < 0;
  });
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'isotherm-sessions-'));
  mkdirSync(join(folder, 'bin'));
  const script = `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`;
  writeFileSync(join(folder, 'bin/isotherm'), script, { mode: 0o755 });
  for (const page of PAGES) {
    mkdirSync(join(folder, page.replaceAll('/', '-')));
    for (const [name, text] of Object.entries(filesOf(page))) {
      writeFileSync(join(folder, page.replaceAll('/', '-'), name), text);
    }
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('a session', () => {
  it.for(PAGES.flatMap(sessions))(
    'of $place prints what it shows: $command',
    { timeout: 300_000 },
    ({ page, command, shown }, { skip }) => {
      if (command === 'npm start -- replay' && !existsSync(REAL_DAY)) {
        if (process.env.CI !== undefined) throw new Error('there is no ../shared/data/azure2019-day1');
        skip('there is no ../shared/data/azure2019-day1');
      }
      const { stdout, stderr } = spawnSync('sh', ['-c', `{ ${asIsotherm(command)}\n} 2>&1`], {
        cwd: join(folder, page.replaceAll('/', '-')),
        encoding: 'utf8',
        env: {
          ...process.env,
          PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
          npm_lifecycle_event: command.startsWith('npm start') ? 'start' : '',
        },
      });
      expect(stdout + stderr).not.toContain('    at ');
      expect(missingLines(stdout + stderr, shown), stdout + stderr).toEqual([]);
    },
  );
});

const help = (...command: string[]): string =>
  execFileSync(process.execPath, [MAIN, ...command, '--help'], { encoding: 'utf8' });

/** What stands under `Commands:` of a help; nothing of a command that has none below it. */
const commandsOf = (...above: string[]): string[] => {
  const listed = help(...above).split(/^Commands:$/m)[1] ?? '';
  return [...listed.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name!).filter((name) => name !== 'help');
};

const optionsOf = (...command: string[]): string[] =>
  [...help(...command).matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option!);

const commands = commandsOf();

describe('the page of the command line', () => {
  const text = () => readFileSync(join(ROOT, 'docs/cli.md'), 'utf8');

  it.each(commands)('explains isotherm %s with every option', (command) => {
    const section =
      text()
        .split(/^## /m)
        .find((one) => one.startsWith(`\`isotherm ${command}\``)) ?? '';
    const below = commandsOf(command);
    for (const name of below) expect(section).toContain(`isotherm ${command} ${name}`);
    const options = [optionsOf(command), ...below.map((name) => optionsOf(command, name))].flat();
    expect(options.length).toBeGreaterThan(1);
    for (const option of options) if (option !== '--help') expect(section).toContain(`\`${option}`);
  });

  it('names no command that does not exist', () => {
    const named = [...text().matchAll(/^## `isotherm (\w+)`/gm)].map(([, name]) => name!);
    expect(named.sort()).toEqual([...commands].sort());
  });
});
