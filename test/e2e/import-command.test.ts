import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { addImport } from '../../ts/core/cli/import.js';
import { openSources } from '../../ts/core/cli/sources.js';
import { PROMETHEUS_PRESETS, readTrace, TRACE_FORMATS } from '../../ts/core/trace/index.js';
import { insightsCsv, type LambdaCallFacts, metricData, requestId } from '../import-files.js';

type Program = Parameters<typeof addImport>[0];

// The package's own commander: the one at the root may be another.
const { Command } = createRequire(new URL('../../ts/core/package.json', import.meta.url))('commander') as {
  Command: new () => Program;
};

let folder: string;
let out: string[];
let err: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isotherm-import-'));
  out = [];
  err = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

async function runImport(args: string[]): Promise<void> {
  const program = new Command().exitOverride();
  addImport(program, new AbortController().signal);
  // A command has its own streams once it is there.
  for (const command of program.commands) {
    command
      .exitOverride()
      .configureOutput({ writeErr: (text) => void err.push(text), writeOut: (text) => void out.push(text) });
  }
  await program.parseAsync(['import', ...args], { from: 'user' });
}

const T0 = Date.UTC(2026, 7, 1, 12, 0, 0);
const CALLS: LambdaCallFacts[] = Array.from({ length: 30 }, (_, n) => ({
  name: n % 3 === 0 ? 'report' : 'checkout',
  stream: `2026/08/01/[$LATEST]${n % 3 === 0 ? 'a' : 'b'}`,
  requestId: requestId(n),
  endMs: T0 + n * 20_000,
  durationMs: 100,
  ...(n < 2 && { initMs: 250 }),
}));

test('says what is in the data, and writes it as records that read as the same trace', async () => {
  const file = join(folder, 'insights.csv');
  await writeFile(file, insightsCsv(CALLS));
  const trace = join(folder, 'trace.jsonl');
  const json = join(folder, 'figures.json');
  await runImport([file, '--out', trace, '--json', json]);
  expect(out[0]).toBe(
    'cloudwatch-insights: 2 functions, 30 calls, 11 min, 2026-08-01T11:59:00.000Z to 2026-08-01T12:10:00.000Z',
  );
  expect(out.slice(1, 4)).toEqual([
    'Cold starts: 2 observed, 6.67 % of the calls',
    'Execution environments: 2, 15.0 calls each; the longest idle one that was used again: 59.9 s',
    'Start times of 2 functions: measured (init durations of this trace)',
  ]);
  expect(out[5]).toMatch(/^ {2}function +calls +cold +environments +mean +memory MiB +used MiB +start +P90$/);
  expect(out[6]).toMatch(/^ {2}checkout +20 +1 +1 +100 ms +128 +64 +250 ms +250 ms$/);
  expect(err.join()).toContain('calls with an init, which count as cold starts: ');
  const direct = await readTrace(await openSources(file));
  const written = await readTrace(await openSources(trace));
  expect(written.format).toBe('records');
  expect(written.digest).toBe(direct.digest);
  const figures = JSON.parse(await readFile(json, 'utf8'));
  expect(figures).toMatchObject({
    format: 'cloudwatch-insights',
    calls: 30,
    coldStarts: 2,
    environments: 2,
    longestIdleMs: 59_900,
    digest: direct.digest,
    functions: [{ key: 'report', environments: 1, startTime: { from: 'measured', count: 1 } }, { key: 'checkout' }],
  });
});

test('several files, and counts', async () => {
  const files = [0, 1].map((n) => join(folder, `metrics-${n}.json`));
  for (const [n, file] of files.entries()) {
    const points = [[T0 + n * 60_000, 5]] as const;
    await writeFile(file, metricData([{ Id: 'i', Label: 'f Invocations', points }]));
  }
  const trace = join(folder, 'trace.csv');
  await runImport([...files, '--format', 'cloudwatch-metrics', '--out', trace]);
  expect(out[0]).toContain('cloudwatch-metrics: 1 function, 10 calls, 2 min');
  expect(out[1]).toBe('Cold starts: unknown, the data do not tell');
  expect(out[2]).toMatch(/^Start times of 1 function: from the table \(.*empty function: lambda-perf.*2026-07\/08\)$/);
  const written = await readTrace(await openSources(trace));
  expect([written.format, written.trace.calls]).toEqual(['counts', 10]);
});

test('bad rows stop it, or are listed', async () => {
  const file = join(folder, 'insights.csv');
  await writeFile(file, `${insightsCsv(CALLS)}never,,,,5,,,,,\n`);
  await expect(runImport([file])).rejects.toMatchObject({ code: 'BAD_TIME', place: { line: 32 } });
  await runImport([file, '--skip-bad']);
  expect(err).toContain('1 bad rows were skipped:');
});

test('what cannot be written is said before anything is read', async () => {
  await expect(runImport(['absent.csv', '--out', 'trace.parquet'])).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  await expect(runImport(['absent.csv', '--out', '-', '--json'])).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  await expect(runImport(['absent.csv'])).rejects.toMatchObject({ code: 'MISSING_FILE' });
  await expect(runImport([])).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
});

test('the help has every format, the queries, and rights that only read', async () => {
  await expect(runImport(['--help'])).rejects.toMatchObject({ code: 'commander.helpDisplayed' });
  const help = out.join('');
  for (const format of TRACE_FORMATS) expect(help).toContain(format);
  for (const { calls, functionLabels } of PROMETHEUS_PRESETS) {
    expect(help).toContain(calls[0]);
    expect(help).toContain(functionLabels[0]);
  }
  expect(help).toContain('| filter @type = "REPORT"');
  expect(help).toContain('| limit 10000');
  expect(help).toContain(`"Label": "\${PROP('Dim.FunctionName')} Invocations"`);
  const rights = [...help.matchAll(/"((?:logs|cloudwatch):\w+)"/g)].map(([, right]) => right);
  expect(rights.sort()).toEqual([
    'cloudwatch:GetMetricData',
    'logs:FilterLogEvents',
    'logs:GetQueryResults',
    'logs:StartQuery',
  ]);
  const policy = /\{ "Version"[\s\S]*?\] \}\n/.exec(help)?.[0] ?? '';
  expect(JSON.parse(policy).Statement).toHaveLength(2);
  const queries = JSON.parse(/\[ \{ "Id"[\s\S]*?\} \]\n/.exec(help)?.[0] ?? '');
  expect(queries.map(({ Expression }: { Expression: string }) => Expression)).toEqual([
    `SEARCH('{AWS/Lambda,FunctionName} MetricName="Invocations"', 'Sum', 60)`,
    `SEARCH('{AWS/Lambda,FunctionName} MetricName="Duration"', 'Average', 60)`,
  ]);
  for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
});
