/** The bill against cold starts: what is advised, each kind of setting alone, and the curve over prices of waiting. */
import * as Plot from '@observablehq/plot';
import { count, usd } from '../../decide/figures.js';
import type { PageAdvice } from '../advise/section.js';
import { AXIS, axisFigure, GRID, TIP, tickCount } from './axis.js';
import { alongPath, drawLabels } from './svg.js';

interface Point {
  usdPerMonth: number;
  coldStarts: number;
}

const x = ({ usdPerMonth }: Point): number => usdPerMonth;
const y = ({ coldStarts }: Point): number => coldStarts;

export function drawAdvice({ month, points, frontier }: PageAdvice, label: string, width: number): Element {
  const height = width < 480 ? 420 : 320;
  const all: Point[] = [...points, ...frontier];
  // Kinds that come to the same are one point with all their names.
  const marked = new Map<string, { usdPerMonth: number; coldStarts: number; names: string[] }>();
  for (const { name, usdPerMonth, coldStarts } of points) {
    const key = `${usdPerMonth} ${coldStarts}`;
    const own = marked.get(key) ?? { usdPerMonth, coldStarts, names: [] };
    own.names.push(name);
    marked.set(key, own);
  }
  const isAdvised = (names: readonly string[]): boolean => names.includes('advised');
  // What is drawn last lies on top.
  const places = [...marked.values()].sort((a, b) => Number(isAdvised(a.names)) - Number(isAdvised(b.names)));
  const labels: Plot.RenderFunction = (_, scales) => {
    const at = (point: Point) => ({
      x: (scales.x as unknown as (value: number) => number)(x(point)),
      y: (scales.y as unknown as (value: number) => number)(y(point)),
    });
    const obstacles = [
      ...places.map((place) => ({ ...at(place), radius: 6, weight: 1000 })),
      ...alongPath(frontier.map(at), 6, 12),
    ];
    return drawLabels(
      places.map((place) => ({
        ...at(place),
        text: place.names.join(', '),
        color: isAdvised(place.names) ? 'var(--accent)' : 'var(--muted)',
        strong: isAdvised(place.names),
      })),
      obstacles,
      { x: 62, y: 24, width: width - 66, height: height - 66 },
    );
  };
  return Plot.plot({
    width,
    height,
    marginLeft: 60,
    marginRight: 12,
    marginTop: 28,
    marginBottom: 44,
    ariaLabel: label,
    x: { domain: [0, Math.max(...all.map(x)) * 1.06 || 1] },
    y: { domain: [0, Math.max(...all.map(y)) * 1.06 || 1] },
    marks: [
      Plot.gridX({ ...GRID, ticks: tickCount(width) }),
      Plot.gridY({ ...GRID, ticks: 5 }),
      Plot.axisX({
        ...AXIS,
        label: `Bill (USD, ${month}) →`,
        ticks: tickCount(width),
        tickFormat: axisFigure,
      }),
      Plot.axisY({ ...AXIS, label: `↑ Cold starts, ${month}`, ticks: 5, tickFormat: axisFigure }),
      Plot.line(frontier, { x, y, stroke: 'var(--grey-1)', strokeWidth: 1.5 }),
      Plot.dot(frontier, { x, y, r: 2.5, fill: 'var(--grey-1)' }),
      ...places.map((place) =>
        Plot.dot([place], {
          x,
          y,
          r: isAdvised(place.names) ? 6.5 : 5,
          fill: isAdvised(place.names) ? 'var(--accent)' : 'var(--grey-1)',
          stroke: 'var(--surface)',
        }),
      ),
      labels,
      Plot.tip(
        places,
        Plot.pointer({
          x,
          y,
          title: (place: (typeof places)[number]) =>
            `${place.names.join(', ')}\nbill ${usd(place.usdPerMonth)}\ncold starts ${count(place.coldStarts)}`,
          maxRadius: 24,
          ...TIP,
        }),
      ),
    ],
  });
}
