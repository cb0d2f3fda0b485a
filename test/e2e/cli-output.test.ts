/** Where results go: one thing at a time to standard output, files whole or not at all, and a word where that fails. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { environment, MAIN, Workplace } from './cli-replay-run.js';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
  place.calls('calls.csv', [
    ['cart', 0, 1000, 1024],
    ['cart', 30_000, 1000, 1024],
    ['mail', 200_000, 1000, 1024],
  ]);
});

afterEach(() => place.remove());

const REPLAY = ['replay', 'calls.csv', '--policy', 'fixed-1min'];
const REPORT = 'isotherm-report.html';

describe('standard output', () => {
  it('has receipts to itself', () => {
    const { code, stdout, stderr } = place.isotherm(...REPLAY, '--function', 'cart', '--receipts', '-');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).decision.functionKey)).toEqual(['cart', 'cart']);
    expect(stderr).toContain('2 receipts; read one with');
    expect(existsSync(place.path(REPORT))).toBe(false);
  });

  it('has the page to itself', () => {
    const { code, stdout } = place.isotherm(...REPLAY, '--html', '-');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });

  it.each([REPORT, 'reports/other.html'])('takes the figures while %s is written, as it was asked for', (name) => {
    const { code, stdout } = place.isotherm(...REPLAY, '--json', '-', '--html', name);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).trace.calls).toBe(3);
    expect(readFileSync(place.path(name), 'utf8')).toContain('<!doctype html>');
  });

  it('is not shared', () => {
    const wanted = [
      [...REPLAY, '--json', '--html', '-'],
      [...REPLAY, '--html', '-', '--function', 'cart', '--receipts', '-'],
      ['import', 'calls.csv', '--out', '-', '--json'],
    ];
    for (const args of wanted) {
      const { code, stdout, stderr } = place.isotherm(...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^BAD_ARGUMENT: only one of --\w+ and --\w+ can have standard output\n$/);
    }
  });
});

/** Runs it, and stops reading when something has come. */
async function readLittle(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: place.folder, env: environment() });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'close');
  return { code, stderr };
}

describe('a reader that has had enough', () => {
  it('still gets the report that was asked for', async () => {
    expect(await readLittle(...REPLAY)).toMatchObject({ code: 0 });
    expect(readFileSync(place.path(REPORT), 'utf8')).toContain('</html>');
    expect(await readLittle(...REPLAY, '--json', '-', '--html', 'named.html')).toMatchObject({ code: 0 });
    expect(readFileSync(place.path('named.html'), 'utf8')).toContain('</html>');
  });

  it('ends what is written for it alone', async () => {
    const long = ['generate', '--functions', '400', '--days', '30', '--format', 'counts', '--out', '-'];
    const { code, stderr } = await readLittle(...long);
    expect(code).toBe(0);
    expect(stderr).not.toContain('EPIPE');
    const receipts = await readLittle(
      'replay',
      '--synthetic',
      'steady',
      '--functions',
      '1',
      '-p',
      'fixed-1min',
      '--function',
      'main',
      '--receipts',
      '-',
    );
    expect(receipts.code).toBe(0);
  });
});

describe('what cannot be written', () => {
  it.each([
    ['replay', [...REPLAY, '--json', 'calls.csv/figures.json', '--no-html']],
    ['replay', [...REPLAY, '--html', 'calls.csv/report.html']],
    ['replay', [...REPLAY, '--function', 'cart', '--receipts', 'calls.csv/receipts.jsonl']],
    ['generate', ['generate', '--functions', '2', '--format', 'counts', '--out', 'calls.csv/counts.csv']],
    ['generate', ['generate', '--functions', '2', '--out', 'calls.csv']],
    ['import', ['import', 'calls.csv', '--out', 'calls.csv/trace.csv']],
  ])('is said with our code: %s %j', (_, args) => {
    const { code, stderr } = place.isotherm(...args);
    expect(stderr).toMatch(/CANNOT_WRITE: calls\.csv\/[\w.-]+: cannot be written \(E(NOTDIR|EXIST)\)\n$/);
    expect(code).toBe(2);
    expect(readdirSync(place.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('is a full disk too', ({ skip }) => {
    if (!existsSync('/dev/full')) skip('there is no /dev/full');
    const command = `"${process.execPath}" "${MAIN}" generate --functions 40 --format counts --out - > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8', env: environment() });
    expect(stderr).toBe('CANNOT_WRITE: standard output: cannot be written (ENOSPC)\n');
    expect(status).toBe(2);
  });
});
