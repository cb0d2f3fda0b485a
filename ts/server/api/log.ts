/** The log: one line of JSON each, and no secret in any of them. */
import { type DestinationStream, destination, type Logger, type LoggerOptions, pino } from 'pino';
import type { ApiOptions } from './options.js';

/** Keys of ours wherever they stand, whatever stands behind `Bearer` or `Basic`, and the user part of an address. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/isk_[A-Za-z0-9_-]+/g, 'isk_[hidden]'],
  [/\b(bearer|basic)( |%20|\+)+[^\s"\\]+/gi, '$1 [hidden]'],
  [/:\/\/[^\s"\\/@]+@/g, '://[hidden]@'],
];

/** The text without secrets. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const [pattern, instead] of SECRETS) clean = clean.replace(pattern, instead);
  return clean;
}

const HIDDEN = [
  'authorization',
  'cookie',
  'password',
  'databaseUrl',
  'key',
  'token',
  '*.authorization',
  '*.cookie',
  '*.password',
  '*.databaseUrl',
  '*.key',
  '*.token',
];

/** A logger whose every line goes through `withoutSecrets`; to standard error if nothing else is given. */
export function openLog({ level = 'info', to }: Partial<NonNullable<ApiOptions['log']>> = {}): Logger {
  const out: DestinationStream = to ?? destination({ dest: 2, sync: false });
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: { paths: HIDDEN, censor: '[hidden]' },
    formatters: { level: (label) => ({ level: label }) },
  };
  return pino(options, { write: (line: string) => out.write(withoutSecrets(line)) });
}
