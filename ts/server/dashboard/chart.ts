/** Lines over time, by uPlot: labelled where they end, from 0, changed in place. */
import uPlot from 'uplot';
import { count, NO_FIGURE, threeDigits } from '../../core/decide/figures.js';
import { h, put, setAttribute } from './dom.js';
import { clock } from './words.js';

export interface Line {
  label: string;
  /** A variable of the style sheet. */
  color: string;
  width?: number;
  dash?: number[];
  /** Holds its value until the next point. */
  isStepped?: boolean;
  /** Filled down to 0. */
  isFilled?: boolean;
  /** Drawn as the border of a band, without a label at its end. */
  isBound?: boolean;
}

export interface ChartPicture {
  /** What it shows, in a sentence. */
  title: string;
  /** For those who do not see it. */
  summary: string;
  /** Times in ms, ascending. */
  times: readonly number[];
  values: readonly (readonly (number | null)[])[];
  /** Of the lines, where they are not those of the setting. */
  names?: readonly string[];
  /** Where what is known ends and what is forecast begins. */
  nowMs?: number;
}

export interface ChartSetting {
  /** Of the vertical axis. */
  unit: string;
  lines: readonly Line[];
  /** Lines between which it is filled: upper, lower. */
  band?: readonly [number, number];
  height?: number;
  /** Of things that are counted: only whole numbers are marked. */
  isWhole?: boolean;
}

const LABEL_HEIGHT = 16;
const NARROW = 520;
/** Seconds between marks of the time axis. */
const STEPS = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** Between marks of an axis of whole things. */
const WHOLE_STEPS = Array.from({ length: 7 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

const colorOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const faint = (color: string, share: number): string => `color-mix(in srgb, ${color} ${share}%, transparent)`;

/** All charts that are shown follow the theme and their width by these. */
const shown = new Set<TimeChart>();
const theme = matchMedia('(prefers-color-scheme: dark)');
theme.addEventListener('change', () => {
  for (const chart of shown) chart.redraw();
});
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) for (const chart of shown) if (chart.plot === target) chart.fit();
});

export class TimeChart {
  readonly element: HTMLElement;
  readonly plot: HTMLElement;
  readonly #setting: ChartSetting;
  readonly #title = h('h2', { class: 'chart-title' });
  readonly #readout = h('p', { class: 'readout', 'aria-hidden': 'true' });
  readonly #labels: HTMLElement[];
  readonly #nowLabel = h('span', { class: 'now-label', 'aria-hidden': 'true' }, 'now');
  readonly #nothing = h('p', { class: 'nothing' }, 'It begins with the second minute that closes.');
  #uplot: uPlot | undefined;
  #picture: ChartPicture | undefined;

  constructor(setting: ChartSetting) {
    this.#setting = setting;
    const { height = 200, lines, unit } = setting;
    this.#labels = lines.map(({ color }) => {
      const element = h('span', { class: 'end-label', 'aria-hidden': 'true' });
      element.style.color = `color-mix(in oklab, var(${color}) 75%, var(--ink))`;
      return element;
    });
    this.plot = h('div', { class: 'plot', role: 'img' }, ...this.#labels, this.#nowLabel, this.#nothing);
    this.plot.style.height = `${height}px`;
    this.element = h(
      'section',
      { class: 'chart' },
      this.#title,
      this.#readout,
      h('p', { class: 'unit' }, unit),
      this.plot,
    );
    shown.add(this);
    widths.observe(this.plot);
  }

  show(picture: ChartPicture): void {
    this.#picture = picture;
    put(this.#title, picture.title);
    for (const [i, { label, isBound }] of this.#setting.lines.entries()) {
      if (!isBound) put(this.#labels[i]!, picture.names?.[i] ?? label);
    }
    setAttribute(this.plot, 'aria-label', `${picture.title}. ${picture.summary}`);
    if (this.#isEmpty()) this.#clear();
    else if (this.#uplot === undefined) this.#build();
    else this.#uplot.setData(this.#data());
    this.#read(null);
  }

  fit(): void {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (width === 0) return;
    if (this.#uplot === undefined) this.#build();
    else if (this.#uplot.width !== width) {
      const isOther = this.#uplot.width < NARROW !== width < NARROW;
      if (isOther) this.redraw();
      else this.#uplot.setSize({ width, height });
    }
  }

  redraw(): void {
    this.#clear();
    this.#build();
  }

  close(): void {
    shown.delete(this);
    widths.unobserve(this.plot);
    this.#clear();
  }

  /** A single point is no line. */
  #isEmpty(): boolean {
    return this.#picture === undefined || this.#picture.times.length < 2;
  }

  #clear(): void {
    this.#uplot?.destroy();
    this.#uplot = undefined;
    this.#nothing.hidden = false;
    for (const label of [...this.#labels, this.#nowLabel]) label.hidden = true;
  }

  #data(): uPlot.AlignedData {
    const { times, values } = this.#picture!;
    return [times.map((ms) => ms / 1000), ...values.map((line) => [...line])] as uPlot.AlignedData;
  }

  #build(): void {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (this.#isEmpty() || width === 0) return;
    this.#nothing.hidden = true;
    const { lines, band, isWhole } = this.#setting;
    const isNarrow = width < NARROW;
    const muted = colorOf('--muted');
    const grid = { stroke: faint(colorOf('--line'), 70), width: 1 };
    const stepped = uPlot.paths.stepped!({ align: 1 });
    const options: uPlot.Options = {
      width,
      height,
      padding: [8, isNarrow ? 92 : 104, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: 7, width: 1.5, fill: colorOf('--surface') },
      },
      scales: {
        x: { time: false },
        y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.08 : 1] },
      },
      axes: [
        {
          stroke: muted,
          font: FONT,
          size: 28,
          gap: 6,
          grid: { show: false },
          ticks: { show: false },
          incrs: STEPS,
          space: isNarrow ? 56 : 72,
          values: (_plot, splits) => splits.map((seconds) => clock(seconds * 1000)),
        },
        {
          stroke: muted,
          font: FONT,
          size: 48,
          gap: 8,
          grid,
          ticks: { show: false },
          space: 36,
          ...(isWhole ? { incrs: WHOLE_STEPS } : {}),
          values: (_plot, splits) => splits.map(axisFigure),
        },
      ],
      series: [
        {},
        ...lines.map(({ color, width: thick = 1.75, dash, isStepped, isFilled, isBound }): uPlot.Series => {
          const stroke = colorOf(color);
          return {
            stroke: isBound ? faint(stroke, 45) : stroke,
            width: isBound ? 1 : thick,
            points: { show: false },
            ...(dash === undefined ? {} : { dash }),
            ...(isStepped || isBound ? { paths: stepped } : {}),
            ...(isFilled ? { fill: faint(stroke, 14) } : {}),
          };
        }),
      ],
      bands:
        band === undefined
          ? []
          : [{ series: [band[0] + 1, band[1] + 1], fill: faint(colorOf(lines[band[0]]!.color), 16) }],
      hooks: {
        draw: [(plot) => this.#annotate(plot)],
        setCursor: [({ cursor: { idx } }) => this.#read(idx ?? null)],
      },
    };
    this.#uplot = new uPlot(options, this.#data(), this.plot);
  }

  /** Names the lines at their ends, one under the other where they would lie on each other. */
  #annotate(plot: uPlot): void {
    const left = (plot.bbox.left + plot.bbox.width) / devicePixelRatio + 8;
    const bottom = (plot.bbox.top + plot.bbox.height) / devicePixelRatio;
    const ends = this.#setting.lines.flatMap(({ isBound }, i) => {
      const value = isBound ? undefined : (plot.data[i + 1] as (number | null)[]).findLast((one) => one !== null);
      return value == null
        ? []
        : [{ i, top: plot.valToPos(value, 'y') + plot.bbox.top / devicePixelRatio - LABEL_HEIGHT / 2 }];
    });
    ends.sort((a, b) => a.top - b.top);
    for (let n = 1; n < ends.length; n++) ends[n]!.top = Math.max(ends[n]!.top, ends[n - 1]!.top + LABEL_HEIGHT);
    let floor = bottom - LABEL_HEIGHT / 2;
    for (const end of ends.toReversed()) {
      end.top = Math.min(end.top, floor);
      floor = end.top - LABEL_HEIGHT;
    }
    for (const [i, label] of this.#labels.entries()) {
      const end = ends.find((one) => one.i === i);
      label.hidden = end === undefined;
      if (end !== undefined) label.style.transform = `translate(${left}px, ${Math.max(0, end.top)}px)`;
    }
    const { nowMs } = this.#picture!;
    this.#nowLabel.hidden = nowMs === undefined;
    if (nowMs === undefined) return;
    const x = plot.valToPos(nowMs / 1000, 'x', true);
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = colorOf('--muted');
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
    this.#nowLabel.style.transform = `translate(${x / devicePixelRatio - 30}px, 0)`;
  }

  /** The figures under the pointer, or the last ones. */
  #read(index: number | null): void {
    const { times, values, nowMs, names } = this.#picture!;
    const at = index ?? (nowMs === undefined ? times.length - 1 : times.indexOf(nowMs));
    if (at < 0 || times[at] === undefined) {
      put(this.#readout, '\u00a0');
      return;
    }
    const parts = this.#setting.lines.flatMap(({ label }, i) => {
      const value = values[i]![at];
      return value == null ? [] : [`${names?.[i] ?? label} ${count(value)}`];
    });
    put(this.#readout, `${clock(times[at])}  ${parts.length === 0 ? NO_FIGURE : parts.join(' · ')}`);
  }
}

/** Axis marks without digits that say nothing. */
function axisFigure(value: number): string {
  const figure = threeDigits(value);
  return figure.includes('.') ? figure.replace(/\.?0+(?=[kMGT]?$)/, '') : figure;
}
