import { roundHalfUp } from '../trace.js';
import { numberOf, parseNumber } from './number-text.js';

/** What a column of times holds: found out from its first value, then demanded of all. */
export type TimeKind = 'iso' | 'epoch-ms' | 'epoch-s' | 'seconds';

/** Numbers from here on (March 1973 in seconds) are epoch seconds; smaller ones count from a beginning without a date. */
const FIRST_EPOCH_S = 1e8;
/** Numbers from here on (March 1973 in milliseconds) are epoch milliseconds. */
const FIRST_EPOCH_MS = 1e11;
/** 31 December 9999: larger numbers are micro- or nanoseconds, or wrong. */
const LAST_EPOCH_MS = 253402300799999;

export const EXPECTED_TIME: Record<TimeKind | 'any', string> = {
  any: 'epoch seconds or milliseconds, or ISO 8601 as in 2026-01-31T12:00:00.5Z',
  iso: 'ISO 8601 as in 2026-01-31T12:00:00.5Z, as in the rows before',
  'epoch-ms': 'epoch milliseconds, as in the rows before',
  'epoch-s': 'epoch seconds, as in the rows before',
  seconds: 'seconds from the beginning of the trace, below 1e8, as in the rows before',
};

/** Turns the times of one file into whole ms: epoch ms, or for `seconds` ms from the beginning. NaN for what is none. */
export class Clock {
  kind: TimeKind | undefined;
  /** ISO times that name no zone, taken as UTC. */
  withoutZone = 0;
  readonly #encoder = new TextEncoder();

  ofBytes(bytes: Uint8Array, from: number, to: number): number {
    if (this.kind !== 'iso') {
      const value = parseNumber(bytes, from, to);
      if (!Number.isNaN(value)) return this.ofNumber(value);
      if (this.kind !== undefined) return Number.NaN;
    }
    return this.#iso(bytes, from, to);
  }

  ofText(text: string): number {
    const value = numberOf(text);
    if (!Number.isNaN(value)) return this.ofNumber(value);
    const bytes = this.#encoder.encode(text.trim());
    return this.#iso(bytes, 0, bytes.length);
  }

  ofNumber(value: number): number {
    const kind = numberKind(value);
    if (kind === undefined) return Number.NaN;
    this.kind ??= kind;
    if (this.kind !== kind) return Number.NaN;
    return roundHalfUp(kind === 'epoch-ms' ? value : value * 1000);
  }

  /** An instant that its source knows as such (a Parquet timestamp). */
  ofInstant(epochMs: number): number {
    this.kind ??= 'iso';
    if (this.kind !== 'iso' || !(Math.abs(epochMs) <= LAST_EPOCH_MS)) return Number.NaN;
    return roundHalfUp(epochMs);
  }

  #iso(bytes: Uint8Array, from: number, to: number): number {
    const time = parseIso(bytes, from, to);
    if (Number.isNaN(time.epochMs) || (this.kind !== undefined && this.kind !== 'iso')) return Number.NaN;
    this.kind = 'iso';
    if (!time.zone) this.withoutZone++;
    return time.epochMs;
  }
}

function numberKind(value: number): Exclude<TimeKind, 'iso'> | undefined {
  if (!(value >= 0 && value <= LAST_EPOCH_MS)) return undefined;
  if (value >= FIRST_EPOCH_MS) return 'epoch-ms';
  return value >= FIRST_EPOCH_S ? 'epoch-s' : 'seconds';
}

const parsed = { epochMs: Number.NaN, zone: false };
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** `YYYY-MM-DD[(T| )HH:MM[:SS[.fraction]][Z|±HH[[:]MM]]]`; NaN for anything else. The answer lives until the next call. */
function parseIso(bytes: Uint8Array, from: number, to: number): typeof parsed {
  parsed.epochMs = Number.NaN;
  parsed.zone = false;
  let at = from;
  /** `length` digits as a number, NaN when they are not all there. */
  const digits = (length: number): number => {
    let value = at + length <= to ? 0 : Number.NaN;
    for (let i = 0; i < length; i++, at++) {
      const digit = bytes[at] - 48;
      value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
    }
    return value;
  };
  const take = (byte: number): boolean => at < to && bytes[at] === byte && ++at > 0;
  const year = digits(4);
  if (!take(45)) return parsed;
  const month = digits(2);
  if (!take(45)) return parsed;
  const day = digits(2);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(month, leap))) return parsed;
  const years = year - 1;
  const yearDays = 365 * years + Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400) - 719162;
  let ms = (yearDays + DAYS_BEFORE_MONTH[month - 1] + (leap && month > 2 ? 1 : 0) + day - 1) * 86400000;
  if (at < to) {
    if (!take(84) && !take(116) && !take(32)) return parsed;
    const hour = digits(2);
    if (!take(58)) return parsed;
    const minute = digits(2);
    let second = 0;
    let fraction = 0;
    if (take(58)) {
      second = digits(2);
      if (take(46) || take(44)) {
        const first = at;
        let scale = 100;
        for (; at < to && bytes[at] >= 48 && bytes[at] <= 57; at++, scale /= 10) {
          // Whole ms exactly; the first digit behind them rounds.
          if (at - first < 3) fraction += (bytes[at] - 48) * scale;
          else if (at - first === 3 && bytes[at] >= 53) fraction++;
        }
        if (at === first) return parsed;
      }
    }
    if (!(hour <= 23 && minute <= 59 && second <= 59)) return parsed;
    ms += hour * 3600000 + minute * 60000 + second * 1000 + fraction;
    if (take(90) || take(122)) parsed.zone = true;
    else if (at < to) {
      const sign = take(43) ? 1 : take(45) ? -1 : Number.NaN;
      const zoneHour = digits(2);
      const colon = take(58);
      const zoneMinute = colon || at < to ? digits(2) : 0;
      if (!(zoneHour <= 23 && zoneMinute <= 59)) return parsed;
      ms -= sign * (zoneHour * 3600000 + zoneMinute * 60000);
      parsed.zone = true;
    }
    if (at !== to) return parsed;
  }
  parsed.epochMs = ms;
  return parsed;
}

function daysIn(month: number, leap: boolean): number {
  if (month === 2) return leap ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
