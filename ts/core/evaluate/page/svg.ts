/** Small pieces of SVG that the plotting library does not draw: placed labels. */
import { type Box, type LabelRequest, type Obstacle, placeLabels } from './labels.js';

const SVG = 'http://www.w3.org/2000/svg';
const FONT_SIZE = 12;
const LINE_HEIGHT = 15;

export function element<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

let measure: CanvasRenderingContext2D | null = null;

/** Width of a label in the page's font, px. */
export function textWidth(text: string): number {
  measure ??= document.createElement('canvas').getContext('2d');
  if (measure === null) return text.length * FONT_SIZE * 0.6;
  measure.font = `${FONT_SIZE}px ${getComputedStyle(document.body).fontFamily}`;
  return measure.measureText(text).width;
}

/** The end of a text, as much as fits in `width` px. */
export function fitText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let from = 1;
  const end = (): string => `…${text.slice(from).replace(/^…/, '')}`;
  while (from < text.length && textWidth(end()) > width) from++;
  return end();
}

export interface PointLabel {
  x: number;
  y: number;
  text: string;
  color: string;
  strong: boolean;
}

/** Draws labels near their points, with a leader line where one had to go further away. */
export function drawLabels(labels: readonly PointLabel[], obstacles: readonly Obstacle[], frame: Box): SVGGElement {
  const requests: LabelRequest[] = labels.map(({ x, y, text, strong }) => ({
    x,
    y,
    width: textWidth(text) * (strong ? 1.08 : 1),
    height: LINE_HEIGHT,
  }));
  const boxes = placeLabels(requests, obstacles, frame);
  const group = element('g', { 'font-size': FONT_SIZE, 'text-anchor': 'start', class: 'labels' });
  labels.forEach(({ x, y, text, color, strong }, i) => {
    const box = boxes[i];
    if (box === undefined) return;
    const nearX = Math.min(Math.max(x, box.x), box.x + box.width);
    const nearY = Math.min(Math.max(y, box.y + 2), box.y + box.height - 2);
    if (Math.hypot(nearX - x, nearY - y) > 13) {
      group.append(
        element('line', { x1: x, y1: y, x2: nearX, y2: nearY, stroke: color, 'stroke-width': 0.75, opacity: 0.7 }),
      );
    }
    const label = element('text', {
      x: box.x,
      y: box.y + LINE_HEIGHT - 4,
      fill: color,
      stroke: 'var(--surface)',
      'stroke-width': 3,
      'stroke-linejoin': 'round',
      'paint-order': 'stroke',
      'font-weight': strong ? 650 : 400,
    });
    label.textContent = text;
    group.append(label);
  });
  return group;
}

/** Points every `step` px along a path, as obstacles for labels. */
export function alongPath(path: readonly { x: number; y: number }[], step: number, weight: number): Obstacle[] {
  const obstacles: Obstacle[] = [];
  for (let i = 1; i < path.length; i++) {
    const a = path[i - 1]!;
    const b = path[i]!;
    const pieces = Math.max(1, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / step));
    for (let piece = 0; piece < pieces; piece++) {
      const share = piece / pieces;
      obstacles.push({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share, radius: 1, weight });
    }
  }
  return obstacles;
}
