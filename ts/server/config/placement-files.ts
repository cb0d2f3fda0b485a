/** The files that `placement` names: read, and made into what the control plane takes. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PlacementFiles } from './config.js';
import { type PlacementBytes, type PlacementLists, type ReadFile, readPlacementLists } from './placement-lists.js';
import { readOnThread } from './placement-thread.js';
import type { ConfigProblem } from './problem.js';
import { type SeenFile, stateOf } from './seen-file.js';
import type { FilledFile } from './values.js';

export interface ReadFiles {
  /** Null where none are named, or something is wrong. */
  files: PlacementFiles | null;
  problems: ConfigProblem[];
  seen: SeenFile[];
  /** A digest of each, by JSON pointer to the key that names it. */
  contents: Map<string, string>;
}

/** The keys that name a file, and what is in it. */
const HOLDS = {
  nodes: 'nodes',
  functions: 'functions',
  round_trips: 'round trips',
  egress: 'prices of bytes',
} as const;
type Key = keyof typeof HOLDS;

/** Less than this is read at once, in some tens of ms at most: as long as a thread takes to begin. */
const MOST_AT_ONCE_BYTES = 1 << 16;

export async function readPlacementFiles({ placement }: FilledFile, folder: string): Promise<ReadFiles> {
  const read: ReadFiles = { files: null, problems: [], seen: [], contents: new Map() };
  const { nodes, functions } = placement;
  if (nodes === undefined || functions === undefined) return read;
  const found: Partial<Record<Key, ReadFile>> = {};
  for (const key of Object.keys(HOLDS) as Key[]) {
    const path = placement[key];
    const file = path === undefined ? null : await bytesOf(key, path, resolve(folder, path), read);
    if (file !== null) found[key] = file;
  }
  const { round_trips: roundTrips, ...lists } = found;
  const bytes = {
    ...lists,
    ...(roundTrips !== undefined && { roundTrips }),
    usersIn: placement.users_in ?? null,
    // Some of their regions may be in what could not be read.
    isChecked: read.problems.length === 0,
  };
  const { problems, given, names } = await listsOf(bytes, Object.values(found));
  read.problems.push(...problems);
  if (read.problems.length === 0) read.files = { nodes, functions, given, names };
  return read;
}

async function bytesOf(name: Key, path: string, at: string, read: ReadFiles): Promise<ReadFile | null> {
  const key = `placement.${name}`;
  read.seen.push({ path: at, state: await stateOf(at) });
  try {
    const bytes = await readFile(at);
    read.contents.set(`/placement/${name}`, createHash('sha256').update(bytes).digest('hex'));
    return { path, bytes };
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    const message = `${key} names ${path}: it cannot be read (${code}); expected a file with ${HOLDS[name]}`;
    read.problems.push({ key, message });
    return null;
  }
}

/** A large fleet takes a second: beside the event loop. */
async function listsOf(files: PlacementBytes, all: readonly ReadFile[]): Promise<PlacementLists> {
  const size = all.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return size > MOST_AT_ONCE_BYTES ? readOnThread(files) : readPlacementLists(files);
}
