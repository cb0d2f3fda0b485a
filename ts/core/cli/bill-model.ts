/** The model of billing that a platform's options ask for. */
import {
  type AdviceTarget,
  azureFlex,
  type BillModel,
  cloudRun,
  cloudRunPrices,
  kubernetes,
  lambdaPrices,
  lambdaProvisioned,
} from '../decide/index.js';
import { KNATIVE_NODE } from '../evaluate/advise/plan.js';
import { IsothermError } from '../kernels/index.js';

export interface BillOptions {
  region?: string;
  architecture?: string;
  vcpu?: number;
  node?: string;
}

/** Which options a platform has. */
const TAKES: Record<AdviceTarget, readonly (keyof BillOptions)[]> = {
  'lambda-pc': ['region', 'architecture'],
  flex: [],
  'cloud-run': ['region', 'vcpu'],
  knative: ['vcpu', 'node'],
};

/**
 * Undefined where nothing but the platform is asked for: advice has a model of its own then.
 *
 * Errors: `BAD_ARGUMENT` for an option that the platform has not, a region without prices, a node that is none.
 */
export function billModel(target: AdviceTarget, options: BillOptions): BillModel | undefined {
  for (const name of ['region', 'architecture', 'vcpu', 'node'] as const) {
    if (options[name] === undefined || TAKES[target].includes(name)) continue;
    throw new IsothermError('BAD_ARGUMENT', `--${name} means nothing for ${target}`);
  }
  const { region, architecture, vcpu, node } = options;
  if ([region, architecture, vcpu, node].every((option) => option === undefined)) return undefined;
  switch (target) {
    case 'lambda-pc':
      return lambdaProvisioned({
        prices: lambdaPrices(region),
        ...(architecture !== undefined && { architecture: lambdaArchitecture(architecture) }),
      });
    case 'flex':
      return azureFlex();
    case 'cloud-run':
      return cloudRun({ prices: cloudRunPrices(region), ...(vcpu !== undefined && { vcpu }) });
    case 'knative':
      return kubernetes({ node: node === undefined ? KNATIVE_NODE : nodeOf(node), vcpu: vcpu ?? 0 });
  }
}

function lambdaArchitecture(name: string): 'x86' | 'arm64' {
  if (name === 'x86' || name === 'arm64') return name;
  throw new IsothermError('BAD_ARGUMENT', `--architecture is '${name}', expected x86 or arm64`);
}

function nodeOf(text: string): { usdPerHour: number; vcpu: number; memoryGiB: number } {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [usdPerHour, vcpu, memoryGiB] = numbers;
  if (numbers.length !== 3 || !numbers.every((number) => Number.isFinite(number) && number > 0)) {
    throw new IsothermError(
      'BAD_ARGUMENT',
      `--node is '${text}', expected USD an hour, vCPU and GiB, as in 0.192,4,16`,
    );
  }
  return { usdPerHour: usdPerHour!, vcpu: vcpu!, memoryGiB: memoryGiB! };
}
