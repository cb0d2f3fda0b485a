/** Cold-start rates over functions: for each policy the rates of all functions in ascending order. */
import * as Plot from '@observablehq/plot';
import { percent } from '../../decide/figures.js';
import type { PageData } from '../page-data.js';
import { AXIS, GRID, TIP } from './axis.js';
import { comparedPolicies } from './compared.js';
import type { Look } from './look.js';
import { alongPath, drawLabels } from './svg.js';

interface RatePoint {
  name: string;
  share: number;
  rate: number;
}

export function ratesTitle(data: PageData, shown: ReadonlySet<string>): string {
  const two = comparedPolicies(data, shown);
  if (two.length === 0 || data.calledFunctions === 0) return 'Cold-start rates over functions';
  const parts = two.map(
    (name, i) => `${percent(at(data.coldRates[name]!, 0.5))}${i === 0 ? ' of its calls' : ''} under ${name}`,
  );
  return `The median function starts cold in ${parts.join(', ')}`;
}

function at(curve: readonly number[], share: number): number {
  const position = share * (curve.length - 1);
  const below = Math.floor(position);
  return curve[below]! + ((curve[below + 1] ?? curve[below]!) - curve[below]!) * (position - below);
}

export function drawRates(
  data: PageData,
  looks: Map<string, Look>,
  shown: ReadonlySet<string>,
  width: number,
): Element {
  const height = width < 480 ? 320 : 380;
  const names = data.policies.map(({ name }) => name).filter((name) => shown.has(name));
  const curves = names.map((name) => {
    const rates = data.coldRates[name]!;
    return rates.map(
      (rate, i): RatePoint => ({ name, share: rates.length === 1 ? 0.5 : i / (rates.length - 1), rate }),
    );
  });
  const labels: Plot.RenderFunction = (_, scales) => {
    const x = scales.x as unknown as (value: number) => number;
    const y = scales.y as unknown as (value: number) => number;
    const paths = curves.map((curve) => curve.map(({ share, rate }) => ({ x: x(share), y: y(rate) })));
    return drawLabels(
      paths.map((path, i) => ({
        ...loneliest(
          path,
          paths.filter((_, j) => j !== i),
        ),
        text: names[i]!,
        color: looks.get(names[i]!)!.labelColor,
        strong: names[i] === data.subject,
      })),
      paths.flatMap((path) => alongPath(path, 6, 60)),
      { x: 54, y: 24, width: width - 56, height: height - 66 },
    );
  };
  const points = curves.flat();
  const shares = width < 480 ? [0, 0.25, 0.5, 0.75, 1] : [0, 0.25, 0.5, 0.75, 0.9, 1];
  return Plot.plot({
    width,
    height,
    marginLeft: 52,
    marginRight: 20,
    marginTop: 28,
    marginBottom: 44,
    ariaLabel: ratesTitle(data, shown),
    x: { domain: [0, 1] },
    y: { domain: [0, 1] },
    marks: [
      Plot.gridX(shares, GRID),
      Plot.gridY([0, 0.25, 0.5, 0.75, 1], GRID),
      Plot.axisX(shares, {
        ...AXIS,
        label: `Functions with calls (${data.calledFunctions}), by their rate →`,
        labelAnchor: 'right',
        tickFormat: (value: number) => `${value * 100} %`,
      }),
      Plot.axisY([0, 0.25, 0.5, 0.75, 1], {
        ...AXIS,
        label: '↑ Calls that start cold',
        tickFormat: (value: number) => `${value * 100} %`,
      }),
      ...curves.map((curve, i) => {
        const look = looks.get(names[i]!)!;
        return Plot.line(curve, {
          x: 'share',
          y: 'rate',
          stroke: look.color,
          strokeWidth: look.width,
          strokeDasharray: look.dash,
        });
      }),
      labels,
      Plot.tip(
        points,
        Plot.pointer({
          x: 'share',
          y: 'rate',
          title: ({ name, share, rate }: RatePoint) =>
            `${name}\n${percent(share)} of the functions start cold\nin at most ${percent(rate)} of their calls`,
          ...TIP,
        }),
      ),
    ],
  });
}

/** The point of a path that is furthest from all other paths, away from the ends. */
function loneliest(
  path: readonly { x: number; y: number }[],
  others: readonly (readonly { x: number; y: number }[])[],
) {
  const step = Math.max(1, Math.floor(path.length / 100));
  let best = path[Math.floor(path.length / 2)] ?? { x: 0, y: 0 };
  let room = -1;
  for (let i = Math.floor(path.length * 0.04); i < path.length * 0.92; i += step) {
    const point = path[i]!;
    let nearest = 60;
    for (const other of others) {
      for (let j = 0; j < other.length; j += step) {
        nearest = Math.min(nearest, Math.hypot(other[j]!.x - point.x, other[j]!.y - point.y));
      }
    }
    if (nearest > room) {
      room = nearest;
      best = point;
    }
  }
  return best;
}
