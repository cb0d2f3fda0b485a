/** One function over time: its calls above, the warm instances of the shown policies below. */
import * as Plot from '@observablehq/plot';
import { span, threeDigits } from '../../decide/figures.js';
import type { PageData, PageTimeline } from '../page-data.js';
import { AXIS, axisFigure, GRID, TIP } from './axis.js';
import { comparedPolicies } from './compared.js';
import type { Look } from './look.js';
import { meanOf, unpack } from './steps.js';
import { textWidth } from './svg.js';

/** As many steps as a chart of this width can show apart. */
export function stepsFor(width: number): number {
  return Math.floor(width < 640 ? (width - 64) / 2 : (width - 200) / 1.1);
}

interface Step {
  hour: number;
  value: number;
}

export function timelineTitle(data: PageData, timeline: PageTimeline, shown: ReadonlySet<string>): string {
  const drawn = new Set([...shown].filter((name) => timeline.warm[name] !== undefined));
  const two = comparedPolicies(data, drawn);
  if (two.length === 0) return 'Warm instances and calls of a function';
  const mean = (runs: readonly number[]) => threeDigits(meanOf(unpack(runs), timeline.stepMinutes, data.minutes));
  const parts = two.map((name) => `${mean(timeline.warm[name]!)} instances under ${name}`);
  return `On average ${parts.join(', ')} for ${mean(timeline.calls)} calls a minute`;
}

export function timelineNote(data: PageData, timeline: PageTimeline): string {
  const without = data.policies.filter(({ name }) => timeline.warm[name] === undefined).length;
  return `Instances are up when busy or idle. ${
    timeline.stepMinutes === 1
      ? 'Each step is one minute.'
      : `Each step is the mean over ${span(timeline.stepMinutes)}; shorter peaks are levelled.`
  }${without === 0 ? '' : ' Policies that know the trace have no timeline.'}`;
}

export function drawTimeline(
  data: PageData,
  timeline: PageTimeline,
  looks: Map<string, Look>,
  shown: ReadonlySet<string>,
  width: number,
): Element {
  const names = data.policies.map(({ name }) => name).filter((name) => shown.has(name) && timeline.warm[name]);
  const wide = width >= 640;
  const margins = {
    marginLeft: 52,
    marginRight: wide ? Math.max(24, ...names.map((name) => textWidth(name) * 1.08 + 16)) : 12,
  };
  const inDays = data.minutes > 2880;
  const unit = inDays ? 24 : 1;
  const end = data.minutes / 60 / unit;
  const steps = (runs: readonly number[]): Step[] => {
    const out: Step[] = [];
    let step = 0;
    for (let i = 0; i < runs.length; i += 2) {
      out.push({ hour: (step * timeline.stepMinutes) / 60 / unit, value: runs[i]! });
      step += runs[i + 1]!;
    }
    out.push({ hour: end, value: runs[runs.length - 2]! });
    return out;
  };
  const x = { domain: [0, end] };
  const ticks = inDays ? Math.min(end, Math.round(width / 80)) : Math.min(12, Math.round(width / 80));
  const calls = Plot.plot({
    width,
    height: 136,
    ...margins,
    marginTop: 28,
    marginBottom: 8,
    ariaLabel: 'Calls a minute over time',
    x: { ...x, axis: null },
    y: { domain: [0, top(timeline.calls)] },
    marks: [
      Plot.gridY({ ...GRID, ticks: 3 }),
      Plot.axisY({ ...AXIS, label: '↑ Calls a minute', ticks: 3, tickFormat: axisFigure }),
      Plot.areaY(steps(timeline.calls), {
        x: 'hour',
        y: 'value',
        curve: 'step-after',
        fill: 'var(--grey-1)',
        fillOpacity: 0.45,
      }),
      Plot.ruleY([0], { stroke: 'var(--grey-1)' }),
    ],
  });
  const series = names.map((name) => steps(timeline.warm[name]!));
  const highest = Math.max(1e-9, ...names.map((name) => top(timeline.warm[name]!)));
  const height = 296;
  const ends = wide
    ? dodge(
        names.map((_, i) => series[i]![series[i]!.length - 1]!.value),
        highest,
        height - 72,
      )
    : [];
  const warm = Plot.plot({
    width,
    height,
    ...margins,
    marginTop: 28,
    marginBottom: 44,
    ariaLabel: timelineTitle(data, timeline, shown),
    x,
    y: { domain: [0, highest] },
    marks: [
      Plot.gridY({ ...GRID, ticks: 5 }),
      Plot.axisX({
        ...AXIS,
        label: inDays ? 'Days from the start of the trace →' : 'Hours from the start of the trace →',
        labelAnchor: 'right',
        ticks,
      }),
      Plot.axisY({ ...AXIS, label: '↑ Instances up', ticks: 5, tickFormat: axisFigure }),
      ...names.map((name, i) => {
        const look = looks.get(name)!;
        return Plot.line(series[i]!, {
          x: 'hour',
          y: 'value',
          curve: 'step-after',
          stroke: look.color,
          strokeWidth: look.width,
          strokeDasharray: look.dash,
        });
      }),
      ...(wide
        ? names.map((name, i) =>
            Plot.text([name], {
              x: () => end,
              y: () => ends[i]!,
              text: () => name,
              textAnchor: 'start',
              dx: 8,
              fontSize: 12,
              fontWeight: name === data.subject ? 650 : 400,
              fill: looks.get(name)!.labelColor,
            }),
          )
        : []),
      Plot.ruleX(series[0] ?? [], Plot.pointerX({ x: 'hour', stroke: 'var(--muted)' })),
      Plot.tip(
        series[0] ?? [],
        Plot.pointerX({
          x: 'hour',
          y: () => highest,
          anchor: 'top',
          ...TIP,
          title: ({ hour }: Step) =>
            [
              inDays ? `day ${threeDigits(hour)}` : clock(hour),
              `${threeDigits(valueAt(steps(timeline.calls), hour))} calls a minute`,
              ...names.map((name, i) => `${threeDigits(valueAt(series[i]!, hour))} up, ${name}`),
            ].join('\n'),
        }),
      ),
    ],
  });
  const both = document.createElement('div');
  both.append(calls, warm);
  return both;
}

function clock(hour: number): string {
  const minutes = Math.round(hour * 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function valueAt(steps: readonly Step[], hour: number): number {
  let value = 0;
  for (const step of steps) {
    if (step.hour > hour) break;
    value = step.value;
  }
  return value;
}

function top(runs: readonly number[]): number {
  let highest = 0;
  for (let i = 0; i < runs.length; i += 2) highest = Math.max(highest, runs[i]!);
  return highest > 0 ? highest : 1;
}

/** Moves labels at the lines' ends apart, in the units of the axis; `pixels` is the axis's length. */
function dodge(values: readonly number[], highest: number, pixels: number): number[] {
  const gap = (14 * highest) / pixels;
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const placed = [...values];
  order.forEach((i, rank) => {
    if (rank > 0) placed[i] = Math.max(placed[i]!, placed[order[rank - 1]!]! + gap);
  });
  const over = Math.max(0, (placed[order[order.length - 1] ?? 0] ?? 0) - highest);
  let ceiling = Number.POSITIVE_INFINITY;
  for (const i of order.toReversed()) {
    if (over > 0) placed[i] = Math.min(placed[i]!, Math.min(highest, ceiling - gap));
    ceiling = placed[i]!;
  }
  return placed;
}
