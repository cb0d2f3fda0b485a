import { type ByteSource, plainBytes } from './byte-source.js';
import { readCsv } from './csv.js';
import { isObject } from './json-lines.js';
import { openParquet } from './parquet.js';
import { fileError, Reading } from './reading.js';

/** How the rows of a file are written. */
export type Encoding = 'csv' | 'json-lines' | 'parquet';

/** What the first bytes of a file tell. */
export interface Sniffed {
  encoding: Encoding;
  /** Names of the columns. */
  header: string[];
}

const HEAD_BYTES = 1 << 20;
const BLANKS = new Set([9, 10, 13, 32]);
const PARQUET = 'PAR1';

/**
 * Looks at the beginning of a file, inflated where it is gzip; 'empty' for one with nothing in it.
 * Errors: BAD_GZIP, BAD_PARQUET, BAD_HEADER for a header with a broken quote, BAD_ROW for a first line of JSON that is broken.
 */
export async function sniff(source: ByteSource): Promise<Sniffed | 'empty'> {
  const head = await headOf(source);
  const first = head.findIndex((byte) => !BLANKS.has(byte));
  if (first < 0) return 'empty';
  if (String.fromCharCode(...head.subarray(0, 4)) === PARQUET) {
    const { columns } = await openParquet(source, () => {});
    return { encoding: 'parquet', header: columns.map((column) => column.name) };
  }
  if (head[first] === 0x7b) return { encoding: 'json-lines', header: firstKeys(source.name, head) };
  let header: string[] = [];
  const enough: ByteSource = {
    name: source.name,
    async *stream() {
      yield head;
    },
  };
  await readCsv(enough, new Reading({ skipBad: true }), (names) => {
    header = names;
    return () => true;
  });
  return { encoding: 'csv', header };
}

/** The first lines: at least one whole line, or all that there is up to 1 MiB. */
async function headOf(source: ByteSource): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  for await (const chunk of plainBytes(source)) {
    const longer = new Uint8Array(Math.min(head.length + chunk.length, HEAD_BYTES));
    longer.set(head);
    longer.set(chunk.subarray(0, longer.length - head.length), head.length);
    head = longer;
    const isWhole = head.lastIndexOf(10) > head.findIndex((byte) => !BLANKS.has(byte));
    if ((isWhole && head.length >= 4) || head.length === HEAD_BYTES) break;
  }
  return head;
}

/** Keys of the first line that is a JSON object. */
function firstKeys(file: string, head: Uint8Array): string[] {
  for (const line of new TextDecoder().decode(head).split('\n')) {
    try {
      const value: unknown = JSON.parse(line);
      if (isObject(value)) return Object.keys(value);
    } catch {
      // The line is blank or broken; reading will say so with its number.
    }
  }
  throw fileError('BAD_ROW', file, 'the first line begins as JSON does and is none', 'a JSON object on each line');
}
