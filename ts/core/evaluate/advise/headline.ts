/** Advice in sentences. Each claim is a comparison of two judged figures, and a saving is one on the bill. */
import { count, counted, duration, percent, span, usd } from '../../decide/figures.js';
import type { StartPlatform } from '../../trace/index.js';
import { minutesOf } from './keep-alive.js';
import type { Advice, LeftAlone, SettingTotals } from './model.js';
import { inAMonth, likeTheLast, monthsOf } from './month.js';
import { TARGET_PLATFORMS } from './platforms.js';

export interface AdviceHeadline {
  /** What to do, and what it changes on bill and cold starts. */
  answer: string;
  /** Where it makes something worse, or misses its target. */
  losses: string;
  /** What happens today: as the data tell, or simulated. */
  today: string;
  /** How it was judged, and at which price of waiting. */
  how: string;
}

const perMonth = (amount: number, { split }: Advice): number => amount / monthsOf(split);

/** 'fall by 98.4 %'. */
const moved = (from: number, to: number): string =>
  `${to < from ? 'fall' : 'rise'}${from > 0 ? ` by ${percent(Math.abs(to / from - 1))}` : ''}`;

/** What the data record of all judged calls and their bill; undefined where that is not known, or of another platform. */
function asRecorded({ recorded, settings }: Advice): { usd: number; coldStarts: number } | undefined {
  if (recorded === null || recorded.from !== 'calls' || Number.isNaN(recorded.usd)) return undefined;
  return recorded.calls === settings['on-demand']!.calls ? recorded : undefined;
}

/** The same change from what was recorded, which is not what the platform is simulated to do; empty where that is not known. */
function besideRecorded(advice: Advice): string {
  const { settings, split } = advice;
  const today = asRecorded(advice)?.coldStarts;
  if (today === undefined || today === settings['on-demand']!.coldStarts) return '';
  const now = settings.advised.coldStarts;
  const change = now === today ? 'stay as they are' : moved(today, now);
  return `; from the ${count(inAMonth(today, monthsOf(split)))} recorded they ${change}`;
}

function answerOf(advice: Advice): string {
  const { settings, functions, split } = advice;
  const cold = ({ coldStarts }: SettingTotals): number => inAMonth(coldStarts, monthsOf(split));
  const before = settings['on-demand']!;
  const { advised } = settings;
  const ready = functions.filter(({ leftAlone }) => leftAlone === undefined).length;
  if (ready === 0) {
    // What is not changed goes on as it was recorded.
    const stays = asRecorded(advice) ?? { usd: before.usd, coldStarts: before.coldStarts };
    return `Leave ${functions.length === 1 ? '' : 'all '}${counted(functions.length, 'function')} alone: keeping instances ready would not pay. The bill stays at ${usd(perMonth(stays.usd, advice))} and cold starts at ${count(inAMonth(stays.coldStarts, monthsOf(split)))}, in ${likeTheLast(split)}.`;
  }
  const bill =
    advised.usdPerMonth < before.usdPerMonth
      ? `the bill falls by ${percent(1 - advised.usdPerMonth / before.usdPerMonth)}, from ${usd(before.usdPerMonth)} to ${usd(advised.usdPerMonth)}`
      : `the bill rises from ${usd(before.usdPerMonth)} to ${usd(advised.usdPerMonth)}`;
  const waits = `cold starts ${moved(before.coldStarts, advised.coldStarts)}, from ${count(cold(before))} to ${count(cold(advised))}${besideRecorded(advice)}`;
  const same = `cold starts stay at ${count(cold(before))}`;
  return `Keep instances ready for ${ready} of ${counted(functions.length, 'function')}: in ${likeTheLast(split)} ${bill}, and ${before.coldStarts === advised.coldStarts ? same : waits}.`;
}

function lossesOf(advice: Advice): string {
  const said: string[] = [];
  const changed = advice.functions.filter(({ leftAlone }) => leftAlone === undefined);
  const cheaper = changed.filter(({ onDemand, advised }) => advised.usd < onDemand.usd);
  if (changed.length > 0) {
    const saved = cheaper.reduce((sum, { onDemand, advised }) => sum + onDemand.usd - advised.usd, 0);
    const by = `by ${usd(perMonth(saved, advice))} a month`;
    if (cheaper.length === 0) said.push('No function becomes cheaper: what it buys is time for those who wait.');
    else if (cheaper.length === changed.length) said.push('Each of them becomes cheaper.');
    else
      said.push(
        `Of them ${counted(cheaper.length, 'function')} ${cheaper.length === 1 ? 'costs' : 'cost'} less, ${by}; the others pay for time.`,
      );
  }
  const worse = changed.filter(({ onDemand, advised }) => advised.coldStarts > onDemand.coldStarts);
  if (worse.length > 0) said.push(`${counted(worse.length, 'function')} had more cold starts than with nothing ready.`);
  const better = bestAlone(advice);
  if (better !== undefined) said.push(better);
  if (advice.isReached === false) said.push(`The target was missed on the judged part${missed(advice)}.`);
  if (advice.isReached === true) said.push('The target was reached on the judged part.');
  return said.join(' ');
}

function missed({ goal, functions, settings }: Advice): string {
  if (goal.kind === 'p99') {
    const over = functions.filter(({ advised }) => advised.calls > 0 && advised.latencyP99Ms > goal.ms);
    return `, by ${counted(over.length, 'function')}`;
  }
  const { coldStarts, calls } = settings.advised;
  return `: ${percent(coldStarts / calls)} of calls were cold`;
}

/** A kind alone that would have cost less than the mixture advised: chosen on the past, it may be the wrong one. */
function bestAlone({ settings, coldStartUsdPerS }: Advice): string | undefined {
  if (coldStartUsdPerS === null) return undefined;
  const cost = ({ usd: bill, meanWaitMs, calls }: SettingTotals): number =>
    bill + (meanWaitMs * calls * coldStartUsdPerS) / 1000;
  const advised = cost(settings.advised);
  const [best] = Object.entries(settings)
    .filter(([kind]) => kind !== 'advised')
    .map(([kind, totals]) => ({ kind, cost: cost(totals) }))
    .sort((a, b) => a.cost - b.cost);
  if (best === undefined || best.cost >= advised) return undefined;
  return `In hindsight ${best.kind} alone would have done better, by ${percent(1 - best.cost / advised)} of bill and waiting together.`;
}

function howOf(advice: Advice): string {
  const { split, goal, coldStartUsdPerS } = advice;
  const judged = `Fitted on the first ${span(split.judgeFrom)}, judged on the last ${span(split.minutes - split.judgeFrom)}, which the settings had not seen.`;
  if (goal.kind === 'p99') {
    return `${judged} Each function has the cheapest setting found whose P99 was at most ${duration(goal.ms)} before.`;
  }
  const price = `${usd(coldStartUsdPerS!)} per second that a caller waits for a start`;
  if (goal.kind === 'price') return `${judged} Waiting is priced at ${price}, as asked for; the bill does not have it.`;
  if (goal.kind === 'cold-rate') {
    return `${judged} The target of ${percent(goal.most)} cold calls asked for a price of ${price}.`;
  }
  const none = 'A cold start has no price on the bill, and none was given: this is the knee of the curve';
  if (coldStartUsdPerS === 0)
    return `${judged} ${none}, where the bill alone decides. Beyond it money buys little time.`;
  return `${judged} ${none}, at ${price}. Up to there money buys much time, beyond it little.`;
}

const PLATFORM_NAMES: Record<StartPlatform, string> = {
  'aws-lambda': 'AWS Lambda',
  'azure-functions': 'Azure Functions',
  'google-cloud-functions': 'Google Cloud Functions',
};

function todayOf({ recorded, settings, split, target, keepAlive }: Advice): string {
  const staying = `idle instances staying ${minutesOf(keepAlive.ms)}`;
  const simulated = settings['on-demand']!;
  if (recorded === null) {
    return `The data do not say which calls were cold: what happens today is simulated too (on-demand, ${staying}).`;
  }
  const { from, platform, coldStarts, calls } = recorded;
  const rate = `${percent(coldStarts / calls)} of ${from === 'calls' && calls === simulated.calls ? 'the calls' : `the ${counted(calls, 'call')} of which it is known`}`;
  const said = `${counted(coldStarts, 'cold start')} in the ${from === 'calls' ? 'last ' : ''}${span(recorded.minutes)}, ${rate}`;
  const own = `on-demand, the same simulated with ${staying}, has ${count(simulated.coldStarts)} in the last ${span(split.minutes - split.judgeFrom)}`;
  if (platform !== null && platform !== TARGET_PLATFORMS[target]) {
    return `The data are of ${PLATFORM_NAMES[platform]} and record ${said}; ${own} here.`;
  }
  return `Today, as the data record it: ${said}; ${own}.`;
}

/** Why a row of the curve may be cheaper than one above it; empty where none is. */
export function curveNote({ frontier }: Advice): string {
  const falls = frontier.some(({ usd: own }, i) => i > 0 && own < frontier[i - 1]!.usd);
  return falls
    ? 'Where a bill is below one above it: settings were chosen on the earlier part, of two that cost within 1 % there the simpler one, and judged on the later part.'
    : '';
}

/** What advice says, in a few paragraphs; parts are empty where there is nothing to say. */
export function adviceHeadline(advice: Advice): AdviceHeadline {
  return { answer: answerOf(advice), losses: lossesOf(advice), today: todayOf(advice), how: howOf(advice) };
}

/** Why functions are left alone, for people. */
export const LEFT_ALONE: Record<LeftAlone, string> = {
  'no-calls': 'never called',
  'few-calls': 'too few calls to learn from',
  'too-large': 'larger than an instance of the platform',
  'already-warm': 'warm as they are',
  'saves-nothing': 'not worth a ready instance',
};

/** Functions left alone, by reason, the largest group first. */
export function leftAlone({ functions }: Advice): { reason: LeftAlone; keys: string[] }[] {
  const groups = new Map<LeftAlone, string[]>();
  for (const { key, leftAlone: reason } of functions) {
    if (reason === undefined) continue;
    const keys = groups.get(reason) ?? [];
    keys.push(key);
    groups.set(reason, keys);
  }
  return [...groups].map(([reason, keys]) => ({ reason, keys })).sort((a, b) => b.keys.length - a.keys.length);
}

/** Functions to change, those first whose waiting falls most. */
export function changes({ functions }: Advice) {
  const spared = ({ onDemand, advised }: Advice['functions'][number]): number => onDemand.waitMs - advised.waitMs;
  return functions.filter((one) => one.leftAlone === undefined).sort((a, b) => spared(b) - spared(a));
}
