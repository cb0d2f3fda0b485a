/** Forecast models fitted between ticks, in a worker. */
import { ARIMA_SEARCH, type ArimaTask, type TrustedForecast } from 'isotherm/forecast';
import { autoArimaBatchAsync, IsothermError } from 'isotherm/kernels';
import type { EventLog } from './event-log.js';
import type { ManagedFunction } from './managed-function.js';

interface Begun {
  trusted: TrustedForecast;
  task: ArimaTask;
}

/** What is not made when it is due, or cannot be made here, is made by the tick that needs it, to the same bits. */
export class Fits {
  #isWorking = false;
  readonly #events: EventLog;

  constructor(events: EventLog) {
    this.#events = events;
  }

  /** Makes the fits that are begun, unless those of an earlier call are still being made. Resolves when they are taken. */
  async make(functions: Iterable<ManagedFunction>, signal: AbortSignal): Promise<void> {
    if (this.#isWorking || signal.aborted) return;
    const begun = begunOf(functions);
    if (begun.length === 0) return;
    this.#isWorking = true;
    try {
      const series = begun.map(({ task }) => task.series);
      const found = await autoArimaBatchAsync(series, ARIMA_SEARCH, { signal });
      found.forEach((one, i) => {
        const { trusted, task } = begun[i]!;
        try {
          trusted.takeFit(task, one);
        } finally {
          if (!(one instanceof IsothermError)) one.close();
        }
      });
    } catch (error) {
      if (!signal.aborted) {
        const why = error instanceof Error ? error.message : String(error);
        this.#events.emit('config', null, `forecast models are fitted within ticks: ${why}`, { fits: begun.length });
      }
    } finally {
      this.#isWorking = false;
    }
  }
}

function begunOf(functions: Iterable<ManagedFunction>): Begun[] {
  const begun: Begun[] = [];
  for (const { control } of functions) {
    const { trusted } = control;
    const task = trusted.fitTask();
    // Where there is nothing to be fitted the tick is as fast.
    if (task !== undefined && task.series.length > 0) begun.push({ trusted, task });
  }
  return begun;
}
