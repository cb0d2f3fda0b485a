/** Functions as their file has them, and what was measured in the place of what it leaves out. */

/** Nodes and functions as files give them: what `parsePlacement` takes. */
export interface GivenPlacement {
  nodes: unknown;
  functions: unknown;
}

/** What a control plane knows of a function of the file; null where it knows nothing. */
export interface SeenFunction {
  name: string;
  callsPerHour: number | null;
  memoryMiB: number | null;
  instances: number | null;
  /** How long its starts take, ms. */
  startMs: number | null;
  /** There are no data of it now: these are the last good figures. */
  isHeld: boolean;
  /** It stays where it is. */
  isPaused: boolean;
}

/** The fields that may be measured, in the order of a file. */
const MEASURED = ['memoryMiB', 'instances', 'startMs'] as const;

export interface Completed {
  /** What `parsePlacement` takes for functions. */
  functions: unknown;
  /** Functions with a field that was measured, and those of them whose figures are not of now. */
  measured: number;
  held: number;
  /** Names of functions whose memory nobody knows: they are not placed, and calls to them are not counted. */
  leftOut: string[];
}

type Raw = Record<string, unknown>;

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);

const isGiven = (raw: Raw, name: string): boolean => raw[name] !== undefined && raw[name] !== null;

/** The list in a file that is one, or that has one under its name. */
export function listIn(name: 'nodes' | 'functions', value: unknown): unknown {
  return isRaw(value) && name in value ? value[name] : value;
}

/** Fills in what was measured. Calls are taken to come from `usersIn`; where that is null they are not counted. O(functions). */
export function completed(given: unknown, seen: readonly SeenFunction[], usersIn: string | null): Completed {
  const list = listIn('functions', given);
  const result: Completed = { functions: list, measured: 0, held: 0, leftOut: [] };
  if (!Array.isArray(list)) return result;
  const known = new Map(seen.map((one) => [one.name, one]));
  const all = list.map((raw: unknown) => {
    if (!isRaw(raw)) return raw;
    const one = known.get(String(raw.name));
    const own: Raw = { ...raw };
    if (one !== undefined && fill(own, one, usersIn)) {
      result.measured++;
      if (one.isHeld) result.held++;
    }
    if (!isGiven(own, 'memoryMiB')) result.leftOut.push(String(raw.name));
    return own;
  });
  result.functions = result.leftOut.length === 0 ? all : without(all, new Set(result.leftOut));
  return result;
}

/** Whether anything was filled in. */
function fill(own: Raw, seen: SeenFunction, usersIn: string | null): boolean {
  let isFilled = false;
  for (const name of MEASURED) {
    if (isGiven(own, name) || seen[name] === null) continue;
    own[name] = seen[name];
    isFilled = true;
  }
  if (!isGiven(own, 'callsPerHour') && usersIn !== null && seen.callsPerHour !== null) {
    own.callsPerHour = { [usersIn]: seen.callsPerHour };
    isFilled = true;
  }
  return isFilled;
}

function without(all: readonly unknown[], names: ReadonlySet<string>): unknown[] {
  return all.flatMap((one) => {
    if (!isRaw(one)) return [one];
    if (names.has(String(one.name))) return [];
    if (!Array.isArray(one.calls)) return [one];
    return [{ ...one, calls: one.calls.filter((call) => !isRaw(call) || !names.has(String(call.to))) }];
  });
}
