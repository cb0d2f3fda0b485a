/**
 * States of functions as bytes: what is known of one as JSON behind its length, and then what its control has learnt; nothing where it has not been stepped, as a
 * control follows from its setting then.
 */
import { type FootprintPlace, type Limits, NO_LIMITS } from 'isotherm/decide';
import { type ControlSetting, FunctionControl } from 'isotherm/evaluate';
import { IsothermError, VERSION } from 'isotherm/kernels';
import type { Totals as StoredTotals } from '../store/index.js';
import { withIdleMemory } from './figures.js';
import { type About, type Carried, ManagedFunction, sameLimits } from './managed-function.js';

const HEADER_BYTES = 4;

const ABOUT = [
  'place',
  'firstSeenMs',
  'lastCallMs',
  'lateSamples',
  'receiptId',
  'decidedTick',
  'heldTicks',
  'limits',
  'gaps',
  'nextCalls',
  'recentSteps',
  'carried',
  'inherited',
  'anothersUntil',
] as const satisfies readonly (keyof About)[];

interface Head {
  setting: ControlSetting;
  /** Of a function that has not been stepped, whose control began: another one may begin otherwise. */
  version?: string;
  /** Of a function that has not been stepped, what is not as it is of every one. */
  about: Partial<About>;
}

const encoder = new TextEncoder();

function packed({ setting, version, about }: Head, control: Uint8Array): Uint8Array {
  const head = encoder.encode(JSON.stringify({ setting, version, ...about }));
  const bytes = new Uint8Array(HEADER_BYTES + head.length + control.length);
  new DataView(bytes.buffer).setUint32(0, head.length);
  bytes.set(head, HEADER_BYTES);
  bytes.set(control, HEADER_BYTES + head.length);
  return bytes;
}

export function saveFunction(managed: ManagedFunction): Uint8Array {
  const about = Object.fromEntries(ABOUT.map((name) => [name, managed[name]])) as unknown as About;
  return packed({ setting: managed.setting, about }, managed.control.save());
}

/** Errors: `BAD_STATE`. */
function headOf(bytes: Uint8Array): Head & { end: number } {
  try {
    const end = HEADER_BYTES + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
    const { setting, version, ...about } = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_BYTES, end)));
    return { setting, version, about, end };
  } catch (cause) {
    throw new IsothermError('BAD_STATE', 'the state of a function has a head that cannot be read', { cause });
  }
}

/** In place of a state that nobody can read, once that was told: up to its tick the function has not been called again. */
export const LEFT_STATE: Uint8Array = encoder.encode('isotherm: left');

export const isLeft = (bytes: Uint8Array): boolean =>
  bytes.length === LEFT_STATE.length && bytes.every((byte, i) => byte === LEFT_STATE[i]);

/** `place` is where its carbon is counted if that was not saved. Errors: `BAD_STATE`. */
export function loadFunction(bytes: Uint8Array, place: FootprintPlace): ManagedFunction {
  const { setting, version, about, end } = headOf(bytes);
  if (end === bytes.length) {
    if (version === VERSION) return begun({ setting, about }, place);
    throw new IsothermError('BAD_STATE', `a function began under version ${version}, expected ${VERSION}`);
  }
  const control = FunctionControl.load(setting, bytes.subarray(end));
  return new ManagedFunction(control, about.place ?? place, about.firstSeenMs!, about);
}

const NO_CALLS = { startMs: new Float64Array(0), durationMs: new Uint32Array(0) };

/** At the end of the first tick of its setting, before anything that it could know of; where it begins anew, under its limits. */
function begun({ setting, about }: Head, place: FootprintPlace): ManagedFunction {
  const control = new FunctionControl(setting);
  const { limits = NO_LIMITS } = about;
  control.tick(setting.firstTick, sameLimits(limits, NO_LIMITS) ? NO_CALLS : { ...NO_CALLS, limits });
  return new ManagedFunction(control, about.place ?? place, about.firstSeenMs!, about);
}

const NOTHING_LEARNT = new Uint8Array(0);

function born(head: Head, place: FootprintPlace, isAnew: boolean): ManagedFunction {
  const managed = begun(head, place);
  managed.birth = {
    tick: head.setting.firstTick,
    state: packed({ ...head, version: VERSION }, NOTHING_LEARNT),
    isAnew,
  };
  return managed;
}

/** What stands in the store of a function whose control nobody can load. */
export interface Left {
  /** Its last one: from its end on it goes on. */
  tick: number;
  /** The last tick of all before: what was decided up to there, another version may have decided. */
  until: number;
  /** Both sides up to then. */
  totals: { ours: StoredTotals; compared: StoredTotals };
  /** The decision that stands until there is another one. */
  inherited: About['inherited'];
}

const carriedOf = ({ totals: { ours, compared } }: Left, { memoryMiB }: ControlSetting): Carried => ({
  ours: withIdleMemory(ours, memoryMiB),
  compared: withIdleMemory(compared, memoryMiB),
});

/** What one that begins anew is told beside: its limits hold from its beginning on. */
const toldAnew = (left: Left, setting: ControlSetting, limits: Limits): Partial<About> => ({
  carried: carriedOf(left, setting),
  inherited: left.inherited,
  anothersUntil: left.until,
  limits,
});

/** A function that nobody has seen before. Errors: those of `FunctionControl`. */
export const beginFunction = (setting: ControlSetting, place: FootprintPlace, firstSeenMs: number): ManagedFunction =>
  born({ setting, about: { place, firstSeenMs } }, place, false);

/** One of which nothing but what is `left` can be read. Errors: those of `FunctionControl`. */
export const beginLeft = (
  setting: ControlSetting,
  place: FootprintPlace,
  firstSeenMs: number,
  left: Left,
  limits: Limits,
): ManagedFunction => born({ setting, about: { place, firstSeenMs, ...toldAnew(left, setting, limits) } }, place, true);

/**
 * A function whose control nobody can load: with its setting and all that is known of it beside, and nothing learnt.
 *
 * Errors: `BAD_STATE` where not even its setting can be read; those of `FunctionControl` for a setting that is none any more.
 */
export function beginAnew(bytes: Uint8Array, place: FootprintPlace, left: Left): ManagedFunction {
  const { setting: before, about } = headOf(bytes);
  const setting = { ...before, firstTick: left.tick };
  const told = toldAnew(left, setting, about.limits ?? NO_LIMITS);
  return born({ setting, about: { ...about, ...told } }, place, true);
}
