/** Forecast models fitted between ticks, in a worker. */
import { ARIMA_SEARCH, type ArimaTask, type TrustedForecast } from 'isotherm/forecast';
import { type ArimaModel, autoArimaBatchAsync, IsothermError } from 'isotherm/kernels';
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
      const refused = found.flatMap((one, i) => taken(begun[i]!, one));
      if (refused.length > 0) this.#tell(refused[0], refused.length);
    } catch (error) {
      if (!signal.aborted) this.#tell(error, begun.length);
    } finally {
      this.#isWorking = false;
    }
  }

  #tell(error: unknown, fits: number): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#events.emit('config', null, `forecast models are fitted within ticks: ${why}`, { fits });
  }
}

/** What it throws, if it does: the others are taken all the same. */
function taken({ trusted, task }: Begun, found: ArimaModel | IsothermError): unknown[] {
  try {
    trusted.takeFit(task, found);
    return [];
  } catch (error) {
    return [error];
  } finally {
    if (!(found instanceof IsothermError)) found.close();
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
