/** Provisioned concurrency in Terraform's language. */
import { changesOf, leftOut, type Named, textOf } from './configured.js';
import { awsCron } from './lambda-commands.js';
import { hclString } from './quoting.js';

function block(type: string, id: string, lines: readonly string[]): string[] {
  return [`resource "${type}" "${id}" {`, ...lines.map((line) => (line === '' ? '' : `  ${line}`)), '}'];
}

const target = (id: string, name: string, least: number, most: number): string[] =>
  block('aws_appautoscaling_target', id, [
    'service_namespace  = "lambda"',
    'scalable_dimension = "lambda:function:ProvisionedConcurrency"',
    `resource_id        = join(":", ["function", ${hclString(name)}, var.alias])`,
    `min_capacity       = ${least}`,
    `max_capacity       = ${most}`,
  ]);

const ofTarget = (id: string): string[] => [
  `service_namespace  = aws_appautoscaling_target.${id}.service_namespace`,
  `scalable_dimension = aws_appautoscaling_target.${id}.scalable_dimension`,
  `resource_id        = aws_appautoscaling_target.${id}.resource_id`,
];

function resources({ name, setting }: Named, id: string): string[] {
  switch (setting.kind) {
    case 'constant':
      return block('aws_lambda_provisioned_concurrency_config', id, [
        `function_name                     = ${hclString(name)}`,
        'qualifier                         = var.alias',
        `provisioned_concurrent_executions = ${setting.ready}`,
      ]);
    case 'scheduled':
      return [
        ...target(id, name, Math.min(...setting.ready), Math.max(...setting.ready)),
        ...changesOf(setting).flatMap((change) =>
          block('aws_appautoscaling_scheduled_action', `${id}_${change.label.replace('-', '_')}`, [
            `name               = "isotherm-${change.label}"`,
            ...ofTarget(id),
            `schedule           = "${awsCron(change)}"`,
            'timezone           = "UTC"',
            '',
            'scalable_target_action {',
            `  min_capacity = ${change.ready}`,
            `  max_capacity = ${change.ready}`,
            '}',
          ]),
        ),
      ];
    case 'target-tracking':
      return [
        ...target(id, name, setting.min, setting.max),
        ...block('aws_appautoscaling_policy', id, [
          'name               = "isotherm"',
          'policy_type        = "TargetTrackingScaling"',
          ...ofTarget(id),
          '',
          'target_tracking_scaling_policy_configuration {',
          `  target_value = ${setting.utilisation}`,
          '',
          '  predefined_metric_specification {',
          '    predefined_metric_type = "LambdaProvisionedConcurrencyUtilization"',
          '  }',
          '}',
        ]),
      ];
    default:
      return [];
  }
}

/** Undefined where no setting stands still. */
export function lambdaTerraform(functions: readonly Named[], unusable: readonly string[]): string | undefined {
  const all = functions.flatMap((one, i) => {
    const own = resources(one, `function_${i + 1}`);
    return own.length === 0 ? [] : ['', `# ${one.about}`, ...own];
  });
  if (all.length === 0) return undefined;
  return textOf([
    '# Provisioned concurrency as advised. It belongs to an alias or a version, never to $LATEST.',
    'variable "alias" {',
    '  type    = string',
    '  default = "live"',
    '}',
    ...all,
    ...leftOut(unusable, '#'),
  ]);
}
