/** What forecasts of 10,000 functions cost a control plane: minutes, ticks, states, memory. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ArimaFit, arimaFit, arimaTask } from '../../ts/core/dist/forecast/arima-fit.js';
import { callsPerMinute, MinuteHistory, TrustedForecast } from '../../ts/core/dist/forecast/index.js';
import { generateTrace, type Pattern } from '../../ts/core/dist/trace/index.js';
import type { Bench } from '../harness.js';

const FUNCTIONS = 10_000;
const MINUTE_MS = 60_000;
const TICK_MS = 30_000;
const TICKS = 20;
/** Long enough for all that a history keeps. */
const DAYS = 9;
const KINDS: { name: string; pattern: Pattern; calls: number; memoryMb?: number }[] = [
  { name: 'busy, 300 calls a minute', pattern: 'diurnal', calls: 300 * 1440 * DAYS, memoryMb: 400 },
  { name: 'sparse, 32 calls a day', pattern: 'steady', calls: 32 * DAYS },
];
/** Different functions; the others have their state. */
const DISTINCT = 20;

interface Fleet {
  name: string;
  functions: TrustedForecast[];
  counts: Float64Array[];
  minute: number;
}

function collected(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

function fleetOf({ name, pattern, calls }: (typeof KINDS)[number]): Fleet {
  const trace = generateTrace({ pattern, functions: DISTINCT, days: DAYS, seed: 1, calls: calls * DISTINCT });
  const counts = Array.from({ length: DISTINCT }, (_, f) => callsPerMinute(trace, f));
  const states = counts.map((minutes) => {
    const trusted = new TrustedForecast({ model: 'auto' });
    minutes.forEach((came, minute) => {
      trusted.observeMinute(minute * MINUTE_MS, came);
    });
    return trusted.save();
  });
  const functions = Array.from({ length: FUNCTIONS }, (_, f) => TrustedForecast.load(states[f % DISTINCT]));
  return { name, functions, counts, minute: DAYS * 1440 };
}

export default async function forecastSuite(bench: Bench): Promise<void> {
  const fleets = KINDS.map((kind) => {
    const before = collected();
    const fleet = fleetOf(kind);
    bench.fact(`memory of ${FUNCTIONS} functions, ${kind.name}`, collected() - before, 'MB', kind.memoryMb);
    bench.fact(`state of a function, ${kind.name}`, fleet.functions[0].save().length / 1000, 'kB');
    return fleet;
  });
  await bench.group({
    name: 'ten minutes are observed, and every model scored',
    amount: FUNCTIONS * 10,
    unit: 'function minutes',
    rounds: 7,
    cases: fleets.map((fleet) => ({
      name: fleet.name,
      run() {
        for (const end = fleet.minute + 10; fleet.minute < end; fleet.minute++) {
          const at = fleet.minute % fleet.counts[0].length;
          fleet.functions.forEach((one, f) => {
            one.observeMinute(fleet.minute * MINUTE_MS, fleet.counts[f % DISTINCT][at]);
          });
        }
      },
      check() {
        const wrong = fleet.functions.filter(({ history }) => history?.end !== fleet.minute || !history.isWhole);
        if (wrong.length > 0) throw new Error(`${wrong.length} functions have not seen every minute`);
      },
      aim: { seconds: 0.5 },
    })),
  });
  let expected = 0;
  await bench.group({
    name: 'a tick: the next ten minutes of each, with an interval',
    amount: FUNCTIONS,
    unit: 'forecasts',
    rounds: 7,
    cases: fleets.map((fleet) => ({
      name: fleet.name,
      run() {
        expected = 0;
        for (const one of fleet.functions) {
          const { calls, upper } = one.forecast(fleet.minute * MINUTE_MS + TICK_MS, TICKS, TICK_MS);
          expected += calls.length + (upper[0] >= 0 ? 1 : 0);
        }
      },
      check() {
        if (expected !== FUNCTIONS * (TICKS + 1)) throw new Error(`${expected} steps and intervals were forecast`);
      },
      aim: { seconds: 0.1 },
    })),
  });
  const busy = fleets[0].counts.map((counts) => {
    const history = new MinuteHistory(0);
    for (const calls of counts) history.push(calls);
    return history;
  });
  let fits: ArimaFit[] = [];
  await bench.group({
    name: 'ARIMA is fitted to two days, its orders found',
    amount: DISTINCT,
    unit: 'fits',
    rounds: 5,
    cases: [
      {
        name: KINDS[0].name,
        run() {
          fits = busy.map((history) => arimaFit(arimaTask(history, history.end)));
        },
        check() {
          const without = fits.filter(({ saved }) => saved.length === 0);
          if (without.length > 0) throw new Error(`${without.length} series have no model`);
        },
      },
    ],
  });
  let bytes = 0;
  await bench.group({
    name: 'states are saved',
    amount: FUNCTIONS,
    unit: 'states',
    rounds: 5,
    cases: fleets.map((fleet) => ({
      name: fleet.name,
      run() {
        bytes = 0;
        for (const one of fleet.functions) bytes += one.save().length;
      },
      check() {
        if (!(bytes > FUNCTIONS * 1000)) throw new Error(`${bytes} bytes were saved`);
      },
    })),
  });
}
