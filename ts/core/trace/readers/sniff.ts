import { type ByteSource, plainBytes } from './byte-source.js';
import { readCsv } from './csv.js';
import { type Encoding, recognise } from './format.js';
import { topLevelKeys } from './json-document.js';
import { isObject } from './json-lines.js';
import { isPlatformLine } from './lambda-lines.js';
import { openParquet } from './parquet.js';
import { fileError, Reading } from './reading.js';

/** What the first bytes of a file tell. */
export interface Sniffed {
  encoding: Encoding;
  /** Names of the columns; of a JSON document its keys. */
  header: string[];
}

const HEAD_BYTES = 1 << 20;
const BLANKS = new Set([9, 10, 13, 32]);
const BRACE = 0x7b;
const PARQUET = 'PAR1';

/**
 * Looks at the beginning of a file, inflated where it is gzip; 'empty' for one with nothing in it. What it answers does not depend on
 * how the bytes come in chunks.
 * Errors: BAD_GZIP, BAD_PARQUET, BAD_HEADER for a header with a broken quote or in UTF-16, BAD_ROW for a first line of JSON
 * that is broken.
 */
export async function sniff(source: ByteSource): Promise<Sniffed | 'empty'> {
  const head = await headOf(source, hasWholeLine);
  const first = head.findIndex((byte) => !BLANKS.has(byte));
  if (first < 0) return 'empty';
  if (head[0] === 0xff && head[1] === 0xfe) {
    const expected = 'UTF-8; PowerShell writes it with Out-File -Encoding utf8';
    throw fileError('BAD_HEADER', source.name, 'the text is UTF-16', expected);
  }
  if (String.fromCharCode(...head.subarray(0, 4)) === PARQUET) {
    const { columns } = await openParquet(source, () => {});
    return { encoding: 'parquet', header: columns.map((column) => column.name) };
  }
  const isMarked = head[first] === 0xef && head[first + 1] === 0xbb && head[first + 2] === 0xbf;
  return head[first + (isMarked ? 3 : 0)] === BRACE ? sniffJson(source, head) : sniffText(source, head);
}

/** Lines of JSON, or documents: of those a line by itself is mostly nothing. */
async function sniffJson(source: ByteSource, head: Uint8Array): Promise<Sniffed> {
  const line = keysOfLine(new TextDecoder().decode(firstLine(head)));
  if (line !== undefined) {
    const isDocument = recognise(line, 'json-lines') === undefined && recognise(line, 'json') !== undefined;
    return { encoding: isDocument ? 'json' : 'json-lines', header: line };
  }
  const longer = await headOf(source, () => false);
  const { keys, closed } = topLevelKeys(longer) ?? { keys: [], closed: false };
  if (recognise(keys, 'json') !== undefined) return { encoding: 'json', header: keys };
  for (const text of new TextDecoder().decode(longer).split('\n')) {
    // A line that is blank or broken is said with its number when it is read.
    const later = keysOfLine(text);
    if (later !== undefined) return { encoding: 'json-lines', header: later };
  }
  if (closed) return { encoding: 'json', header: keys };
  throw fileError(
    'BAD_ROW',
    source.name,
    'the first line begins as JSON does and is none',
    'a JSON object on each line',
  );
}

/** A table, or a log: what functions write stands in it between the lines of the platform. */
async function sniffText(source: ByteSource, head: Uint8Array): Promise<Sniffed> {
  const line = new TextDecoder().decode(firstLine(head));
  if (isPlatformLine(line)) return { encoding: 'text', header: [line] };
  let header: string[] = [];
  let broken: unknown;
  try {
    header = await csvHeader(source.name, head);
  } catch (error) {
    broken = error;
  }
  if (recognise(header, 'csv') !== undefined) return { encoding: 'csv', header };
  const longer = new TextDecoder().decode(await headOf(source, () => false));
  if (longer.split('\n').some(isPlatformLine)) return { encoding: 'text', header: [line] };
  if (broken !== undefined) throw broken;
  return { encoding: 'csv', header };
}

async function csvHeader(name: string, head: Uint8Array): Promise<string[]> {
  let header: string[] = [];
  const enough: ByteSource = {
    name,
    async *stream() {
      yield head;
    },
  };
  await readCsv(enough, new Reading({ skipBad: true }), (names) => {
    header = names;
    return () => true;
  });
  return header;
}

/** Bytes from the beginning until there are enough, or 1 MiB. */
async function headOf(source: ByteSource, isEnough: (head: Uint8Array) => boolean): Promise<Uint8Array> {
  let head = new Uint8Array(1 << 16);
  let length = 0;
  for await (const chunk of plainBytes(source)) {
    const taken = chunk.subarray(0, HEAD_BYTES - length);
    if (length + taken.length > head.length) {
      const longer = new Uint8Array(Math.min(HEAD_BYTES, Math.max(2 * head.length, length + taken.length)));
      longer.set(head.subarray(0, length));
      head = longer;
    }
    head.set(taken, length);
    length += taken.length;
    if (length === HEAD_BYTES || isEnough(head.subarray(0, length))) break;
  }
  return head.subarray(0, length);
}

function hasWholeLine(head: Uint8Array): boolean {
  return head.length >= 4 && head.lastIndexOf(10) > head.findIndex((byte) => !BLANKS.has(byte));
}

/** The first line that is not blank. */
function firstLine(head: Uint8Array): Uint8Array {
  const from = Math.max(
    0,
    head.findIndex((byte) => !BLANKS.has(byte)),
  );
  const end = head.indexOf(10, from);
  return head.subarray(from, end < 0 ? head.length : end);
}

/** Keys of a line that is a JSON object. */
function keysOfLine(line: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? Object.keys(value) : undefined;
  } catch {
    return undefined;
  }
}
