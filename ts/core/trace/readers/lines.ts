import { type ByteSource, plainBytes } from './byte-source.js';
import { ByteWindow } from './byte-window.js';
import { LONGEST_ROW_BYTES } from './csv.js';
import { fileError, type Reading } from './reading.js';

const LINE_FEED = 10;

/**
 * Hands a text file out line by line, without its line feeds; the bytes are valid until the next line. Answers with the
 * number of lines. Errors: BAD_ROW for a line of more than 16 MiB.
 */
export async function readLines(
  source: ByteSource,
  reading: Reading,
  expected: string,
  take: (bytes: Uint8Array, line: number) => void,
): Promise<number> {
  const window = new ByteWindow(plainBytes(source, reading.received));
  let line = 0;
  try {
    for (;;) {
      for (;;) {
        const end = window.bytes.indexOf(LINE_FEED, window.at);
        if (end >= window.to) break;
        take(window.bytes.subarray(window.at, end), ++line);
        window.at = end + 1;
      }
      if (window.to - window.at > LONGEST_ROW_BYTES) {
        throw fileError('BAD_ROW', source.name, `line ${line + 1} is longer than ${LONGEST_ROW_BYTES} bytes`, expected);
      }
      if (!(await window.more())) {
        if (window.at === window.to) return line;
        window.closeLastLine();
      }
    }
  } finally {
    await window.close();
  }
}
