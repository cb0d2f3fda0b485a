/** Whose start times, and whose logs, are those of a target. */
import type { AdviceTarget } from '../../decide/advise/target.js';
import type { StartPlatform } from '../../trace/index.js';

export const TARGET_PLATFORMS: Partial<Record<AdviceTarget, StartPlatform>> = {
  'lambda-pc': 'aws-lambda',
  flex: 'azure-functions',
  'cloud-run': 'google-cloud-functions',
};
