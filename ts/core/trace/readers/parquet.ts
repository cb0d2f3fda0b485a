import {
  type AsyncBuffer,
  type FileMetaData,
  type ParquetParsers,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type SchemaElement,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { allBytes, type ByteSource, plainBytes } from './byte-source.js';
import type { RowSink } from './generic-rows.js';
import { fileError, type Reading } from './reading.js';
import { columnOf } from './record-columns.js';
import { ValueFields } from './value-fields.js';

const EXPECTED = 'a whole Parquet file of flat columns';

/** Instants as epoch ms with their fraction: a Date would lose the microseconds before they are rounded. */
const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (ms) => Number(ms),
  timestampFromMicroseconds: (us) => Number(us) / 1000,
  // By way of whole microseconds: nanoseconds since 1970 are too large for a double.
  timestampFromNanoseconds: (ns) => Number(ns / 1000n) / 1000,
  dateFromDays: (days) => days * 86400000,
};

/** A Parquet file that is opened: its columns, and the buffer to read them from. */
export interface OpenParquet {
  file: AsyncBuffer;
  metadata: FileMetaData;
  columns: SchemaElement[];
}

/** Opens a Parquet file and reads its footer. */
export async function openParquet(source: ByteSource, count: (bytes: number) => void): Promise<OpenParquet> {
  const file = await bufferOf(source, count);
  try {
    const metadata = await parquetMetadataAsync(file);
    const columns = parquetSchema(metadata).children.map((child) => child.element);
    return { file, metadata, columns };
  } catch (cause) {
    throw fileError('BAD_PARQUET', source.name, 'the footer cannot be read', EXPECTED, cause);
  }
}

/** Reads a Parquet file into a sink, row group by row group and only the columns that it knows. */
export async function readParquet(source: ByteSource, reading: Reading, sink: RowSink): Promise<void> {
  const { file, metadata, columns } = await openParquet(source, reading.received);
  sink.open(source.name);
  const row = new ValueFields();
  const wanted: string[] = [];
  const fields: number[] = [];
  for (const element of columns) {
    const field = sink.admit(element.name);
    const role = columnOf(element.name)?.role;
    if (role === undefined || role === 'text' || element.num_children !== undefined) continue;
    wanted.push(element.name);
    fields.push(field);
    const { type, converted_type: converted, logical_type: logical } = element;
    const isInstant = type === 'INT96' || logical?.type === 'TIMESTAMP' || converted === 'DATE';
    if (isInstant || converted?.startsWith('TIMESTAMP_') === true) row.instants.add(field);
  }
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const data = await readGroup(source.name, file, metadata, wanted, rowStart, rowEnd);
    for (let at = 0; at < rowEnd - rowStart; at++) {
      row.line = rowStart + at + 1;
      for (let c = 0; c < data.length; c++) row.values[fields[c]] = data[c][at];
      if (sink.take(row)) reading.rows++;
    }
    rowStart = rowEnd;
  }
  if (rowStart === 0) throw fileError('EMPTY_INPUT', source.name, 'the file has no rows', EXPECTED);
  sink.close();
}

async function readGroup(
  name: string,
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: string[],
  rowStart: number,
  rowEnd: number,
): Promise<ArrayLike<unknown>[]> {
  try {
    const scan = await parquetScan({ file, metadata, columns, rowStart, rowEnd, compressors, parsers });
    const data: ArrayLike<unknown>[] = [];
    for (const column of columns) {
      const parts: ArrayLike<unknown>[] = [];
      for (const range of scan.ranges) parts.push(await scan.readColumn({ column, ...range }));
      data.push(parts.length === 1 ? parts[0] : parts.flatMap((part) => Array.from(part)));
    }
    return data;
  } catch (cause) {
    throw fileError('BAD_PARQUET', name, `rows ${rowStart + 1}..${rowEnd} cannot be read`, EXPECTED, cause);
  }
}

/** What hyparquet reads from: pieces of the source where it can give them, else all of it. */
async function bufferOf(source: ByteSource, count: (bytes: number) => void): Promise<AsyncBuffer> {
  const isPiecewise = source.slice !== undefined && source.size !== undefined && !(await isGzip(source));
  if (!isPiecewise) {
    const bytes = await allBytes(plainBytes(source, count));
    return { byteLength: bytes.length, slice: (from, to) => bytes.slice(from, to).buffer as ArrayBuffer };
  }
  const size = source.size as number;
  return {
    byteLength: size,
    slice: async (from, to = size) => {
      const bytes = (await source.slice?.(from, to)) as Uint8Array;
      count(bytes.length);
      return bytes.slice().buffer as ArrayBuffer;
    },
  };
}

async function isGzip(source: ByteSource): Promise<boolean> {
  const head = await source.slice?.(0, 2);
  return head?.[0] === 0x1f && head[1] === 0x8b;
}
