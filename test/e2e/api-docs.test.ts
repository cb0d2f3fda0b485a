/** Every command in the pages of the API (a block named `shell`) is run against a server, and must print what it shows. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Running, running } from './api-server.js';
import { fencedBlocks } from './docs-examples.js';

const run = promisify(execFile);

const noCurl = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'curl')))
  ? undefined
  : 'there is no curl on the PATH';

interface Command {
  place: string;
  command: string;
  shown: string[];
}

/** A command goes on over lines while a quote is open. */
function commands(page: string): Command[] {
  const found: Command[] = [];
  for (const { place, lines } of fencedBlocks(page).filter(({ info }) => info[0] === 'shell')) {
    for (const line of lines) {
      const last = found.at(-1);
      if (line.startsWith('$ ')) found.push({ place, command: line.slice(2), shown: [] });
      else if (last !== undefined && last.command.split("'").length % 2 === 0) last.command += `\n${line}`;
      else last?.shown.push(line);
    }
  }
  return found;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** `…` stands for anything. */
const patternOf = (shown: readonly string[]): RegExp =>
  new RegExp(`^${shown.map((line) => line.split('…').map(escaped).join('[^]*?')).join('\n+')}\\s*$`);

let api: Running;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'isotherm-api-docs-'));
  api = await running();
  api.plane.decide('shop/checkout', 4);
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

describe.each(['docs/api.md', 'docs/keda.md'])('%s', (page) => {
  const all = commands(page);

  it('has commands', () => expect(all.length).toBeGreaterThan(0));

  it.for(all)('$place prints what it shows: $command', async ({ command, shown }, { skip }) => {
    if (noCurl !== undefined) {
      if (process.env.CI !== undefined) throw new Error(noCurl);
      skip(noCurl);
    }
    const { stdout } = await run('sh', ['-c', `${command} || true`], {
      cwd: folder,
      env: { ...process.env, ISOTHERM: api.url },
    });
    if (shown.length > 0) expect(stdout).toMatch(patternOf(shown));
  });
});

it('the ScaledObject to paste is one: its target and its place are those of the answer', async () => {
  const [block] = fencedBlocks('docs/keda.md').filter(({ info }) => info[0] === 'yaml');
  const [scaled, authentication, secret] = parseAllDocuments(block!.lines.join('\n')).map((one) => one.toJS());
  expect([scaled.kind, authentication.kind, secret.kind]).toEqual(['ScaledObject', 'TriggerAuthentication', 'Secret']);
  const [trigger] = scaled.spec.triggers;
  expect(trigger).toMatchObject({
    type: 'metrics-api',
    metricType: 'AverageValue',
    metadata: { targetValue: '1', authMode: 'bearer' },
  });
  expect(trigger.authenticationRef.name).toBe(authentication.metadata.name);
  expect(authentication.spec.secretTargetRef[0]).toEqual({
    parameter: 'token',
    name: secret.metadata.name,
    key: 'token',
  });
  const { pathname } = new URL(trigger.metadata.url);
  const answer: Record<string, unknown> = (await (await fetch(api.url + pathname)).json()) as Record<string, unknown>;
  expect(answer[trigger.metadata.valueLocation]).toBe(4);
});
