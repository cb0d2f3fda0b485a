/** What the control plane itself knows of the functions that are placed: figures of the last hour, and the last good ones where there are no data. */
import type { SeenFunction } from 'isotherm/decide';
import { Turns } from '../../turns.js';
import type { Fleet } from '../fleet.js';
import type { LimitsBook } from '../limits-book.js';
import type { ManagedFunction } from '../managed-function.js';

const HOUR_MINUTES = 60;
/** More digits are noise, and would make every decision's figures others. */
const DIGITS = 3;

type Figures = Pick<SeenFunction, 'callsPerHour' | 'memoryMiB' | 'instances' | 'startMs'>;

const NOTHING: Figures = { callsPerHour: null, memoryMiB: null, instances: null, startMs: null };

export class Measured {
  /** The last good figures by name. */
  #last = new Map<string, Figures>();

  /** Goes on from what was seen before a restart. */
  restore(seen: readonly SeenFunction[]): void {
    for (const { name, callsPerHour, memoryMiB, instances, startMs } of seen) {
      const figures = { callsPerHour, memoryMiB, instances, startMs };
      // Of who was only paused nothing was known.
      if (Object.values(figures).some((one) => one !== null)) this.#last.set(name, figures);
    }
  }

  /** Those of whom anything is known or said; others get their turn in between. O(functions). */
  async look(names: readonly string[], fleet: Fleet, limits: LimitsBook): Promise<SeenFunction[]> {
    const all: SeenFunction[] = [];
    const turns = new Turns();
    for (const name of names) {
      if (turns.isOver) await turns.give();
      const managed = fleet.functions.get(name);
      const isPaused = limits.of(name).paused;
      const last = this.#last.get(name);
      if (managed === undefined) {
        const isHeld = last !== undefined;
        if (isHeld || isPaused) all.push({ name, ...(last ?? NOTHING), isHeld, isPaused });
        continue;
      }
      const now = figuresOf(managed);
      if (now !== null) this.#last.set(name, now);
      all.push({ name, ...(now ?? heldOf(last, managed)), isHeld: now === null, isPaused });
    }
    return all;
  }
}

/** Null where there are no data now. */
function figuresOf(managed: ManagedFunction): Figures | null {
  if (managed.isMissing) return null;
  const minutes = managed.recent.lastCalls(HOUR_MINUTES);
  if (minutes.length === 0) return null;
  const mean = minutes.reduce((sum, calls) => sum + calls, 0) / minutes.length;
  const callsPerHour = Number((mean * HOUR_MINUTES).toPrecision(DIGITS));
  return { ...knownAnyhow(managed), callsPerHour, instances: Math.max(1, managed.recent.mostWarm(HOUR_MINUTES)) };
}

/** The last good figures, and what needs no data where there are none. */
function heldOf(last: Figures | undefined, managed: ManagedFunction): Figures {
  const known = knownAnyhow(managed);
  if (last === undefined) return known;
  return { ...last, memoryMiB: last.memoryMiB ?? known.memoryMiB, startMs: last.startMs ?? known.startMs };
}

/** What needs no data of now. */
function knownAnyhow({ setting, control }: ManagedFunction): Figures {
  return { ...NOTHING, memoryMiB: Math.max(1, Math.round(setting.memoryMiB)), startMs: control.startTime.ms };
}
