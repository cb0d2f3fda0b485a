/** Advised settings as the platform's own configuration. */
import { type AdviceTarget, targetTerms } from '../target.js';
import { cloudRunFiles } from './cloud-run.js';
import { type ConfigurationFile, type ConfiguredFunction, named } from './configured.js';
import { flexFiles } from './flex.js';
import { knativeFiles } from './knative.js';
import { lambdaCloudFormation } from './lambda-cloudformation.js';
import { lambdaCommands } from './lambda-commands.js';
import { lambdaTerraform } from './lambda-terraform.js';

export type { ConfigurationFile, ConfiguredFunction } from './configured.js';

function lambdaFiles(...of: Parameters<typeof lambdaCommands>): ConfigurationFile[] {
  const files: [string, string | undefined][] = [
    ['apply.sh', lambdaCommands(...of)],
    ['template.yaml', lambdaCloudFormation(...of)],
    ['main.tf', lambdaTerraform(...of)],
  ];
  return files.flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]));
}

/**
 * The settings of functions in the platform's own terms: commands, and the files of its usual tools. Functions with nothing ready are left out; nothing is run.
 *
 * A function is named by the last part of its key, within the app or namespace before it; where two share a name in an account, by all parts with dashes between.
 * Names stay names, whatever is in them; those that no command can take (control characters, an option's dash) are left out and said in a comment.
 *
 * Errors: `BAD_ARGUMENT` for an unknown target. Complexity: O(functions x changes of their schedules).
 *
 * @example
 * const setting = { kind: 'constant', ready: 2 } as const;
 * configuration('knative', [{ key: 'shop/checkout', trigger: 'http', setting }]).map(({ name }) => name); // ['apply.sh', 'services.yaml']
 */
export function configuration(target: AdviceTarget, functions: readonly ConfiguredFunction[]): ConfigurationFile[] {
  targetTerms(target);
  const { usable, unusable } = named(
    functions.filter(({ setting }) => setting.kind !== 'on-demand'),
    target === 'flex' || target === 'knative' ? 'app' : 'account',
  );
  switch (target) {
    case 'lambda-pc':
      return lambdaFiles(usable, unusable);
    case 'flex':
      return flexFiles(usable, unusable);
    case 'cloud-run':
      return cloudRunFiles(usable, unusable);
    case 'knative':
      return knativeFiles(usable, unusable);
  }
}
