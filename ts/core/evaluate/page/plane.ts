/** Idle memory against cold starts: every policy a point, the fixed windows joined as a curve. */
import * as Plot from '@observablehq/plot';
import { count, duration, gbHours, ratio, usd } from '../../decide/figures.js';
import type { PageData, PagePolicy } from '../page-data.js';
import type { PriceCurve, PricePoint } from '../price-sweep.js';
import { BOUND } from '../standings.js';
import { AXIS, axisFigure, GRID, logTicks, TIP, tickCount } from './axis.js';
import type { Look } from './look.js';
import { alongPath, drawLabels } from './svg.js';

/** In what the table has it in. */
const hours = ({ idleGbS }: { idleGbS: number }): number => idleGbS / 3600;

export function planeTitle(data: PageData): string {
  const own = data.policies.find(({ name }) => name === data.reference)?.totals;
  const bound = data.policies.find(({ name }) => name === BOUND)?.totals;
  if (own === undefined || bound === undefined || !(bound.idleGbS > 0) || !(bound.coldStarts > 0)) {
    return 'Idle memory against cold starts';
  }
  return `${data.reference} idles ${ratio(own.idleGbS / bound.idleGbS)} the memory of ${BOUND}, with ${ratio(own.coldStarts / bound.coldStarts)} its cold starts`;
}

/** Names the policies that some fixed window beats on both axes. */
export function planeNote(data: PageData): string {
  const fixed = data.policies.filter(({ kind }) => kind === 'fixed');
  const beaten = data.policies
    .filter(({ kind }) => kind === 'adaptive')
    .flatMap(({ name, totals }) => {
      const better = fixed.find(
        (one) => one.totals.idleGbS < totals.idleGbS && one.totals.coldStarts < totals.coldStarts,
      );
      return better === undefined ? [] : [`${better.name} has less of both than ${name}`];
    });
  const swept = (data.curves ?? []).map(({ policy }) => policy);
  const curves =
    swept.length === 0
      ? ''
      : ` Lines through ${swept.join(', ')}: at prices of a cold start from a hundredth to a hundred times this one.`;
  return `Down and to the left is better; the scale of cold starts is logarithmic.${curves}${beaten.length === 0 ? '' : ` ${beaten.join('; ')}.`}`;
}

export function drawPlane(data: PageData, looks: Map<string, Look>, width: number): Element {
  const height = width < 480 ? 560 : 440;
  const curves = data.curves ?? [];
  const { place, domain, ticks, zero, lowest } = coldStartScale([
    ...data.policies.map(({ totals }) => totals.coldStarts),
    ...curves.flatMap(({ points }) => points.map(({ coldStarts }) => coldStarts)),
  ]);
  const fixed = data.policies
    .filter(({ kind }) => kind === 'fixed')
    .sort((a, b) => a.totals.idleGbS - b.totals.idleGbS || b.totals.coldStarts - a.totals.coldStarts);
  const x = ({ totals }: PagePolicy): number => hours(totals);
  const y = ({ totals }: PagePolicy): number => place(totals.coldStarts);
  const labels: Plot.RenderFunction = (_, scales) => {
    const at = (policy: PagePolicy) => ({
      x: (scales.x as unknown as (value: number) => number)(x(policy)),
      y: (scales.y as unknown as (value: number) => number)(y(policy)),
    });
    const atPoint = (point: PricePoint) => ({
      x: (scales.x as unknown as (value: number) => number)(hours(point)),
      y: (scales.y as unknown as (value: number) => number)(place(point.coldStarts)),
    });
    const obstacles = [
      ...data.policies.map((policy) => ({ ...at(policy), radius: 6, weight: 1000 })),
      ...alongPath(fixed.map(at), 6, 12),
      ...curves.flatMap(({ points }) => alongPath(points.map(atPoint), 6, 12)),
    ];
    return drawLabels(
      data.policies.map((policy) => ({
        ...at(policy),
        text: policy.name,
        color: looks.get(policy.name)!.labelColor,
        strong: policy.name === data.subject,
      })),
      obstacles,
      { x: 54, y: 24, width: width - 56, height: height - 66 },
    );
  };
  return Plot.plot({
    width,
    height,
    marginLeft: 52,
    marginRight: 12,
    marginTop: 28,
    marginBottom: 44,
    ariaLabel: planeTitle(data),
    x: { domain: [0, Math.max(...data.policies.map(x), ...curves.flatMap(idleOf), 1 / 3600) * 1.04], nice: false },
    y: { type: 'log', domain },
    marks: [
      Plot.gridX({ ...GRID, ticks: tickCount(width) }),
      Plot.gridY(
        ticks.filter((tick) => tick !== zero),
        GRID,
      ),
      Plot.axisX({
        ...AXIS,
        label: 'Idle memory (GB-h) →',
        ticks: tickCount(width),
        tickFormat: axisFigure,
      }),
      Plot.axisY(ticks, {
        ...AXIS,
        label: '↑ Cold starts',
        tickFormat: (value: number) => (value === zero ? '0' : axisFigure(value)),
      }),
      ...(zero === undefined ? [] : [Plot.ruleY([lowest / 1.6], { stroke: 'var(--muted)', strokeDasharray: '1 5' })]),
      Plot.line(fixed, { x, y, stroke: 'var(--grey-1)', strokeWidth: 1.5 }),
      ...curves.flatMap(({ policy, points }) => {
        const stroke = looks.get(policy)?.color ?? 'var(--muted)';
        const at = { x: hours, y: ({ coldStarts }: PricePoint) => place(coldStarts) };
        return [
          Plot.line(points, { ...at, stroke, strokeWidth: 2 }),
          Plot.dot(points, { ...at, fill: stroke, r: 2.5, title: (point: PricePoint) => pointTitle(policy, point) }),
        ];
      }),
      ...data.policies.map((policy) => {
        const look = looks.get(policy.name)!;
        const solid = policy.kind === 'fixed' || policy.kind === 'adaptive';
        return Plot.dot([policy], {
          x,
          y,
          r: policy.name === data.subject ? 6.5 : 5,
          symbol: policy.kind === 'adaptive' ? 'diamond' : 'circle',
          fill: solid ? look.color : 'var(--surface)',
          stroke: solid ? 'var(--surface)' : look.color,
          strokeWidth: solid ? 1 : 1.75,
          strokeDasharray: policy.kind === 'bound' ? '2.5 2' : 'none',
        });
      }),
      labels,
      Plot.tip(data.policies, Plot.pointer({ x, y, title: tooltip, maxRadius: 24, ...TIP })),
    ],
  });
}

const idleOf = ({ points }: PriceCurve): number[] => points.map(hours);

const pointTitle = (policy: string, { coldStartUsdPerS, coldStarts, idleGbS }: PricePoint): string =>
  `${policy} at ${usd(coldStartUsdPerS)} a second: cold starts ${count(coldStarts)}, idle ${gbHours(idleGbS)} GB-h`;

function tooltip({ name, totals }: PagePolicy): string {
  return [
    name,
    `cold starts ${count(totals.coldStarts)}`,
    `pre-warms ${count(totals.preWarms)}`,
    `idle ${gbHours(totals.idleGbS)} GB-h`,
    `added wait ${duration(totals.wait.meanMs)}`,
    `cost ${usd(totals.objectiveUsd)}`,
  ].join('\n');
}

/** A logarithmic scale has no place for 0: it gets a row of its own under the lowest power of ten, labelled and set apart. */
function coldStartScale(coldStarts: readonly number[]) {
  const some = coldStarts.filter((value) => value > 0);
  const lowest = some.length === 0 ? 1 : Math.min(...some) / 1.5;
  const highest = some.length === 0 ? 10 : Math.max(...some);
  const hasZero = coldStarts.includes(0);
  const zero = hasZero ? lowest / 3 : undefined;
  return {
    zero,
    lowest,
    ticks: [...(zero === undefined ? [] : [zero]), ...logTicks(lowest, highest * 1.5)],
    domain: [hasZero ? lowest / 4 : lowest, highest * 1.6] as [number, number],
    place: (value: number): number => (value > 0 ? value : lowest / 3),
  };
}
