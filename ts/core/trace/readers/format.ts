import { IsothermError } from '../../kernels/error.js';
import { columnsByName, plainName } from './csv.js';
import { columnOf } from './record-columns.js';

/** What a reader knows, by name. */
export const TRACE_FORMATS = [
  'azure2019',
  'azure2021',
  'records',
  'counts',
  'cloudwatch-insights',
  'lambda-logs',
  'cloudwatch-metrics',
  'prometheus',
  'otlp',
] as const;

export type TraceFormat = (typeof TRACE_FORMATS)[number];

/** How a file is written: rows of columns, JSON documents, or lines of text. */
export type Encoding = 'csv' | 'json-lines' | 'parquet' | 'json' | 'text';

/** What a file is in its format: Azure 2019 has three kinds of files. */
export type FilePart = 'rows' | 'invocations' | 'durations' | 'memory';

interface Schema {
  format: TraceFormat;
  part: FilePart;
  encodings: readonly Encoding[];
  /** Columns that must be there, as people write them; of a JSON document the keys. */
  required: readonly string[];
}

const CSV: readonly Encoding[] = ['csv'];
const TABLES: readonly Encoding[] = ['csv', 'json-lines', 'parquet'];
const DOCUMENTS: readonly Encoding[] = ['json'];

const SCHEMAS: readonly Schema[] = [
  {
    format: 'azure2019',
    part: 'durations',
    encodings: CSV,
    required: ['HashOwner', 'HashApp', 'HashFunction', 'Average'],
  },
  { format: 'azure2019', part: 'memory', encodings: CSV, required: ['HashOwner', 'HashApp', 'AverageAllocatedMb'] },
  {
    format: 'azure2019',
    part: 'invocations',
    encodings: CSV,
    required: ['HashOwner', 'HashApp', 'HashFunction', 'a column per minute'],
  },
  { format: 'azure2021', part: 'rows', encodings: CSV, required: ['app', 'func', 'end_timestamp', 'duration'] },
  { format: 'counts', part: 'rows', encodings: TABLES, required: ['function', 'timestamp', 'count', 'stepSeconds'] },
  { format: 'records', part: 'rows', encodings: TABLES, required: ['function', 'timestamp', 'durationMs'] },
  { format: 'cloudwatch-insights', part: 'rows', encodings: CSV, required: ['@timestamp', '@duration'] },
  { format: 'cloudwatch-insights', part: 'rows', encodings: CSV, required: ['@timestamp', '@message'] },
  {
    format: 'cloudwatch-insights',
    part: 'rows',
    encodings: CSV,
    required: ['@timestamp', 'record.metrics.durationMs'],
  },
  { format: 'cloudwatch-insights', part: 'rows', encodings: DOCUMENTS, required: ['results'] },
  { format: 'lambda-logs', part: 'rows', encodings: DOCUMENTS, required: ['events'] },
  { format: 'lambda-logs', part: 'rows', encodings: ['json-lines'], required: ['time', 'type', 'record'] },
  { format: 'cloudwatch-metrics', part: 'rows', encodings: DOCUMENTS, required: ['MetricDataResults'] },
  { format: 'prometheus', part: 'rows', encodings: DOCUMENTS, required: ['status', 'data'] },
  { format: 'otlp', part: 'rows', encodings: DOCUMENTS, required: ['resourceMetrics'] },
];

/** The formats and their columns, for messages. */
export function knownFormats(): string {
  const list = SCHEMAS.map(({ format, part, encodings, required }) => {
    const name = `${format}${part === 'rows' ? '' : ` ${part}`}`;
    return `${name} (${encodings[0] === 'json' ? 'JSON with ' : ''}${required.join(', ')})`;
  });
  return `${list.join('; ')}; lambda-logs (text with REPORT lines)`;
}

/** True for the label of a minute's column: a whole number. */
export function isMinuteLabel(name: string): boolean {
  return /^\d+$/.test(name.trim());
}

function missing(schema: Schema, header: readonly string[]): string[] {
  const names = columnsByName(header);
  const roles = new Set(header.map((name) => columnOf(name)?.role));
  const generic = schema.format === 'records' || schema.format === 'counts';
  return schema.required.filter((name) => {
    if (name === 'a column per minute') return !header.some(isMinuteLabel);
    return generic ? !roles.has(columnOf(name)?.role) : !names.has(plainName(name));
  });
}

/** What a file with these columns is, or undefined; with `format`, only whether it is that. */
export function recognise(header: readonly string[], encoding: Encoding, format?: TraceFormat): Schema | undefined {
  return SCHEMAS.find((schema) => {
    if (format !== undefined && schema.format !== format) return false;
    return schema.encodings.includes(encoding) && missing(schema, header).length === 0;
  });
}

/** The error for a file whose columns are no format's: which one it comes nearest to and what that lacks. */
export function unrecognised(file: string, header: readonly string[], format?: TraceFormat): IsothermError {
  const candidates = SCHEMAS.filter((schema) => format === undefined || schema.format === format)
    .map((schema) => ({ schema, lacks: missing(schema, header) }))
    .map((candidate) => ({ ...candidate, has: candidate.schema.required.length - candidate.lacks.length }))
    .sort((a, b) => b.has - a.has || a.lacks.length - b.lacks.length);
  const nearest = candidates[0];
  const shown = header.slice(0, 8).join(',').slice(0, 120);
  if (format === undefined && nearest.has < 2) {
    return new IsothermError(
      'UNKNOWN_FORMAT',
      `${file}: no known trace format begins with '${shown}'; expected one of: ${knownFormats()}`,
      { place: { file, line: 1, expected: knownFormats() } },
    );
  }
  const expected = `the columns ${nearest.schema.required.join(', ')} of format ${nearest.schema.format}`;
  return new IsothermError(
    'BAD_HEADER',
    `${file}:1: the header '${shown}' lacks ${nearest.lacks.join(', ')}; expected ${expected}`,
    { place: { file, line: 1, expected } },
  );
}
