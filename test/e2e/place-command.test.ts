/** `isotherm place` as it is run: table, JSON, report, and what is refused. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesOf, ROOT } from './docs-examples.js';

const MAIN = join(ROOT, 'ts/core/dist/cli/main.js');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'isotherm-place-'));
  for (const [name, text] of Object.entries(filesOf('docs/placement.md'))) writeFileSync(join(folder, name), text);
});

afterAll(() => rmSync(folder, { recursive: true }));

function place(...options: string[]) {
  const asked = ['place', '--nodes', 'nodes.yaml', '--functions', 'functions.yaml', ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...asked], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('isotherm place', () => {
  it('writes a table, exact figures and a report that asks nobody for anything', () => {
    const { status, stdout, stderr } = place('--json', 'placement.json', '--html', 'placement.html');
    expect([status, stderr]).toEqual([0, '']);
    const json = JSON.parse(readFileSync(join(folder, 'placement.json'), 'utf8'));
    expect(json.isPlaced).toBe(true);
    expect(json.nodes).toHaveLength(69);
    expect(json.cost).toBeLessThan(json.costBefore);
    expect(json.bound).toBeLessThanOrEqual(json.cost);
    for (const { name, cost } of json.baselines)
      expect([name, cost === null || cost >= json.cost]).toEqual([name, true]);
    const page = readFileSync(join(folder, 'placement.html'), 'utf8');
    for (const { name, from, to } of json.moves) {
      expect(stdout).toContain(`${from} → ${to}`);
      expect(page).toContain(`<span class="name">${name}</span>`);
    }
    expect(stdout).toContain(json.words.answer.replaceAll('\u00a0', ' '));
    expect(stdout).toMatch(/\n +latency +\S+ s\/h +\S+ s\/h .*users wait on the way to the function\n/);
    expect(stdout).toContain('Cost has no unit: ');
    expect(page).toContain('<svg class="world"');
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).not.toContain('<script');
    const payments = json.functions.find(({ name }: { name: string }) => name === 'payments');
    expect(payments.node).toMatch(/^(aws:eu-central-1|gcp:europe|aws:eu|azure:)/);
    expect(payments.roundTripMs).toBeLessThanOrEqual(80);
  });

  it('gives standard output to the figures alone', () => {
    const { status, stdout } = place('--json', '-', '--weights', 'price=3,latency=0');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).weights).toMatchObject({ price: 3, latency: 0, egress: 0.5 });
  });

  it('takes figures of one’s own over those shipped', () => {
    writeFileSync(join(folder, 'own.csv'), 'from,to,roundTripMs\naws:eu-central-1,gcp:us-west1,2\n');
    const { status, stdout } = place('--round-trips', 'own.csv', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).network).toMatch(/^own\.csv; /);
  });

  it.each([
    [['--weights', 'luck=1'], /there is no term 'luck'/],
    [['--max-carbon-g-per-hour', '0'], /^INFEASIBLE: .*the carbon limit\. A carbon limit of /],
    [['--round-trips', 'none.csv'], /^MISSING_FILE: none\.csv/],
    [['--json', '-', '--html', '-'], /only one of --json and --html/],
  ])('refuses %j with exit code 2', (options, message) => {
    const { status, stderr } = place(...options);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  it('is stopped by Ctrl-C, and leaves nothing half written', async () => {
    const node = { tier: 'cloud', vcpu: 256, memoryGib: 96 };
    const nodes = [{ regions: ['aws:*', 'azure:*', 'gcp:*'], ...node }];
    // Ends only after many seconds: so much is to be weighed.
    const functions = Array.from({ length: 30_000 }, (_, i) => ({
      name: `f${i}`,
      memoryMiB: 128 + (i % 97),
      vcpu: 0.1 * (1 + (i % 7)),
      callsPerHour: { [i % 2 === 0 ? 'aws:eu-west-1' : 'gcp:us-west1']: 100 + i },
    }));
    writeFileSync(join(folder, 'many-nodes.json'), JSON.stringify(nodes));
    writeFileSync(join(folder, 'many.json'), JSON.stringify(functions));
    const files = ['--nodes', 'many-nodes.json', '--functions', 'many.json', '--json', 'many-placed.json'];
    const child = spawn(process.execPath, [MAIN, 'place', ...files, '--html', 'many.html'], { cwd: folder });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const timer = setTimeout(() => child.kill('SIGINT'), 3000);
    const [code] = await once(child, 'close');
    clearTimeout(timer);
    expect([code, stderr]).toEqual([130, 'Interrupted; no file was left half written.\n']);
    expect(readdirSync(folder).filter((name) => name.startsWith('many-placed') || name === 'many.html')).toEqual([]);
  });

  it.each([
    [
      ['--weights', 'price=1e9'],
      /^OUT_OF_RANGE: weights\.price is 1000000000, expected a finite number from 0 to 1000000/,
    ],
    [
      ['--link-gbps', '1e-300'],
      /^OUT_OF_RANGE: linkGbps is 1e-300, expected a finite number from 0\.000001 to 1000000/,
    ],
  ])('refuses %j, of which nothing could be computed', (options, message) => {
    const { status, stderr } = place(...options);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  it('points at the line of a mistake in YAML', () => {
    writeFileSync(join(folder, 'bad.yaml'), 'functions:\n  - name: [\n');
    const { status, stderr } = place('--functions', 'bad.yaml');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^CONFIG_INVALID: bad\.yaml has one mistake\n\nbad\.yaml:3:1: /);
  });
});
