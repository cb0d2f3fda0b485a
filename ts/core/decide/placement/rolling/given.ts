/** Functions as their file has them, and what was measured in the place of what it leaves out. */
import { WrongField } from '../fields.js';
import type { PlacementInput } from '../input.js';
import type { NetworkFigures, PlacementNetwork } from '../network/network.js';
import { isMeasured, NodeRegions } from '../node-regions.js';
import { listIn, parsePlacement } from '../parse.js';
import { checkRegions } from '../regions-check.js';
import { isRaw, type Raw } from './raw.js';

/** Nodes and functions as files give them: what `parsePlacement` takes. */
export interface GivenPlacement {
  nodes: unknown;
  functions: unknown;
  /** Figures of one's own between regions; those that ship where left out. */
  network?: NetworkFigures;
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

const isGiven = (raw: Raw, name: string): boolean => raw[name] !== undefined && raw[name] !== null;

/** Memory that stands in for what will be measured, MiB. */
const ANY_MEMORY_MIB = 1;

/**
 * Whether files are as a rolling decision takes them, of which what is measured may be left out: the names of the functions in them.
 *
 * @param network what they are placed in, as of `placementNetwork`.
 * @param usersIn `provider:region` that measured calls are taken to come from; null where they are not counted.
 *
 * Errors: `BAD_ARGUMENT` (a `WrongField`) as of `parsePlacement` and `checkRegions`, and for `usersIn`; `BAD_ARGUMENT` where the network lacks a figure between regions that are named. Complexity: O(fields + regions nodes).
 *
 * @example
 * const nodes = [{ name: 'dublin', tier: 'cloud', provider: 'aws', region: 'eu-west-1', vcpu: 8, memoryGib: 32 }];
 * checkGiven({ nodes, functions: [{ name: 'checkout', vcpu: 0.5 }] }, placementNetwork(), null); // ['checkout']
 */
export function checkGiven(
  { nodes, functions }: GivenPlacement,
  network: PlacementNetwork,
  usersIn: string | null,
): string[] {
  const list = listIn('functions', functions);
  const whole = Array.isArray(list)
    ? list.map((raw: unknown) =>
        isRaw(raw) && !isGiven(raw, 'memoryMiB') ? { ...raw, memoryMiB: ANY_MEMORY_MIB } : raw,
      )
    : list;
  const input = parsePlacement(nodes, whole);
  checkRegions(input, network);
  if (usersIn !== null && !network.regions.includes(usersIn) && !isMeasured(input.nodes, usersIn)) {
    const words = `users are in the region '${usersIn}', of which nothing is known; expected provider:region, as aws:eu-west-1`;
    throw new WrongField(['usersIn'], words);
  }
  const isFilled = Array.isArray(whole) && whole.some((raw: unknown) => isRaw(raw) && !isGiven(raw, 'callsPerHour'));
  checkFigures(input, network, isFilled ? usersIn : null);
  return input.functions.map(({ name }) => name);
}

/** Asks for every figure that a decision may need; `usersIn`: where calls come from that will be measured, null for none. */
function checkFigures(input: PlacementInput, network: PlacementNetwork, usersIn: string | null): void {
  const regions = new NodeRegions(input, network);
  for (const { name, callsPerHour, data } of input.functions) {
    for (const [region, calls] of Object.entries(callsPerHour)) if (calls > 0) regions.fromUsers(region, name);
    for (const { region } of data) regions.fromData(region, name);
  }
  if (usersIn !== null) regions.fromUsers(usersIn, 'functions that are measured');
  if (input.functions.some(({ calls }) => calls.length > 0)) regions.between();
}

const FIGURES = ['callsPerHour', 'memoryMiB', 'instances', 'startMs'] as const;

/**
 * What was seen, of what was stored of it; null where another version stored it in another way.
 *
 * @param stored of `JSON.parse`.
 *
 * Errors: none, whatever is given. Complexity: O(functions).
 *
 * @example
 * readSeen([{ name: 'checkout' }]); // null
 */
export function readSeen(stored: unknown): SeenFunction[] | null {
  const isSeen = (one: unknown): one is SeenFunction =>
    isRaw(one) &&
    typeof one.name === 'string' &&
    FIGURES.every((figure) => one[figure] === null || typeof one[figure] === 'number') &&
    typeof one.isHeld === 'boolean' &&
    typeof one.isPaused === 'boolean';
  return Array.isArray(stored) && stored.every(isSeen) ? stored : null;
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
