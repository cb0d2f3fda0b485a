/** Platforms that advice is given for: what can be set there, and what keeps it from being more. */
import { IsothermError } from '../../kernels/error.js';
import type { SettingKind } from './setting.js';

export type AdviceTarget = 'lambda-pc' | 'flex' | 'cloud-run' | 'knative';

export const ADVICE_TARGETS: readonly AdviceTarget[] = ['lambda-pc', 'flex', 'cloud-run', 'knative'];

const MINUTE_MS = 60_000;

export interface TargetTerms {
  target: AdviceTarget;
  /** For people. */
  about: string;
  /** What a ready instance is called there. */
  ready: string;
  /** How long an idle instance of the platform's own stays; see `PROVIDER_DEFAULTS`. */
  keepAliveMs: number;
  /** From setting a number to the instances' being ready, beyond their start time, ms. */
  readyDelayMs: number;
  /** Most ready instances of one function. */
  maxReady: number;
  /** What can be set. */
  kinds: readonly SettingKind[];
  /** What cannot be set, or only in a roundabout way, and why. */
  limits: readonly string[];
}

const TERMS: Record<AdviceTarget, Omit<TargetTerms, 'target'>> = {
  'lambda-pc': {
    about: 'AWS Lambda with provisioned concurrency',
    ready: 'provisioned concurrency',
    keepAliveMs: 6 * MINUTE_MS,
    // AWS Lambda developer guide: allocation starts after a minute or two.
    readyDelayMs: 2 * MINUTE_MS,
    maxReady: 65_536,
    kinds: ['on-demand', 'constant', 'scheduled', 'target-tracking', 'forecast'],
    limits: ['How long an idle instance on demand stays cannot be set on Lambda: nothing of the sort is advised.'],
  },
  flex: {
    about: 'Azure Functions, Flex Consumption with always-ready instances',
    ready: 'always-ready instances',
    keepAliveMs: 20 * MINUTE_MS,
    readyDelayMs: 0,
    // Microsoft Learn, Flex Consumption plan: an app scales to 1000 instances.
    maxReady: 1000,
    kinds: ['on-demand', 'constant', 'scheduled', 'forecast'],
    limits: [
      'Always-ready instances have no autoscaler: target tracking cannot be set.',
      'Azure has no schedule for them: a scheduler of your own runs the commands.',
      'HTTP functions of an app scale together, and so do its Blob and its Durable functions: their instances are one number per app.',
    ],
  },
  'cloud-run': {
    about: 'Google Cloud Run, billed by requests, with minimum instances',
    ready: 'minimum instances',
    keepAliveMs: 15 * MINUTE_MS,
    readyDelayMs: 0,
    maxReady: 65_536,
    kinds: ['on-demand', 'constant', 'scheduled', 'forecast'],
    limits: ['Minimum instances have no autoscaler: target tracking cannot be set.'],
  },
  knative: {
    about: 'Knative Serving, its autoscaler with a minimum scale',
    ready: 'minimum scale',
    keepAliveMs: MINUTE_MS,
    readyDelayMs: 0,
    maxReady: 65_536,
    kinds: ['on-demand', 'constant', 'scheduled', 'target-tracking'],
    limits: [
      'A change of the minimum scale makes a new revision, whose instances start before the old ones go: those are not in the figures, and a number every five minutes is not advised.',
      'Knative has no schedule for it: a scheduler of your own runs the commands.',
    ],
  },
};

/** The terms of a target. Errors: `BAD_ARGUMENT` for an unknown one. */
export function targetTerms(target: AdviceTarget): TargetTerms {
  if (!Object.hasOwn(TERMS, target)) {
    throw new IsothermError('BAD_ARGUMENT', `target is '${target}', expected ${ADVICE_TARGETS.join(', ')}`);
  }
  return { target, ...TERMS[target] };
}
