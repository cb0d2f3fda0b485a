/** The settings of one function that are worth replaying: a few per kind, found from its demand. */
import { peak } from '../../decide/advise/demand.js';
import { bestForecastMethod, forecastCounts } from '../../decide/advise/forecast.js';
import type { PricedDemand } from '../../decide/advise/ready-count.js';
import { constantCount, hourlySchedule } from '../../decide/advise/schedule.js';
import { type Setting, scheduledCounts } from '../../decide/advise/setting.js';
import type { TargetTerms } from '../../decide/advise/target.js';

/** Utilisations that the platform's autoscaler is tried at. */
const UTILISATIONS = [0.5, 0.7, 0.9];

/** A setting as it would stand over the steps of a stretch. */
export interface Candidate {
  setting: Setting;
  /** Tells settings of a kind apart by how they were found: the same on every stretch. */
  variant: string;
  /** Ready instances per step, for the kinds that fix them. */
  counts?: Int32Array;
}

/** Where in a function's demand a part lies: what is before `from` is known, `from..to` is to come. */
export interface Stretch {
  from: number;
  to: number;
  /** Epoch ms of step 0 of the demand, NaN where unknown. */
  originMs: number;
}

/** What to try on a stretch at one price of cold starts, the simplest first; only what the platform takes. */
export function candidates(
  priced: PricedDemand,
  { from, to, originMs }: Stretch,
  { kinds, maxReady, target }: TargetTerms,
): Candidate[] {
  const steps = to - from;
  const known = { from: 0, to: from };
  const capped = (count: number): number => Math.min(count, maxReady);
  const found: Candidate[] = [{ setting: { kind: 'on-demand' }, variant: '' }];
  const ready = capped(constantCount(priced, known).ready);
  if (ready > 0) {
    found.push({ setting: { kind: 'constant', ready }, variant: '', counts: new Int32Array(steps).fill(ready) });
  }
  const schedule = kinds.includes('scheduled') ? hourlySchedule(priced, known, originMs) : undefined;
  if (schedule?.ready.some((count) => count !== schedule.ready[0])) {
    const setting = { ...schedule, ready: schedule.ready.map(capped) };
    found.push({ setting, variant: '', counts: scheduledCounts(setting, to, originMs).subarray(from) });
  }
  if (kinds.includes('target-tracking')) {
    const max = capped(Math.max(peak(priced.demand, from), ready + 1));
    // Knative's autoscaler goes to zero; Lambda's sees no utilisation where nothing is ready.
    const least = target === 'knative' ? 0 : 1;
    const mins = target === 'knative' || ready > 0 ? [...new Set([least, Math.max(least, ready)])] : [];
    for (const min of mins) {
      for (const utilisation of UTILISATIONS) {
        const variant = `${utilisation} from ${min === least ? 'least' : 'constant'}`;
        found.push({ setting: { kind: 'target-tracking', utilisation, min, max }, variant });
      }
    }
  }
  if (kinds.includes('forecast')) {
    const method = bestForecastMethod(priced, known);
    // One step more than the stretch has: what stands after its end.
    const counts = forecastCounts(priced, method, { from, to: to + 1 }).map(capped);
    // After the end of all that is known there is only the next step, whatever its number.
    if (steps === 0 || counts.some((count) => count > 0)) {
      const setting: Setting = { kind: 'forecast', method: method.name, ready: counts[steps]! };
      found.push({ setting, variant: '', counts: counts.subarray(0, steps) });
    }
  }
  return found;
}

/** The candidate of the same kind and variant as one found on an earlier stretch; nothing ready where there is none. */
export function likewise(found: readonly Candidate[], { setting, variant }: Candidate): Candidate {
  return found.find((one) => one.setting.kind === setting.kind && one.variant === variant) ?? found[0]!;
}
