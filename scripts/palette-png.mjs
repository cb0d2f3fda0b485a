/** A screenshot with few colours as a PNG with a palette: a third of the bytes, no edge softened. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const MOST_COLOURS = 256;
/** These are kept whatever is near them: grounds, rules and type. */
const FREQUENT = 64;

function chunksOf(png) {
  const chunks = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** Undoes the filter of one row; `a` is the byte of the pixel before, `b` that above, `c` the one before that. */
function unfilter(filter, row, above, width) {
  for (let i = 0; i < row.length; i++) {
    const a = i < width ? 0 : row[i - width];
    const b = above[i];
    const c = i < width ? 0 : above[i - width];
    row[i] += [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter];
  }
}

function paeth(a, b, c) {
  const [toA, toB, toC] = [b - c, a - c, a + b - 2 * c].map(Math.abs);
  return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
}

/** Colours of a PNG of 8 bits a channel, not interlaced, as a screenshot is; transparency is left out. */
function pixelsOf(png) {
  const chunks = chunksOf(png);
  const [{ data: head }] = chunks;
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const channels = { 2: 3, 6: 4 }[head[9]];
  if (head[8] !== 8 || channels === undefined || head[12] !== 0) throw new Error('a PNG of another kind');
  const raw = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  const pixels = new Uint32Array(width * height);
  let above = new Uint8Array(width * channels);
  for (let y = 0; y < height; y++) {
    const at = y * (above.length + 1);
    const row = Uint8Array.from(raw.subarray(at + 1, at + 1 + above.length));
    unfilter(raw[at], row, above, channels);
    for (let x = 0; x < width; x++) {
      const from = x * channels;
      pixels[y * width + x] = (row[from] << 16) | (row[from + 1] << 8) | row[from + 2];
    }
    above = row;
  }
  return { width, height, pixels };
}

const distance = (a, b) =>
  Math.max(...[16, 8, 0].map((shift) => Math.abs(((a >> shift) & 255) - ((b >> shift) & 255))));

/** Each colour's place in a palette where none is farther from its own than need be; the more frequent ones are kept. */
function paletteOf(pixels) {
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const byCount = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([colour]) => colour);
  for (let reach = 0; ; reach++) {
    const palette = byCount.slice(0, FREQUENT);
    for (const colour of byCount.slice(FREQUENT)) {
      if (palette.every((kept) => distance(kept, colour) > reach) && palette.push(colour) > MOST_COLOURS) break;
    }
    if (palette.length > MOST_COLOURS) continue;
    const nearest = (colour) =>
      palette.reduce((best, kept, i) => (distance(kept, colour) < distance(palette[best], colour) ? i : best), 0);
    return { palette, places: new Map(byCount.map((colour) => [colour, nearest(colour)])), reach };
  }
}

/** The same picture with at most 256 colours; `reach` is the largest error of a channel, of 255. */
export function withPalette(png) {
  const { width, height, pixels } = pixelsOf(png);
  const { palette, places, reach } = paletteOf(pixels);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = places.get(pixels[y * width + x]);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  const parts = [chunk('IHDR', head), chunk('PLTE', colours), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))];
  return { png: Buffer.concat([SIGNATURE, ...parts]), reach };
}
