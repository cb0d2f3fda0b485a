import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { openSources } from '../../ts/core/cli/sources.js';
import { readTrace } from '../../ts/core/trace/index.js';
import { failure, gzip, read, text } from '../trace-sources.js';

const folder = mkdtempSync(join(tmpdir(), 'isotherm-trace-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONTENT = `app,func,end_timestamp,duration\n${Array.from({ length: 9000 }, (_, i) => `a,f${i % 7},${i * 1.37},0.${i}\n`).join('')}`;

test('a file and its gzip are the same trace, from memory and from a disk', async () => {
  const { digest } = await read(CONTENT);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect((await readTrace(gzip('trace.csv.gz', CONTENT))).digest).toBe(digest);
  writeFileSync(join(folder, 'plain.csv'), CONTENT);
  writeFileSync(join(folder, 'packed'), gzipSync(CONTENT));
  const members = Buffer.concat([gzipSync(CONTENT.slice(0, 1000)), gzipSync(CONTENT.slice(1000))]);
  writeFileSync(join(folder, 'members.gz'), members);
  for (const name of ['plain.csv', 'packed', 'members.gz']) {
    expect((await readTrace(await openSources(join(folder, name)))).digest).toBe(digest);
  }
});

test('a byte order mark, CRLF and a last line without an end change nothing', async () => {
  const { digest } = await read(CONTENT);
  expect((await read(`\ufeff${CONTENT}`)).digest).toBe(digest);
  expect((await read(CONTENT.replaceAll('\n', '\r\n'))).digest).toBe(digest);
  expect((await read(CONTENT.trimEnd())).digest).toBe(digest);
  expect((await read(CONTENT.replaceAll(/^a,(f\d)/gm, '"a","$1"'))).digest).toBe(digest);
});

test('the digest tells traces apart', async () => {
  const { digest } = await read(CONTENT);
  const others = [CONTENT.replace('a,f3', 'a,g3'), CONTENT.replace('0.77\n', '0.78\n'), `${CONTENT}a,f0,0.001,0\n`];
  const digests = await Promise.all(others.map(async (content) => (await read(content)).digest));
  expect(new Set([digest, ...digests]).size).toBe(4);
});

test('a folder is its files in the order of their names', async () => {
  const day = join(folder, 'day');
  mkdirSync(join(day, 'inner'), { recursive: true });
  writeFileSync(join(day, 'b.csv'), 'b');
  writeFileSync(join(day, 'a.csv'), 'abc');
  const sources = await openSources(day);
  expect(sources.map(({ name, size }) => [name, size])).toEqual([
    [join(day, 'a.csv'), 3],
    [join(day, 'b.csv'), 1],
  ]);
  expect(new TextDecoder().decode(await sources[0].slice?.(1, 9))).toBe('bc');
});

test('nothing there, and nothing in it', async () => {
  const absent = join(folder, 'absent.csv');
  expect(await failure(openSources(absent))).toMatchObject({
    code: 'MISSING_FILE',
    message: `${absent}: there is no such file or folder; expected a file, or a folder with files`,
  });
  mkdirSync(join(folder, 'empty'));
  expect((await failure(openSources(join(folder, 'empty')))).code).toBe('MISSING_FILE');
});

test('a reader that stops early leaves no file open', async () => {
  writeFileSync(join(folder, 'bad.csv'), `app,func,end_timestamp,duration\na,f\n${'a,f,1,1\n'.repeat(200_000)}`);
  expect((await failure(readTrace(await openSources(join(folder, 'bad.csv'))))).code).toBe('BAD_ROW');
  expect((await failure(readTrace(text('x', 'a,b\n1\n')))).code).toBe('UNKNOWN_FORMAT');
});
