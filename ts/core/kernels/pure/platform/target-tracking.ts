/**
 * Target tracking as AWS Application Auto Scaling does it for provisioned concurrency: an alarm of a few minutes above the target adds,
 * one of a quarter of an hour well under it removes. Both go by the metric, rounded up to whole instances.
 */
import type { Tracking } from './settings.js';

/** It removes under this share of the target. */
const WELL_UNDER = 0.9;

export class TargetTracking {
  readonly periodMs: number;
  readonly min: number;
  #settings: Tracking;
  #points = 0;
  #sum = 0;
  #largest = 0;
  #above = 0;
  #below = 0;

  constructor(settings: Tracking) {
    this.#settings = settings;
    this.periodMs = settings.periodMs;
    this.min = settings.min;
  }

  /** A call is served, with so many of so many places on ready instances in use. */
  observe(used: number, places: number): void {
    if (places === 0) return;
    const utilisation = used / places;
    this.#points++;
    this.#sum += utilisation;
    if (utilisation > this.#largest) this.#largest = utilisation;
  }

  /** A period ends: how many to ask for. */
  decide(asked: number, up: number): number {
    const { target, min, max, maximum, scaleOutPeriods, scaleInPeriods } = this.#settings;
    const points = this.#points;
    const metric = points === 0 ? 0 : maximum ? this.#largest : this.#sum / points;
    this.#points = 0;
    this.#sum = 0;
    this.#largest = 0;
    // Without a call there is no data point, and an alarm wants its points in a row.
    this.#above = points > 0 && metric > target ? this.#above + 1 : 0;
    this.#below = points > 0 && metric < target * WELL_UNDER ? this.#below + 1 : 0;
    const wanted = Math.ceil(up * (metric / target));
    if (this.#above >= scaleOutPeriods) return Math.min(Math.max(asked, wanted), max);
    if (this.#below >= scaleInPeriods) return Math.max(Math.min(asked, wanted), min);
    return asked;
  }
}
