/** `isotherm advise` as users run it: the screen, the files, what it refuses, and Ctrl-C. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends } from '../backends.js';
import { environment, MAIN, ORIGIN_MS, Workplace } from './cli-replay-run.js';

const HOUR_MS = 3_600_000;
const HOSTILE = `team/it's $(touch pwned)`;

let place: Workplace;

beforeAll(() => {
  place = new Workplace();
  const every = (key: string, ms: number, durationMs: number) =>
    Array.from({ length: (12 * HOUR_MS) / ms }, (_, i) => [key, i * ms, durationMs, 1024] as const);
  place.calls('calls.csv', [
    ...every('team/busy', 6000, 60_000),
    ...every(HOSTILE, 10 * 60_000, 200),
    ...every('team/few', 2 * HOUR_MS, 50),
  ]);
  place.calls('short.csv', every('f', 60_000, 10).slice(0, 60));
});

afterAll(() => place.remove());

const advise = (...args: string[]) =>
  place.isotherm('advise', 'calls.csv', '--target', 'lambda-pc', '--cold-start-ms', '1000', ...args);

describe('isotherm advise', () => {
  it('shows what to do, what it costs and what to leave alone on one screen', () => {
    const { code, stdout, stderr } = advise('--cold-start-usd-per-s', '0');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('3 functions, 7.28k calls, 12 h; calls as recorded');
    expect(stdout).toMatch(/^▸ advised +\$/m);
    expect(stdout).toMatch(/^ {2}team\/busy +10 ready +\$/m);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'Keep instances ready for 1 of 3 functions: in a month like the last 6 h the bill falls by',
    );
    expect(stdout).toContain('which the settings had not seen.');
    expect(stdout).toContain('Left alone: ');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('1 too few calls to learn from (team/few)');
    const lines = stdout.split('\n');
    expect(lines.length).toBeLessThanOrEqual(50);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('writes a configuration that a shell runs as it is meant, whatever functions are called', () => {
    const { code, stdout } = advise('--cold-start-usd-per-s', '0.1', '--config', 'settings');
    expect(code).toBe(0);
    expect(stdout).toContain(
      'Configuration: settings/lambda-pc/apply.sh, settings/lambda-pc/template.yaml, settings/lambda-pc/main.tf; read before you run it',
    );
    const script = readFileSync(place.path('settings/lambda-pc/apply.sh'), 'utf8');
    const aws = `aws() { for word; do printf '<%s>' "$word"; done; echo; }\n`;
    const ran = spawnSync('sh', ['-s'], { input: aws + script, cwd: place.folder, encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toContain("<--function-name=it's $(touch pwned)>");
    expect(ran.stdout).toContain('<--function-name=busy>');
    expect(readdirSync(place.folder)).not.toContain('pwned');
  });

  it('keeps the configurations of several platforms apart', () => {
    for (const target of ['cloud-run', 'knative']) {
      expect(place.isotherm('advise', 'calls.csv', '--target', target, '--config', 'several').code).toBe(0);
    }
    const files = ['cloud-run', 'knative'].map((target) => readdirSync(place.path(`several/${target}`)).sort());
    expect(readdirSync(place.path('several')).sort()).toEqual(['cloud-run', 'knative']);
    expect(files).toEqual([
      ['apply.sh', 'services.yaml'],
      ['apply.sh', 'services.yaml'],
    ]);
    writeFileSync(place.path('several/flex'), '');
    const { code, stderr } = place.isotherm('advise', 'calls.csv', '--target', 'flex', '--config', 'several');
    expect(code).toBe(2);
    expect(stderr).toContain('several/flex is a file, expected a folder');
  });

  it('writes the exact figures, to a file or to standard output and then alone', () => {
    const { stdout } = advise('--json', '-', '--max-cold-rate', '0.001');
    const shown = JSON.parse(stdout);
    expect(shown.goal).toEqual({ kind: 'cold-rate', most: 0.001 });
    expect(shown.trace.title).toBe('calls.csv');
    advise('--json', 'advice.json', '--max-cold-rate', '0.001');
    expect(JSON.parse(readFileSync(place.path('advice.json'), 'utf8'))).toEqual(shown);
  });

  it('gives the same on every backend', () => {
    const found = backends.map(({ name }) => {
      const { stdout } = spawnSync(process.execPath, [MAIN, 'advise', 'calls.csv', '--target', 'cloud-run', '--json'], {
        cwd: place.folder,
        env: { ...environment(), ISOTHERM_BACKEND: name },
        encoding: 'utf8',
      });
      return { ...JSON.parse(stdout), backend: '' };
    });
    for (const other of found.slice(1)) expect(other).toEqual(found[0]);
    expect(found[0].functions).toHaveLength(3);
  });

  it.each([
    [['--target', 'mainframe'], 'Allowed choices are lambda-pc'],
    [['--target', 'flex', '--region', 'westeurope'], '--region means nothing for flex'],
    [['--target', 'lambda-pc', '--region', 'mars-1'], "no prices are known for region 'mars-1'"],
    [['--target', 'lambda-pc', '--architecture', 'mips'], "--architecture is 'mips'"],
    [
      ['--target', 'lambda-pc', '--region', 'eu-west-1', '--architecture', 'arm64'],
      'no price is known for provisioned concurrency on arm64',
    ],
    [['--target', 'knative', '--node', '1,2'], "--node is '1,2'"],
    [['--target', 'knative', '--max-cold-rate', '2'], 'expected a share from 0 to 1'],
    [['--target', 'knative', '--max-cold-rate', '0.1', '--target-p99-ms', '5'], 'cannot be used with option'],
    [['--target', 'knative', '--config', '-'], 'it must be a folder'],
    [
      ['--target', 'knative', '--config', 'short.csv'],
      'BAD_ARGUMENT: --config short.csv: short.csv is a file, expected a folder or a new name',
    ],
    [['--target', 'knative', '--config', 'short.csv/settings'], 'short.csv/settings is a file'],
    [[], "required option '--target <platform>' not specified"],
  ])('refuses %s with exit code 2', (args, sentence) => {
    const { code, stderr } = place.isotherm('advise', 'calls.csv', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('    at ');
  });

  it('refuses a trace that is too short; a replay goes on without advice', () => {
    const { code, stderr } = place.isotherm('advise', 'short.csv', '--target', 'flex');
    expect(code).toBe(2);
    expect(stderr).toContain('needs at least 240');
    const replayed = place.isotherm('replay', 'short.csv', '--target', 'flex', '--no-html');
    expect(replayed.code).toBe(0);
    expect(replayed.stderr).toContain('No advice: the trace has 60 minutes');
  });

  it('stops at Ctrl-C in the middle of a function with a thousand million calls', async () => {
    const rows = Array.from({ length: 480 }, (_, k) => `f,${ORIGIN_MS + k * 60_000},5000000,60,1`);
    writeFileSync(place.path('long.csv'), `function,timestamp,count,stepSeconds,durationMs\n${rows.join('\n')}\n`);
    const before = readdirSync(place.folder);
    const args = [MAIN, 'advise', 'long.csv', '--target', 'lambda-pc', '--json', 'long.json', '--config', 'long'];
    const child = spawn(process.execPath, args, { cwd: place.folder, env: environment() });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      // Said once the trace is read.
      if (stderr === '') setTimeout(() => child.kill('SIGINT'), 700);
      stderr += chunk;
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted; no file was left half written.');
    expect(readdirSync(place.folder)).toEqual(before);
  });
});

describe('isotherm replay --target', () => {
  it('ends with bill and advice, and has them in the report, every name as text', () => {
    const { code, stdout } = place.isotherm('replay', 'calls.csv', '--target', 'lambda-pc', '--html', 'report.html');
    expect(code).toBe(0);
    expect(stdout).toContain('AWS Lambda with provisioned concurrency: keep instances ready for');
    expect(stdout).toContain('More:          npx isotherm advise calls.csv --target lambda-pc');
    const html = readFileSync(place.path('report.html'), 'utf8');
    const parts = ['<h3>The bill, and what is on it</h3>', 'Provisioned concurrency</th>', 'it&#39;s $(touch pwned)'];
    parts.push('Left alone, too few calls to learn from: 1');
    // The page is too long to be shown where it fails.
    expect(parts.filter((part) => !html.includes(part))).toEqual([]);
    const data = JSON.parse(/id="isotherm-data">([\s\S]*?)<\/script>/.exec(html)![1]!);
    expect(data.advice.points.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['advised', 'on-demand', 'constant']),
    );
    expect(data.advice.frontier.length).toBeGreaterThan(5);
  });
});

describe('isotherm replay --sweep', () => {
  it('draws policies over prices of a cold start', () => {
    const args = ['--policy', 'fixed-1min,clairvoyant', '--sweep', 'clairvoyant', '--html', 'sweep.html'];
    expect(place.isotherm('replay', 'calls.csv', ...args).code).toBe(0);
    const html = readFileSync(place.path('sweep.html'), 'utf8');
    const data = JSON.parse(/id="isotherm-data">([\s\S]*?)<\/script>/.exec(html)![1]!);
    expect(data.curves.map(({ policy }: { policy: string }) => policy)).toEqual(['clairvoyant']);
    expect(data.curves[0].points).toHaveLength(9);
  });

  it.each([
    [['--sweep', 'none'], "there is no policy 'none'"],
    [['--sweep', 'clairvoyant', '--no-html'], 'it goes together with --html'],
    [['--sweep', 'clairvoyant', '--json', '-'], 'it goes together with --html'],
  ])('refuses %s', (args, sentence) => {
    const { code, stderr } = place.isotherm('replay', 'calls.csv', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
