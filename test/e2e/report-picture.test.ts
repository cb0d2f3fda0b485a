/** The picture of a report in the documentation: small, and made by a palette that leaves colours as they are. */
import { statSync } from 'node:fs';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { withPalette } from '../../scripts/palette-png.mjs';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Rows of RGB, the `y`th with filter `y % 5`, by the definition in the PNG specification. */
function rgbPng(rows: readonly Uint8Array[]): Buffer {
  const width = rows[0]!.length / 3;
  const at = (y: number, i: number): number => (y < 0 || i < 0 ? 0 : rows[y]![i]!);
  const raw = rows.flatMap((row, y) => {
    const bytes = Array.from(row, (value, i) => {
      const [a, b, c] = [at(y, i - 3), at(y - 1, i), i < 3 ? 0 : at(y - 1, i - 3)];
      const p = a + b - c;
      const nearest = [a, b, c].reduce((best, one) => (Math.abs(p - one) < Math.abs(p - best) ? one : best));
      return (value - [0, a, b, Math.floor((a + b) / 2), nearest][y % 5]!) & 255;
    });
    return [y % 5, ...bytes];
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(rows.length, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const data = chunk('IDAT', deflateSync(Buffer.from(raw)));
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), data, chunk('IEND', Buffer.alloc(0))]);
}

/** Colours of an unfiltered PNG with a palette, row by row. */
function shown(png: Buffer): number[][] {
  const parts = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    parts.set(body.toString('latin1', 0, 4), body.subarray(4));
    at += 12 + length;
  }
  const [width, palette] = [parts.get('IHDR')!.readUInt32BE(0), parts.get('PLTE')!];
  const raw = inflateSync(parts.get('IDAT')!);
  return Array.from({ length: raw.length / (width + 1) }, (_, y) => {
    expect(raw[y * (width + 1)]).toBe(0);
    const places = raw.subarray(y * (width + 1) + 1, (y + 1) * (width + 1));
    return [...places].flatMap((place) => [...palette.subarray(3 * place, 3 * place + 3)]);
  });
}

it('keeps up to 256 colours exactly, whatever filters the rows have', () => {
  const rows = Array.from({ length: 15 }, (_, y) => Uint8Array.from({ length: 48 }, (_, i) => ((y * 7 + i) % 16) * 17));
  const { png, reach } = withPalette(rgbPng(rows));
  expect(reach).toBe(0);
  expect(shown(png)).toEqual(rows.map((row) => [...row]));
});

it('of more colours takes those that are nearest, and says how far they are', () => {
  const rows = Array.from({ length: 40 }, (_, y) =>
    Uint8Array.from({ length: 90 }, (_, i) => (y * 5 * ((i % 3) + 1) + i * 29) & 255),
  );
  const { png, reach } = withPalette(rgbPng(rows));
  expect(reach).toBeGreaterThan(0);
  const errors = shown(png).flatMap((row, y) => row.map((value, i) => Math.abs(value - rows[y]![i]!)));
  expect(Math.max(...errors)).toBeLessThanOrEqual(reach);
});

it('makes a picture of under 300 kB', () => {
  expect(statSync('docs/images/report.png').size).toBeLessThan(300_000);
});
