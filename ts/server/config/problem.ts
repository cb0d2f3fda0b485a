/** What is wrong with a configuration, where, and how it is said. */
import { type InputPlace, IsothermError } from 'isotherm/kernels';
import type { SeenFile } from './seen-file.js';

/** Part of a source text. */
export interface SourcePlace {
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in characters. */
  column: number;
  /** The line as it may be shown; '' for one that is too long. */
  shown: string;
  /** Characters that are meant, on that line. */
  length: number;
}

/** Where a value comes from. */
export type Origin =
  | { from: 'default' }
  | { from: 'file'; file: string; line: number; column: number }
  | { from: 'environment'; variable: string }
  /** A secret that lies in a file of its own. */
  | { from: 'secret-file'; path: string };

export interface ConfigProblem {
  /** As in `prediction.update_interval`; '' for the file as a whole. */
  key: string;
  /** What was found, what was expected, and what may have been meant. */
  message: string;
  /** Where in the file. */
  place?: SourcePlace;
  /** The environment variable that it is about. */
  variable?: string;
}

/** The problem with its place, its line and a caret below. */
export function problemInWords({ message, place, variable }: ConfigProblem): string {
  if (variable !== undefined) return `environment variable ${variable}: ${message}`;
  if (place === undefined) return message;
  const { file, line, column, shown, length } = place;
  const head = `${file}:${line}:${column}: ${message}`;
  if (shown === '') return head;
  const gutter = String(line);
  const { text, before, under } = window(shown, column - 1, length);
  const carets = '^'.repeat(Math.max(1, under));
  return [
    head,
    `  ${gutter} | ${text}`,
    `  ${' '.repeat(gutter.length)} | ${before.replaceAll(/[^\t]/g, ' ')}${carets}`,
  ].join('\n');
}

const SHOWN = 120;
const LEAD = 40;

/** So much of a long line as can be read, around what is meant. */
function window(line: string, at: number, length: number): { text: string; before: string; under: number } {
  const from = line.length <= SHOWN ? 0 : Math.max(0, Math.min(at - LEAD, line.length - SHOWN));
  const text = line.slice(from, from + SHOWN);
  return { text, before: text.slice(0, at - from), under: Math.min(length, text.length - (at - from)) };
}

/** More than these help nobody. */
const MOST_SHOWN = 20;

/** `CONFIG_INVALID`, with all that is wrong. */
export class ConfigInvalid extends IsothermError {
  readonly problems: readonly ConfigProblem[];
  /** What was read, where it is known: a mistake in one of these files is mended there. */
  readonly files: readonly SeenFile[];

  constructor(file: string, problems: readonly ConfigProblem[], files: readonly SeenFile[] = []) {
    const shown = problems.slice(0, MOST_SHOWN).map(problemInWords);
    const left = problems.length - shown.length;
    if (left > 0) shown.push(`and ${left} more`);
    const count = problems.length === 1 ? 'one mistake' : `${problems.length} mistakes`;
    super('CONFIG_INVALID', `${file} has ${count}\n\n${shown.join('\n\n')}`, { place: firstPlace(file, problems) });
    this.problems = problems;
    this.files = files;
  }
}

function firstPlace(file: string, problems: readonly ConfigProblem[]): InputPlace {
  const place = problems.find((one) => one.place !== undefined)?.place;
  return place === undefined ? { file } : { file, line: place.line, column: place.column };
}
