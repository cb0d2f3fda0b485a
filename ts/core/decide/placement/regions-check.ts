/** Whether the network knows all regions that nodes and functions name: before any figure is asked of it. */
import { type FieldPath, pathWords, WrongField } from './fields.js';
import type { PlacementInput } from './input.js';
import type { PlacementNetwork } from './network/network.js';
import { isMeasured } from './node-regions.js';

/**
 * Users may be in a region that the network does not know where every node has a round trip of its own from there.
 *
 * Errors: `BAD_ARGUMENT` (a `WrongField`) for the first region that is not known. Complexity: O(fields).
 *
 * @example
 * const nodes = [{ name: 'dublin', tier: 'cloud', provider: 'aws', region: 'eu-west-1', vcpu: 8, memoryGib: 32 }];
 * const functions = [{ name: 'checkout', memoryMiB: 512, vcpu: 0.5, callsPerHour: { 'gcp:europe-west1': 900 } }];
 * checkRegions(parsePlacement(nodes, functions), placementNetwork());
 */
export function checkRegions({ nodes, functions }: PlacementInput, { regions }: PlacementNetwork): void {
  const known = new Set(regions);
  const unknown = (path: FieldPath, region: string): WrongField =>
    new WrongField(
      path,
      `${pathWords(path)} names the region '${region}', of which nothing is known; expected provider:region, as aws:eu-west-1`,
    );
  for (const { name, provider, region } of nodes) {
    if (known.has(`${provider}:${region}`)) continue;
    throw new WrongField(
      ['nodes'],
      `the node ${name} is in ${provider}:${region}, of which no round trips are known; expected a region of the network, with roundTripsMs of its own where it is nearer to users`,
    );
  }
  functions.forEach(({ callsPerHour, data }, f) => {
    for (const region of Object.keys(callsPerHour)) {
      if (!known.has(region) && !isMeasured(nodes, region))
        throw unknown(['functions', f, 'callsPerHour', region], region);
    }
    data.forEach(({ region }, d) => {
      if (!known.has(region)) throw unknown(['functions', f, 'data', d, 'region'], region);
    });
  });
}
