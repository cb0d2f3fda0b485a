/** The files that name nodes and functions: read, checked, and what is wrong in them shown where it stands. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { checkRegions, parsePlacement, placementNetwork, WrongField } from 'isotherm/decide';
import { IsothermError } from 'isotherm/kernels';
import type { PlacementFiles } from './config.js';
import { escaped, type ReadDocument, readDocument } from './document.js';
import type { ConfigProblem } from './problem.js';
import { type SeenFile, stateOf } from './seen-file.js';
import type { FilledFile } from './values.js';

const NAMES = ['nodes', 'functions'] as const;
type Name = (typeof NAMES)[number];

export interface ReadFiles {
  /** Null where none are named, or something is wrong. */
  files: PlacementFiles | null;
  problems: ConfigProblem[];
  seen: SeenFile[];
  /** A digest of each, by JSON pointer to the key that names it. */
  contents: Map<string, string>;
}

/** Nothing in these files is secret. */
class Everything extends Set<string> {
  override has(): boolean {
    return true;
  }
}

/** Values of one file, and its text for messages. */
interface ReadList {
  path: string;
  bytes: Uint8Array;
  value: unknown;
}

export async function readPlacementFiles({ placement }: FilledFile, folder: string): Promise<ReadFiles> {
  const read: ReadFiles = { files: null, problems: [], seen: [], contents: new Map() };
  const { nodes, functions } = placement;
  if (nodes === undefined || functions === undefined) return read;
  const paths = { nodes, functions };
  const lists: Partial<Record<Name, ReadList>> = {};
  for (const name of NAMES) {
    const list = await readList(name, paths[name], resolve(folder, paths[name]), read);
    if (list !== null) lists[name] = list;
  }
  if (lists.nodes === undefined || lists.functions === undefined) return read;
  const wrong = problemIn(lists.nodes, lists.functions);
  if (wrong !== null) {
    read.problems.push(wrong);
    return read;
  }
  const given = JSON.stringify({ nodes: lists.nodes.value, functions: lists.functions.value });
  return { ...read, files: { ...paths, given } };
}

async function readList(name: Name, path: string, at: string, read: ReadFiles): Promise<ReadList | null> {
  const key = `placement.${name}`;
  read.seen.push({ path: at, state: await stateOf(at) });
  let bytes: Uint8Array;
  try {
    bytes = await readFile(at);
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    const message = `${key} names ${path}: it cannot be read (${code}); expected a file with ${name}`;
    read.problems.push({ key, message });
    return null;
  }
  read.contents.set(`/placement/${name}`, createHash('sha256').update(bytes).digest('hex'));
  if (path.endsWith('.json')) {
    try {
      return { path, bytes, value: JSON.parse(new TextDecoder().decode(bytes)) };
    } catch (cause) {
      read.problems.push({ key, message: `${path}: it is no JSON (${(cause as Error).message})` });
      return null;
    }
  }
  const { value, problems } = readDocument(path, bytes, new Everything());
  read.problems.push(...problems.map((problem) => ({ ...problem, key })));
  return problems.length > 0 ? null : { path, bytes, value };
}

/** The first thing that is wrong; what may be measured may be left out. */
function problemIn(nodes: ReadList, functions: ReadList): ConfigProblem | null {
  try {
    checkRegions(parsePlacement(nodes.value, withMemory(functions.value)), placementNetwork());
    return null;
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    if (!(thrown instanceof WrongField)) return { key: 'placement.nodes', message: `${nodes.path}: ${thrown.message}` };
    const [first, ...rest] = thrown.path;
    const list = first === 'functions' ? functions : nodes;
    return placed(list, `placement.${String(first)}`, [String(first), ...rest.map(String)], thrown.message);
  }
}

/** The list under its name where it stands there, and not by itself. */
function withMemory(value: unknown): unknown {
  const isKeyed = typeof value === 'object' && value !== null && 'functions' in value;
  const list = isKeyed ? (value as { functions: unknown }).functions : value;
  if (!Array.isArray(list)) return list;
  return list.map((one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? { ...one, memoryMiB: (one as { memoryMiB?: unknown }).memoryMiB ?? 1 }
      : one,
  );
}

/** A problem at its line: the field, or what is nearest around it in the text. */
function placed(
  { path, bytes, value }: ReadList,
  key: string,
  parts: readonly string[],
  message: string,
): ConfigProblem {
  const document: ReadDocument = readDocument(path, bytes, new Everything());
  const isKeyed = typeof value === 'object' && value !== null && !Array.isArray(value);
  const below = isKeyed ? parts : parts.slice(1);
  for (let length = below.length; length >= 0; length--) {
    const pointer = below
      .slice(0, length)
      .map((part) => `/${escaped(part)}`)
      .join('');
    const span = document.spans.get(pointer);
    if (span === undefined) continue;
    const { from, to } = length === below.length ? span.value : (span.key ?? span.value);
    return { key, message, place: document.source.place(from, to) };
  }
  return { key, message: `${path}: ${message}` };
}
