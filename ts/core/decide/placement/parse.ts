/** Nodes and functions from what a file or a program gives. */
import { gridIntensity } from '../bill/energy/grid.js';
import { POWER_COEFFICIENTS } from '../bill/energy/power.js';
import { type FieldPath, type Fields, itemOf, listOf, pathWords, WrongField, wrong } from './fields.js';
import { type PlacementFunction, type PlacementInput, type PlacementNode, TIERS } from './input.js';
import { jurisdictionsOf, REGIONS } from './network/regions.js';

const MIB_PER_GIB = 1024;
const THOUSANDTH = 0.001;
/** How long a start takes where nobody says: an assumption. */
const USUAL_START_MS = 1000;
/** Room for as many instances as anybody has. */
export const ANY_INSTANCES = 1_000_000_000;

/**
 * Nodes and functions, checked, with all defaults filled in.
 *
 * `nodes` and `functions` are lists of objects, or objects with one such list under that name, as a YAML or JSON file gives them. A node's carbon
 * intensity and jurisdictions are those of its region unless it has its own. A node with `regions`, as in `aws:*` or a list of `provider:region`, stands for one node in each of
 * these, by the region's name.
 *
 * Errors: `BAD_ARGUMENT` with the field, what was found and what was expected: for unknown fields, names twice, and nodes and functions that are not there.
 * `WrongField`, which it is, has the path of the field. Nothing is guessed: what is not understood is refused.
 * Complexity: O(fields), and for `regions` O(nodes that they stand for).
 * Source: carbon intensities and jurisdictions of regions are those of `gridIntensity` and of the table of regions that ships.
 *
 * @example
 * const nodes = [{ name: 'dublin', tier: 'cloud', provider: 'aws', region: 'eu-west-1', vcpu: 8, memoryGib: 32 }];
 * const functions = [{ name: 'checkout', memoryMiB: 512, vcpu: 0.5, callsPerHour: { 'gcp:europe-west1': 900 } }];
 * parsePlacement(nodes, functions).nodes[0].jurisdictions; // ['ie', 'eu']
 */
export function parsePlacement(nodes: unknown, functions: unknown): PlacementInput {
  const given = eachRegion(listIn('nodes', nodes));
  const input = {
    nodes: given.map(({ path, value }) => itemOf(path, value, nodeOf)),
    functions: listOf(['functions'], listIn('functions', functions), functionOf),
  };
  const known = namesOf(input.nodes, (i) => given[i].path);
  const callable = namesOf(input.functions, (i) => ['functions', i]);
  input.functions.forEach(({ node, calls, name }, i) => {
    if (node !== null && !known.has(node)) throw absent(['functions', i, 'node'], node, 'the name of a node');
    calls.forEach(({ to }, at) => {
      const path = ['functions', i, 'calls', at, 'to'];
      if (!callable.has(to)) throw absent(path, to, 'the name of a function');
      if (to === name) throw new WrongField(path, `${pathWords(path)} is the function itself`);
    });
  });
  return input;
}

/** The list in a file that is one, or that has one under its name. */
export function listIn(name: 'nodes' | 'functions', value: unknown): unknown {
  const isKeyed = typeof value === 'object' && value !== null && name in value;
  return isKeyed ? (value as Record<string, unknown>)[name] : value;
}

/** Nodes one by one, those too that one entry stands for; each with the entry's place. */
function eachRegion(nodes: unknown): { path: FieldPath; value: unknown }[] {
  if (!Array.isArray(nodes)) throw wrong(['nodes'], nodes, 'a list');
  return nodes.flatMap((node: unknown, i) => {
    const path = ['nodes', i];
    if (typeof node !== 'object' || node === null || !('regions' in node)) return [{ path, value: node }];
    const { regions, ...others } = node;
    const wanted: unknown[] = Array.isArray(regions) ? regions : [regions];
    return wanted.flatMap((one) => {
      const found = regionsLike(String(one));
      if (found.length === 0)
        throw absent(
          [...path, 'regions'],
          String(one),
          'the name of a known region, as aws:eu-west-1, or of all of a provider, as aws:*',
        );
      return found.map((name) => {
        const [provider, region] = name.split(':');
        return { path, value: { name, provider, region, ...others } };
      });
    });
  });
}

function regionsLike(wanted: string): string[] {
  const provider = /^(\w+):\*$/.exec(wanted)?.[1];
  return REGIONS.map(({ name }) => name).filter((name) =>
    provider === undefined ? name === wanted : name.startsWith(`${provider}:`),
  );
}

function namesOf(all: readonly { name: string }[], pathOf: (i: number) => FieldPath): Set<string> {
  const names = new Set<string>();
  all.forEach(({ name }, i) => {
    const path = pathOf(i);
    if (names.has(name)) throw new WrongField(path, `${pathWords([...path, 'name'])} is '${name}' once more`);
    names.add(name);
  });
  return names;
}

const absent = (path: FieldPath, name: string, expected: string): WrongField =>
  new WrongField(path, `${pathWords(path)} is '${name}'; expected ${expected}`);

function nodeOf(fields: Fields): PlacementNode {
  const [provider, region] = [fields.text('provider'), fields.text('region')];
  const known = REGIONS.find(({ name }) => name === `${provider}:${region}`);
  const ownLaw = fields.texts('jurisdictions');
  return {
    name: fields.text('name'),
    tier: fields.oneOf('tier', TIERS),
    provider,
    region,
    vcpu: fields.multiple('vcpu', THOUSANDTH),
    memoryMiB: fields.multiple('memoryGib', 1 / MIB_PER_GIB) * MIB_PER_GIB,
    instances: fields.multiple('instances', 1, ANY_INSTANCES),
    usdPerVcpuHour: fields.number('usdPerVcpuHour', 0),
    usdPerGibHour: fields.number('usdPerGibHour', 0),
    usdPerMillionCalls: fields.number('usdPerMillionCalls', 0),
    gramsPerKwh: fields.has('gramsPerKwh') ? fields.number('gramsPerKwh') : gridOf(fields.path, provider, region),
    jurisdictions: ownLaw?.map((one) => one.toLowerCase()) ?? (known === undefined ? [] : jurisdictionsOf(known)),
    roundTripsMs: fields.numbers('roundTripsMs'),
  };
}

function gridOf(path: FieldPath, provider: string, region: string): number {
  const words = (about: string): WrongField => new WrongField(path, `${pathWords(path)}.${about}`);
  if (!Object.hasOwn(POWER_COEFFICIENTS, provider))
    throw words(`gramsPerKwh is missing; expected g CO2e per kWh, as nothing is known of ${provider}:${region}`);
  try {
    return gridIntensity(provider as keyof typeof POWER_COEFFICIENTS, region);
  } catch (cause) {
    throw words(`region: ${(cause as Error).message}, or its gramsPerKwh`);
  }
}

function functionOf(fields: Fields): PlacementFunction {
  return {
    name: fields.text('name'),
    memoryMiB: fields.multiple('memoryMiB', 1),
    vcpu: fields.multiple('vcpu', THOUSANDTH),
    instances: fields.multiple('instances', 1, 1),
    callsPerHour: fields.numbers('callsPerHour'),
    data: fields.list('data', (data) => ({
      region: data.text('region'),
      gbPerHour: data.number('gbPerHour'),
      requestsPerHour: data.number('requestsPerHour', 0),
    })),
    calls: fields.list('calls', (call) => ({
      to: call.text('to'),
      perHour: call.number('perHour'),
      requestKb: call.number('requestKb', 0),
      responseKb: call.number('responseKb', 0),
    })),
    node: fields.has('node') ? fields.text('node') : null,
    stateGb: fields.number('stateGb', 0),
    startMs: fields.number('startMs', USUAL_START_MS),
    residency: fields.texts('residency')?.map((one) => one.toLowerCase()) ?? null,
    maxLatencyMs: fields.has('maxLatencyMs') ? fields.number('maxLatencyMs') : null,
  };
}
