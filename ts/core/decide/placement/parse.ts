/** Nodes and functions from what a file or a program gives. */
import { IsothermError } from '../../kernels/error.js';
import { gridIntensity } from '../bill/energy/grid.js';
import { POWER_COEFFICIENTS } from '../bill/energy/power.js';
import { type Fields, listOf } from './fields.js';
import { type PlacementFunction, type PlacementInput, type PlacementNode, TIERS } from './input.js';
import { jurisdictionsOf, REGIONS } from './network/regions.js';

const MIB_PER_GIB = 1024;
const THOUSANDTH = 0.001;
/** Room for as many instances as anybody has. */
const ANY_INSTANCES = 1_000_000_000;

/**
 * Nodes and functions, checked, with all defaults filled in.
 *
 * `nodes` and `functions` are lists of objects, or objects with one such list under that name, as a YAML or JSON file gives them. A node's carbon
 * intensity and jurisdictions are those of its region unless it has its own. A node with `regions`, as in `aws:*` or a list of `provider:region`, stands for one node in each of
 * these, by the region's name.
 *
 * Errors: `BAD_ARGUMENT` with the field, what was found and what was expected: for unknown fields, names twice, and nodes and functions that are not there.
 * Complexity: O(fields).
 *
 * @example
 * const nodes = [{ name: 'dublin', tier: 'cloud', provider: 'aws', region: 'eu-west-1', vcpu: 8, memoryGib: 32 }];
 * const functions = [{ name: 'checkout', memoryMiB: 512, vcpu: 0.5, callsPerHour: { 'gcp:europe-west1': 900 } }];
 * parsePlacement(nodes, functions).nodes[0].jurisdictions; // ['ie', 'eu']
 */
export function parsePlacement(nodes: unknown, functions: unknown): PlacementInput {
  const input = {
    nodes: listOf('nodes', eachRegion(under('nodes', nodes)), nodeOf),
    functions: listOf('functions', under('functions', functions), functionOf),
  };
  const known = namesOf('nodes', input.nodes);
  const callable = namesOf('functions', input.functions);
  input.functions.forEach(({ node, calls, name }, i) => {
    if (node !== null && !known.has(node)) throw absent(`functions[${i}].node`, node, 'node');
    calls.forEach(({ to }, at) => {
      if (!callable.has(to)) throw absent(`functions[${i}].calls[${at}].to`, to, 'function');
      if (to === name)
        throw new IsothermError('BAD_ARGUMENT', `functions[${i}].calls[${at}].to is the function itself`);
    });
  });
  return input;
}

/** What stands under a name, where it does. */
function under(name: string, value: unknown): unknown {
  const isKeyed = typeof value === 'object' && value !== null && name in value;
  return isKeyed ? (value as Record<string, unknown>)[name] : value;
}

/** Nodes that stand for many, one by one. */
function eachRegion(nodes: unknown): unknown {
  if (!Array.isArray(nodes)) return nodes;
  return nodes.flatMap((node: unknown, i) => {
    if (typeof node !== 'object' || node === null || !('regions' in node)) return [node];
    const { regions, ...others } = node;
    const wanted: unknown[] = Array.isArray(regions) ? regions : [regions];
    return wanted.flatMap((one) => {
      const path = `nodes[${i}].regions`;
      const found = regionsLike(String(one));
      if (found.length === 0)
        throw absent(path, String(one), 'known region, as aws:eu-west-1, or of all of a provider, as aws:*');
      return found.map((name) => {
        const [provider, region] = name.split(':');
        return { name, provider, region, ...others };
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

function namesOf(list: string, all: readonly { name: string }[]): Set<string> {
  const names = new Set<string>();
  all.forEach(({ name }, i) => {
    if (names.has(name)) throw new IsothermError('BAD_ARGUMENT', `${list}[${i}].name is '${name}' once more`);
    names.add(name);
  });
  return names;
}

const absent = (path: string, name: string, what: string): IsothermError =>
  new IsothermError('BAD_ARGUMENT', `${path} is '${name}'; expected the name of a ${what}`);

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

function gridOf(path: string, provider: string, region: string): number {
  if (Object.hasOwn(POWER_COEFFICIENTS, provider))
    return gridIntensity(provider as keyof typeof POWER_COEFFICIENTS, region);
  const words = `${path}.gramsPerKwh is missing; expected g CO2e per kWh, as nothing is known of ${provider}:${region}`;
  throw new IsothermError('BAD_ARGUMENT', words);
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
    residency: fields.texts('residency')?.map((one) => one.toLowerCase()) ?? null,
    maxLatencyMs: fields.has('maxLatencyMs') ? fields.number('maxLatencyMs') : null,
  };
}
