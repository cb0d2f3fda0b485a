/** Ctrl-C in the middle of a long replay: exit code 130, and nothing half written. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends } from '../backends.js';
import { environment, MAIN, ORIGIN_MS, Workplace } from './cli-replay-run.js';

let place: Workplace;

beforeAll(() => {
  place = new Workplace();
  // Twenty thousand million calls in a file of 4000 lines: many minutes of work on any machine.
  const rows = Array.from({ length: 4000 }, (_, k) => `f${k % 2},${ORIGIN_MS + (k >> 1) * 60_000},5000000,60,1`);
  writeFileSync(place.path('long.csv'), `function,timestamp,count,stepSeconds,durationMs\n${rows.join('\n')}\n`);
});

afterAll(() => place.remove());

/** Starts it, interrupts it a while after it has said something or, where it says nothing, has begun; gives how it ended. */
async function interrupted(args: string[], env: NodeJS.ProcessEnv, when: { says?: string; afterMs: number }) {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: place.folder, env: { ...environment(), ...env } });
  let stderr = '';
  let stdout = '';
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    timer ??= setTimeout(() => child.kill('SIGINT'), when.afterMs);
  };
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    if (when.says !== undefined && stderr.includes(when.says)) interrupt();
  });
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  if (when.says === undefined) interrupt();
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  return { code, signal, stderr, stdout };
}

describe('an interrupted replay', { timeout: 60_000 }, () => {
  it.each(backends.map(({ name }) => name))('on %s leaves nothing behind', async (name) => {
    const outputs = ['--json', 'figures.json', '--html', 'report.html'];
    const args = ['replay', 'long.csv', '--spread', 'even', '-p', 'fixed-10min,hybrid-histogram', ...outputs];
    // Said once the trace is read, before the replay begins.
    const says = 'functions without a memory size';
    const found = await interrupted(args, { ISOTHERM_BACKEND: name }, { says, afterMs: 500 });
    expect(found).toMatchObject({ code: 130, signal: null, stdout: '' });
    expect(found.stderr).toMatch(/\nInterrupted; no file was left half written\.\n$/);
    expect(readdirSync(place.folder)).toEqual(['long.csv']);
  });

  it('stops while it makes a trace up', async () => {
    const made = ['--synthetic', 'calibrated', '--functions', '50000', '--days', '14', '--json', 'figures.json'];
    const found = await interrupted(['replay', ...made], {}, { afterMs: 5000 });
    expect(found).toMatchObject({ code: 130, stderr: 'Interrupted; no file was left half written.\n', stdout: '' });
    expect(readdirSync(place.folder)).toEqual(['long.csv']);
  });
});
