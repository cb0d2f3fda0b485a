/** Files are refused for what a decision needs and has not got, and for nothing else. */
import { expect, it } from 'vitest';
import { checkGiven, placementNetwork } from '../../ts/core/decide/index.js';

const NODES = [{ name: 'dublin', tier: 'cloud', provider: 'aws', region: 'eu-west-1', vcpu: 8, memoryGib: 32 }];
/** A region from which no round trips are known, and one that every node measured. */
const NETWORK = placementNetwork({ egress: [{ from: 'aws:eu-west-1', to: 'edge:silent', value: 0.1 }] });
const MEASURED = NODES.map((node) => ({ ...node, roundTripsMs: { 'edge:own': 3 } }));

const check = (more: object, usersIn: string | null, nodes: unknown = NODES) =>
  checkGiven({ nodes, functions: [{ name: 'a', vcpu: 1, memoryMiB: 1, ...more }] }, NETWORK, usersIn);

it('asks for round trips of calls that will be measured only where some will be', () => {
  expect(check({ callsPerHour: { 'aws:eu-west-1': 9 } }, 'edge:silent')).toEqual(['a']);
  expect(() => check({}, 'edge:silent')).toThrow('no round trip is known from edge:silent to aws:eu-west-1');
});

it('asks for no round trips of no calls', () => {
  expect(check({ callsPerHour: { 'edge:silent': 0 } }, null)).toEqual(['a']);
  expect(() => check({ callsPerHour: { 'edge:silent': 1 } }, null)).toThrow('no round trip is known');
});

it('takes users to be in a region that the network does not know where all nodes measured it', () => {
  expect(check({}, 'edge:own', MEASURED)).toEqual(['a']);
  expect(() => check({}, 'edge:own')).toThrow("users are in the region 'edge:own', of which nothing is known");
});
