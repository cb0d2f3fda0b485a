/** A decision about placement as work for a thread: bytes in, bytes and columns out. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRawSync, type ZlibOptions } from 'node:zlib';
import {
  type GivenPlacement,
  type PlacementReceipt,
  type PlacementSetting,
  type PlacementStanding,
  type RollingState,
  rollPlacement,
  type SeenFunction,
  signedReceipt,
} from 'isotherm/decide';
import type { PlacementPart } from '../../store/index.js';

/** What it follows from; the three parts as `packedPart` makes them. */
export interface PlacementTask {
  tick: number;
  /** Engine time. */
  atMs: number;
  setting: PlacementSetting;
  given: Uint8Array;
  seen: Uint8Array;
  before: Uint8Array;
}

export interface PlacementAnswer {
  receipt: PlacementReceipt;
  /** What it followed from, and what the next one begins with. */
  parts: Record<'given' | 'seen' | 'before' | 'after', PlacementPart>;
  standing: PlacementStanding;
}

/** Decides elsewhere, so that the event loop stays free. */
export interface Solver {
  /** Errors: as of `rollPlacement`; `ABORTED`. */
  solve(task: PlacementTask, signal: AbortSignal): Promise<PlacementAnswer>;
}

/** Fast: a fleet's names are most of it. */
const LEVEL = 3;

export const packedPart = (value: unknown): Uint8Array => deflateRawSync(JSON.stringify(value), { level: LEVEL });

const deflate = promisify<string, ZlibOptions, Buffer>(deflateRaw);

/** The same of a JSON text, beside the event loop. */
export const packedText = (json: string): Promise<Uint8Array> => deflate(json, { level: LEVEL });

export const partOf = (body: Uint8Array): unknown => JSON.parse(inflateRawSync(body).toString());

/** The digest is of the text: bodies of other versions of zlib may differ. */
function part(body: Uint8Array): { value: unknown; part: PlacementPart } {
  const text = inflateRawSync(body);
  const digest = createHash('sha256').update(text).digest('hex');
  return { value: JSON.parse(text.toString()), part: { digest, body } };
}

/** What goes in is read from the bytes that are kept: what is computed again from them is the same. */
export function solvePlacement({ tick, atMs, setting, ...packed }: PlacementTask): PlacementAnswer {
  const [given, seen, before] = [part(packed.given), part(packed.seen), part(packed.before)];
  const rolled = rollPlacement({
    tick,
    atMs,
    setting,
    given: given.value as GivenPlacement,
    seen: seen.value as SeenFunction[],
    before: before.value as RollingState,
  });
  const after = part(packedPart(rolled.after)).part;
  const inputs = { given: given.part.digest, seen: seen.part.digest, before: before.part.digest };
  const receipt = signedReceipt(rolled.receipt, inputs, after.digest);
  const parts = { given: given.part, seen: seen.part, before: before.part, after };
  return { receipt, parts, standing: rolled.standing };
}
