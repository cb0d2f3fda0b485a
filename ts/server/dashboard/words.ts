/** Times, names and changes as people read them. */
import { count, duration, NO_FIGURE, threeDigits } from '../../core/decide/figures.js';
import type { Status } from '../api/schemas/overview.js';
import { DAY_MS, MINUTE_MS } from '../time.js';

const HOUR_MS = 3_600_000;
/** A control plane whose time begins at 0 replays a trace: it has days, and no date. */
const FIRST_DATE_MS = 3650 * DAY_MS;

const two = (value: number): string => String(value).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function clock(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

export function day(ms: number): string {
  if (ms < FIRST_DATE_MS) return `day ${Math.floor(ms / DAY_MS) + 1}`;
  const date = new Date(ms);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** A moment, to the second; in UTC, or in the time of the trace. */
export function moment(ms: number | null): string {
  return ms === null ? NO_FIGURE : `${day(ms)}, ${clock(ms)}:${two(new Date(ms).getUTCSeconds())}`;
}

/** The end of a tick, and so the time of its decisions. */
export const endOf = ({ epochMs, tickMs }: Pick<Status, 'epochMs' | 'tickMs'>, tick: number): number =>
  epochMs + tick * tickMs;

/** What times are in. */
export const zone = (ms: number): string => (ms < FIRST_DATE_MS ? 'time of the trace' : 'UTC');

/** `8.00 s` as `8 s`. */
const whole = (figure: string): string => figure.replace(/\.0+(?=\D)/, '');

/** A length of time in the two largest units that say it. */
export function long(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NO_FIGURE;
  if (ms < MINUTE_MS) return whole(duration(ms));
  if (ms < HOUR_MS) return whole(`${threeDigits(ms / MINUTE_MS)}\u00a0min`);
  if (ms < DAY_MS) {
    const minutes = Math.round(ms / MINUTE_MS);
    return `${Math.floor(minutes / 60)}\u00a0h${minutes % 60 === 0 ? '' : ` ${minutes % 60}\u00a0min`}`;
  }
  const hours = Math.round(ms / HOUR_MS);
  return `${count(Math.floor(hours / 24))}\u00a0d${hours % 24 === 0 ? '' : ` ${hours % 24}\u00a0h`}`;
}

/** A unit that does not break at its hyphen. */
export const GB_HOURS = 'GB\u2011h';

/** One length in one unit, for figures that stand beside others. */
export function waited(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? '-' : '';
  if (size < 120_000) return sign + duration(size);
  if (size < 2 * HOUR_MS) return `${sign}${threeDigits(size / MINUTE_MS)}\u00a0min`;
  return `${sign}${threeDigits(size / HOUR_MS)}\u00a0h`;
}

const LONG_PART = 20;
const PART_SHOWN = 8;

/** A key whose parts are digests is known by their first digits; the whole one is in the title. */
export function shortKey(key: string): string {
  return key
    .split('/')
    .map((part) => (part.length > LONG_PART && /^[0-9a-f]+$/i.test(part) ? part.slice(0, PART_SHOWN) : part))
    .join('/');
}

/** `pricePressure` as `price pressure`, `idleUsd` as `idle`: the unit stands with the figure. */
export const spaced = (name: string): string =>
  name
    .replace(/(Usd|Ms|MiB)(?![a-z])/g, '')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();

/** A term with the unit that its name ends in. */
export function term(name: string, value: number): string {
  if (/usd/i.test(name)) return `${value < 0 ? '-' : ''}$${threeDigits(Math.abs(value))}`;
  if (/Ms$/.test(name)) return long(value);
  if (/MiB$/.test(name)) return `${count(value)}\u00a0MiB`;
  return count(value);
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? capital(text) : `${capital(text)}.`);
