/** What the files of a placement hold: read, checked, and what is wrong in them shown where it stands. Of bytes alone, so that any thread can do it. */
import {
  checkGiven,
  type FiguresFiles,
  figuresOf,
  type GivenPlacement,
  type NetworkFigures,
  placementNetwork,
  WrongField,
} from 'isotherm/decide';
import { IsothermError } from 'isotherm/kernels';
import { escaped, type ReadDocument, readDocument } from './document.js';
import type { ConfigProblem } from './problem.js';

/** A file as it was read, and what messages call it. */
export interface ReadFile {
  path: string;
  bytes: Uint8Array;
}

/** What could not be read is left out. */
export interface PlacementBytes {
  nodes?: ReadFile;
  functions?: ReadFile;
  /** Figures of one's own between regions. */
  roundTrips?: ReadFile;
  egress?: ReadFile;
  /** `provider:region` that measured calls are taken to come from. */
  usersIn: string | null;
  /** Whether nodes and functions are checked against the network; false where a file is missing. */
  isChecked: boolean;
}

/** Plain values, as a thread can send them. */
export interface PlacementLists {
  problems: ConfigProblem[];
  /** A `GivenPlacement` as JSON, and the names of its functions; empty where something is wrong. */
  given: string;
  names: string[];
}

/** Nothing in these files is secret. */
class Everything extends Set<string> {
  override has(): boolean {
    return true;
  }
}

/** Values of one file, and its text for messages. */
interface ReadList extends ReadFile {
  value: unknown;
}

/** O(bytes). */
export function readPlacementLists(files: PlacementBytes): PlacementLists {
  const problems: ConfigProblem[] = [];
  const nodes = readList('nodes', files.nodes, problems);
  const functions = readList('functions', files.functions, problems);
  const network = readNetwork(files, problems);
  const nothing = { problems, given: '', names: [] };
  if (problems.length > 0 || !files.isChecked || nodes === null || functions === null) return nothing;
  const given: GivenPlacement = {
    nodes: nodes.value,
    functions: functions.value,
    ...(Object.keys(network).length > 0 && { network }),
  };
  try {
    const names = checkGiven(given, placementNetwork(network), files.usersIn);
    return { problems, given: JSON.stringify(given), names };
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    problems.push(problemOf(thrown, nodes, functions));
    return nothing;
  }
}

function readList(name: 'nodes' | 'functions', file: ReadFile | undefined, problems: ConfigProblem[]): ReadList | null {
  if (file === undefined) return null;
  const { path, bytes } = file;
  const key = `placement.${name}`;
  if (path.endsWith('.json')) {
    try {
      return { path, bytes, value: JSON.parse(new TextDecoder().decode(bytes)) };
    } catch (cause) {
      problems.push({ key, message: `${path}: it is no JSON (${(cause as Error).message})` });
      return null;
    }
  }
  const { value, problems: found } = readDocument(path, bytes, new Everything());
  problems.push(...found.map((problem) => ({ ...problem, key })));
  return found.length > 0 ? null : { path, bytes, value };
}

const FIGURES = { roundTrips: 'placement.round_trips', egress: 'placement.egress' } as const;

function readNetwork(files: PlacementBytes, problems: ConfigProblem[]): NetworkFigures {
  const texts: FiguresFiles = {};
  for (const name of ['roundTrips', 'egress'] as const) {
    const file = files[name];
    if (file === undefined) continue;
    const read = { path: file.path, text: new TextDecoder().decode(file.bytes) };
    try {
      figuresOf({ [name]: read });
      texts[name] = read;
    } catch (thrown) {
      if (!(thrown instanceof IsothermError)) throw thrown;
      problems.push({ key: FIGURES[name], message: thrown.message });
    }
  }
  return figuresOf(texts);
}

function problemOf(thrown: IsothermError, nodes: ReadList, functions: ReadList): ConfigProblem {
  if (!(thrown instanceof WrongField)) return { key: 'placement.nodes', message: `${nodes.path}: ${thrown.message}` };
  const [first, ...rest] = thrown.path;
  if (first === 'usersIn') return { key: 'placement.users_in', message: `placement.users_in: ${thrown.message}` };
  const list = first === 'functions' ? functions : nodes;
  return placed(list, `placement.${String(first)}`, [String(first), ...rest.map(String)], thrown.message);
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
