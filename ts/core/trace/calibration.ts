/**
 * Published figures of a real platform, each with its source: what the `calibrated` pattern draws from.
 *
 * "Paper" is Shahrad et al., "Serverless in the Wild: Characterizing and Optimizing the Serverless Workload at a Large Cloud Provider",
 * USENIX ATC 2020 (Azure Functions, July 2019). "Notebook" is the comparison of the released trace with the paper,
 * `analysis/AzureFunctionsDataset2019-Trace_Analysis.md` in github.com/Azure/AzurePublicDataset; curves were read off
 * its plots by eye, to about 0.01.
 */

/** A figure as published. */
export interface Published {
  value: number;
  unit: string;
  source: string;
}

/** Figures in the paper's text that a synthetic trace is measured against (docs/synthetic.md). */
export const PUBLISHED = {
  appsAtMostHourly: { value: 0.45, unit: 'share of apps', source: 'Paper, "Invocation Patterns", figure 5(a)' },
  appsAtMostMinutely: { value: 0.81, unit: 'share of apps', source: 'Paper, "Invocation Patterns", figure 5(a)' },
  callsOfBusyApps: { value: 0.996, unit: 'share of calls', source: 'Paper, "Invocation Patterns", figure 5(b)' },
  busyApps: { value: 0.186, unit: 'share of apps', source: 'Paper, "Invocation Patterns", figure 5(b)' },
  timersAtMostMinutely: { value: 0.95, unit: 'share of timer functions', source: 'Paper, "Triggers and applications"' },
  appsWithVariationAbove1: { value: 0.4, unit: 'share of apps', source: 'Paper, "Main Takeaways", figure 6' },
  durationsBelow1s: { value: 0.5, unit: 'share of functions', source: 'Paper, "Function Execution Times", figure 7' },
  durationsBelow60s: { value: 0.96, unit: 'share of functions', source: 'Paper, "Function Execution Times", figure 7' },
  constantBaseline: { value: 0.5, unit: 'share of the peak hour', source: 'Paper, "Invocation Patterns", figure 4' },
} as const satisfies Record<string, Published>;

/** A point of a distribution: a share `below` of all has at most `value`. */
export interface DistributionPoint {
  below: number;
  value: number;
}

/**
 * Calls a day of an app; between points the quantile's logarithm is linear. Up to 0.98: figure 5(a), the points 0.45 and 0.814 from the
 * text. Above: chosen so that the most popular 10 %, 1 %, 0.1 %, 0.01 % and 0.001 % make the shares of calls of figure 5(b)
 * (`CALLS_OF_TOP_APPS`).
 */
export const CALLS_PER_DAY: readonly DistributionPoint[] = [
  { below: 0, value: 1 / 14 },
  { below: 0.04, value: 1 / 14 },
  { below: 0.17, value: 1 },
  { below: 0.21, value: 1 },
  { below: 0.265, value: 2 },
  { below: 0.385, value: 10 },
  { below: 0.45, value: 24 },
  { below: 0.5, value: 48 },
  { below: 0.555, value: 96 },
  { below: 0.63, value: 288 },
  { below: 0.675, value: 288 },
  { below: 0.814, value: 1440 },
  { below: 0.925, value: 1e4 },
  { below: 0.98, value: 86400 },
  { below: 0.99, value: 2.2e5 },
  { below: 0.999, value: 4e6 },
  { below: 0.9999, value: 2.6e7 },
  { below: 0.99999, value: 9e7 },
  { below: 1, value: 6e8 },
];

/** Share of calls made by the most popular share of apps. Notebook, figure 5(b), curve "Applications, ATC". */
export const CALLS_OF_TOP_APPS: readonly { top: number; calls: number }[] = [
  { top: 0.1, calls: 0.99 },
  { top: 0.01, calls: 0.865 },
  { top: 0.001, calls: 0.52 },
  { top: 0.0001, calls: 0.22 },
];

/** Shares of functions and of calls by what invokes them. Paper, figure 2; Notebook, table to figure 2, column "ATC". */
export const TRIGGERS = [
  { trigger: 'http', functions: 0.55, calls: 0.359 },
  { trigger: 'queue', functions: 0.152, calls: 0.335 },
  { trigger: 'event', functions: 0.022, calls: 0.247 },
  { trigger: 'orchestration', functions: 0.069, calls: 0.023 },
  { trigger: 'timer', functions: 0.156, calls: 0.02 },
  { trigger: 'storage', functions: 0.028, calls: 0.007 },
  { trigger: 'others', functions: 0.022, calls: 0.01 },
] as const;

/** Coefficient of variation of the times between an app's calls. Notebook, figure 6, curves "ATC". */
export const VARIATION: {
  readonly onlyTimers: readonly DistributionPoint[];
  readonly noTimers: readonly DistributionPoint[];
} = {
  onlyTimers: [
    { below: 0, value: 0 },
    { below: 0.46, value: 0 },
    { below: 0.69, value: 0.15 },
    { below: 0.85, value: 0.5 },
    { below: 0.935, value: 1 },
    { below: 0.98, value: 2 },
    { below: 0.993, value: 4 },
    { below: 1, value: 8 },
  ],
  noTimers: [
    { below: 0, value: 0 },
    { below: 0.11, value: 0 },
    { below: 0.23, value: 0.5 },
    { below: 0.345, value: 1 },
    { below: 0.55, value: 2 },
    { below: 0.685, value: 3 },
    { below: 0.765, value: 4 },
    { below: 0.845, value: 6 },
    { below: 0.885, value: 8 },
    { below: 0.915, value: 10 },
    { below: 1, value: 30 },
  ],
};

/**
 * Drawn variations of functions without a timer are multiplied with this: few calls show less variation than their gaps have, and the
 * published curve is of what was seen. Chosen so that what is seen of a synthetic fleet over 14 days follows the curve to 0.03.
 */
export const VARIATION_STRETCH = 2;

/** Mean duration of a function: log-normal, in seconds. Paper, "Function Execution Times", figure 7 (fit by maximum likelihood). */
export const DURATION_S = { mu: -0.38, sigma: 2.36 } as const;

/**
 * Rank correlation (Spearman) of a function's calls and its mean duration: popular functions are short. The paper gives none; measured
 * on 400 functions of day 1 of the released trace (Microsoft, CC-BY-4.0), standard error 0.05.
 */
export const CALLS_DURATION_CORRELATION = -0.26;

/** Mean memory allocated to an app, MB: Burr distribution. Paper, "Memory Usage", figure 8. */
export const MEMORY_MB = { c: 11.652, k: 0.221, lambda: 107.083 } as const;

/**
 * Swing of the platform's calls: hours of a weekday's peak and trough, and a weekend's mean, relative to the mean. Notebook, figure 4,
 * curve "ATC" without its single peaks.
 */
export const PLATFORM_SWING = { peak: 1.15, trough: 0.92, weekend: 0.86 } as const;
