/** Loaded before anything else (`node --import`), on every thread: the wall clock is off by as many ms as the file that CLOCK_OFF names says. */
import { readFileSync } from 'node:fs';

const Wall = globalThis.Date;
const { CLOCK_OFF } = process.env;
/** The file is looked at so often. */
const LOOK_MS = 20;

let offMs = 0;
let lookedMs = Number.NEGATIVE_INFINITY;

function now() {
  if (performance.now() - lookedMs > LOOK_MS) {
    lookedMs = performance.now();
    offMs = Number(readFileSync(CLOCK_OFF, 'utf8'));
  }
  return Wall.now() + offMs;
}

globalThis.Date = class extends Wall {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }

  static now() {
    return now();
  }
};
