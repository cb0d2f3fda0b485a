import { IsothermError } from '../../kernels/error.js';
import { columnsByName, plainName } from './csv.js';
import { columnOf } from './record-columns.js';

/** What a reader knows, by name. */
export const TRACE_FORMATS = ['azure2019', 'azure2021', 'records', 'counts'] as const;

export type TraceFormat = (typeof TRACE_FORMATS)[number];

/** What a file is in its format: Azure 2019 has three kinds of files. */
export type FilePart = 'rows' | 'invocations' | 'durations' | 'memory';

interface Schema {
  format: TraceFormat;
  part: FilePart;
  /** Columns that must be there, as people write them. */
  required: readonly string[];
}

const SCHEMAS: readonly Schema[] = [
  { format: 'azure2019', part: 'durations', required: ['HashOwner', 'HashApp', 'HashFunction', 'Average'] },
  { format: 'azure2019', part: 'memory', required: ['HashOwner', 'HashApp', 'AverageAllocatedMb'] },
  {
    format: 'azure2019',
    part: 'invocations',
    required: ['HashOwner', 'HashApp', 'HashFunction', 'a column per minute'],
  },
  { format: 'azure2021', part: 'rows', required: ['app', 'func', 'end_timestamp', 'duration'] },
  { format: 'counts', part: 'rows', required: ['function', 'timestamp', 'count', 'stepSeconds'] },
  { format: 'records', part: 'rows', required: ['function', 'timestamp', 'durationMs'] },
];

/** The formats and their columns, for messages. */
export function knownFormats(): string {
  const list = SCHEMAS.map(({ format, part, required }) => {
    return `${format}${part === 'rows' ? '' : ` ${part}`} (${required.join(', ')})`;
  });
  return list.join('; ');
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
export function recognise(header: readonly string[], format?: TraceFormat): Schema | undefined {
  return SCHEMAS.find((schema) => {
    return (format === undefined || schema.format === format) && missing(schema, header).length === 0;
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
