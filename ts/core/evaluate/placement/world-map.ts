/** A map of dots with regions and moves on it, as SVG. */

import { counted } from '../../decide/figures.js';
import type { PlacementInput } from '../../decide/placement/input.js';
import { REGIONS } from '../../decide/placement/network/regions.js';
import type { Placed } from '../../decide/placement/place.js';
import { text } from '../html.js';
import { landDots } from './land.js';

const WIDTH = 1072;
const WEST = -170;
const EAST = 190;
const NORTH = 75;
const SOUTH = -57;
/** Degrees of latitude are drawn longer than those of longitude, as on maps that people know. */
const STRETCH = 1.2;
const SCALE = WIDTH / (EAST - WEST);
const HEIGHT = Math.round((NORTH - SOUTH) * STRETCH * SCALE);

interface Point {
  x: number;
  y: number;
}

const tenths = (value: number): string => String(Math.round(value * 10) / 10);

function pointOf(latitude: number, longitude: number): Point {
  const east = longitude < WEST ? longitude + 360 : longitude;
  return { x: (east - WEST) * SCALE, y: (NORTH - latitude) * STRETCH * SCALE };
}

/** Nodes that lie on one place. */
interface Spot {
  point: Point;
  label: string;
  nodes: string[];
  functions: number;
  /** The largest share that is taken of a resource of one of its nodes. */
  load: number;
}

/** The map; '' where no node's region is known. `moves` are drawn between regions, thicker for more functions. */
export function worldMap(input: PlacementInput, placed: Placed): string {
  const place = new Map(REGIONS.map((region) => [region.name, region]));
  const spots = new Map<string, Spot>();
  const spotOfNode = new Map<string, Spot>();
  input.nodes.forEach(({ name, provider, region }, n) => {
    const known = place.get(`${provider}:${region}`);
    if (known === undefined) return;
    const key = known.city;
    const spot = spots.get(key) ?? {
      point: pointOf(known.latitude, known.longitude),
      label: known.city,
      nodes: [],
      functions: 0,
      load: 0,
    };
    const { functions, memory, vcpu, instances } = placed.nodes[n];
    spot.nodes.push(`${name}: ${counted(functions, 'function')}`);
    spot.functions += functions;
    spot.load = Math.max(spot.load, memory, vcpu, instances);
    spots.set(key, spot);
    spotOfNode.set(name, spot);
  });
  if (spots.size === 0) return '';
  const all = [...spots.values()];
  const users = usersOf(input, place);
  const parts = [
    land(),
    users.join(''),
    ...arcs(placed, spotOfNode),
    ...all.sort((a, b) => b.functions - a.functions).map(dot),
    labels(all),
  ];
  return `<svg class="world" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Regions of the nodes on a map, and the moves between them">${parts.join('')}</svg>`;
}

const land = (): string => {
  const dots = landDots().map(({ latitude, longitude }) => {
    const { x, y } = pointOf(latitude, longitude);
    return `M${tenths(x)} ${tenths(y)}h0`;
  });
  return `<path class="land" d="${dots.join('')}"/>`;
};

/** Where the calls come from: rings whose area goes with them. */
function usersOf(
  { functions }: PlacementInput,
  place: ReadonlyMap<string, { latitude: number; longitude: number; city: string }>,
): string[] {
  const calls = new Map<string, number>();
  for (const { callsPerHour } of functions) {
    for (const [region, some] of Object.entries(callsPerHour)) calls.set(region, (calls.get(region) ?? 0) + some);
  }
  const most = Math.max(1, ...calls.values());
  return [...calls].flatMap(([region, some]) => {
    const known = place.get(region);
    if (known === undefined || some === 0) return [];
    const { x, y } = pointOf(known.latitude, known.longitude);
    const radius = 8 + 22 * Math.sqrt(some / most);
    return [
      `<circle class="users" cx="${tenths(x)}" cy="${tenths(y)}" r="${tenths(radius)}"><title>${text(`Users near ${known.city}: ${Math.round(some)} calls an hour`)}</title></circle>`,
    ];
  });
}

/** Moves as arcs that bend to the left of where they go, so that two ways between places are two arcs. */
function arcs({ functions }: Placed, spotOfNode: ReadonlyMap<string, Spot>): string[] {
  const ways = new Map<string, { from: Spot; to: Spot; names: string[] }>();
  for (const { name, from, node, isMoved } of functions) {
    const [a, b] = [from === null ? undefined : spotOfNode.get(from), spotOfNode.get(node)];
    if (!isMoved || a === undefined || b === undefined || a === b) continue;
    const key = `${a.label} ${b.label}`;
    const way = ways.get(key) ?? { from: a, to: b, names: [] };
    way.names.push(name);
    ways.set(key, way);
  }
  return [...ways.values()].map(({ from, to, names }) => {
    const [dx, dy] = [to.point.x - from.point.x, to.point.y - from.point.y];
    const length = Math.hypot(dx, dy);
    const bend = Math.min(0.22 * length, 90) / Math.max(length, 1);
    const middle = { x: (from.point.x + to.point.x) / 2 + dy * bend, y: (from.point.y + to.point.y) / 2 - dx * bend };
    // The line ends at the rim of the dot.
    const [ux, uy] = [to.point.x - middle.x, to.point.y - middle.y];
    const rim = radiusOf(to) + 5;
    const far = Math.max(Math.hypot(ux, uy), 1);
    const end = { x: to.point.x - (ux / far) * rim, y: to.point.y - (uy / far) * rim };
    const width = Math.min(6, 1.5 + Math.sqrt(names.length - 1) * 0.8);
    const what = names.length > 6 ? `${names.slice(0, 6).join(', ')}, …` : names.join(', ');
    const [sx, sy] = [ux / far, uy / far];
    const tip = 4 + width;
    const head = `M${tenths(end.x + sx * 3)} ${tenths(end.y + sy * 3)}L${tenths(end.x - sx * tip - sy * tip * 0.55)} ${tenths(end.y - sy * tip + sx * tip * 0.55)}L${tenths(end.x - sx * tip + sy * tip * 0.55)} ${tenths(end.y - sy * tip - sx * tip * 0.55)}Z`;
    return `<g class="way"><title>${text(`${counted(names.length, 'function')} from ${from.label} to ${to.label}: ${what}`)}</title><path class="line" style="stroke-width:${tenths(width)}px" d="M${tenths(from.point.x)} ${tenths(from.point.y)}Q${tenths(middle.x)} ${tenths(middle.y)} ${tenths(end.x)} ${tenths(end.y)}"/><path class="head" d="${head}"/></g>`;
  });
}

const radiusOf = ({ functions }: Spot): number => (functions === 0 ? 3 : Math.min(14, 4 + 1.6 * Math.sqrt(functions)));

function dot(spot: Spot): string {
  const { point, label, nodes, functions } = spot;
  const title = text(`${label}\n${nodes.join('\n')}`);
  return `<circle class="spot${functions === 0 ? ' empty' : ''}" cx="${tenths(point.x)}" cy="${tenths(point.y)}" r="${tenths(radiusOf(spot))}"><title>${title}</title></circle>`;
}

const LABEL_HEIGHT = 16;
const LETTER = 6.6;

/** Names of the places with functions, the fullest first, where no other name or dot is in the way. */
function labels(spots: readonly Spot[]): string {
  const taken = spots
    .filter(({ functions }) => functions > 0)
    .map((spot) => box(spot.point.x, spot.point.y, radiusOf(spot)));
  const written: string[] = [];
  for (const spot of spots) {
    if (spot.functions === 0) continue;
    const { x, y } = spot.point;
    const width = spot.label.length * LETTER;
    const off = radiusOf(spot) + 4;
    const options = [
      { x: x + off, y: y + 4, anchor: 'start', left: x + off },
      { x: x - off, y: y + 4, anchor: 'end', left: x - off - width },
      { x, y: y - off - 2, anchor: 'middle', left: x - width / 2 },
      { x, y: y + off + 11, anchor: 'middle', left: x - width / 2 },
    ];
    const own = box(x, y, radiusOf(spot));
    const free = options.find(({ left, y: base }) => {
      const room = { left, right: left + width, top: base - LABEL_HEIGHT + 4, bottom: base + 4 };
      const isFree = taken.every((other) => isSame(other, own) || !overlap(room, other));
      if (isFree) taken.push(room);
      return isFree && left > 0 && left + width < WIDTH;
    });
    if (free === undefined) continue;
    written.push(
      `<text x="${tenths(free.x)}" y="${tenths(free.y)}" text-anchor="${free.anchor}">${text(spot.label)}</text>`,
    );
  }
  return written.join('');
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const box = (x: number, y: number, r: number): Box => ({ left: x - r, right: x + r, top: y - r, bottom: y + r });
const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const isSame = (a: Box, b: Box): boolean => a.left === b.left && a.top === b.top && a.right === b.right;
