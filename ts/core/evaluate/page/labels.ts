/** Places labels beside points so that they cover neither each other nor what is drawn. All lengths in pixels. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface LabelRequest {
  /** The point that is labelled. */
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Obstacle {
  x: number;
  y: number;
  radius: number;
  /** What covering it costs; covering another label costs 1000. */
  weight: number;
}

const DIRECTIONS = 12;
const DISTANCES = [8, 14, 22, 34, 48, 64, 84, 110, 140];
const ROUNDS = 4;
/** A label this near to a foreign point would be read as that point's. */
const CLOSE = 12;
const CLOSE_COST = 60;

/**
 * Greedy over the labels, the most crowded first, then each again against all others. A label for which nothing free
 * is left is `undefined`. O(labels^2 + labels x obstacles).
 *
 * @example
 * placeLabels([{ x: 50, y: 50, width: 40, height: 12 }], [], { x: 0, y: 0, width: 100, height: 100 }) // [{ x: 58, y: 44, … }]
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  obstacles: readonly Obstacle[],
  frame: Box,
): (Box | undefined)[] {
  const placed: (Box | undefined)[] = requests.map(() => undefined);
  const crowd = (a: LabelRequest): number => requests.filter((b) => Math.hypot(a.x - b.x, a.y - b.y) < 60).length;
  const order = requests.map((_, i) => i).sort((a, b) => crowd(requests[b]!) - crowd(requests[a]!) || a - b);
  for (let round = 0; round < ROUNDS; round++) {
    for (const i of order) {
      placed[i] = undefined;
      placed[i] = cheapest(requests[i]!, requests, placed, obstacles, frame);
    }
  }
  return placed;
}

function cheapest(
  request: LabelRequest,
  requests: readonly LabelRequest[],
  placed: readonly (Box | undefined)[],
  obstacles: readonly Obstacle[],
  frame: Box,
): Box | undefined {
  let best: Box | undefined;
  let bestCost = 1000;
  for (const distance of DISTANCES) {
    for (let step = 0; step < DIRECTIONS; step++) {
      const box = beside(request, (step * 2 * Math.PI) / DIRECTIONS, distance);
      if (!within(box, frame)) continue;
      let cost = distance + (step === 0 ? 0 : 2);
      for (const other of placed) if (other !== undefined && overlap(box, other, 2)) cost += 1000;
      for (const other of requests) if (other !== request && distanceTo(box, other) < CLOSE) cost += CLOSE_COST;
      for (const { x, y, radius, weight } of obstacles) {
        if (overlap(box, { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius }, 1)) cost += weight;
      }
      if (cost < bestCost) {
        best = box;
        bestCost = cost;
      }
    }
  }
  return best;
}

/** The box whose nearest edge or corner is `distance` from the point in the direction `angle`. */
function beside({ x, y, width, height }: LabelRequest, angle: number, distance: number): Box {
  const dx = Math.cos(angle);
  const dy = Math.sin(angle);
  return {
    x: x + dx * distance - (width * (1 - dx)) / 2,
    y: y + dy * distance - (height * (1 - dy)) / 2,
    width,
    height,
  };
}

function distanceTo(box: Box, { x, y }: { x: number; y: number }): number {
  return Math.hypot(Math.max(box.x - x, 0, x - box.x - box.width), Math.max(box.y - y, 0, y - box.y - box.height));
}

export function overlap(a: Box, b: Box, gap: number): boolean {
  return (
    a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap
  );
}

function within(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
