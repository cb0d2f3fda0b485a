/** Provisioned concurrency by commands of the AWS CLI. */
import { changesOf, type HourlyChange, leftOut, type Named, textOf } from './configured.js';
import { shellWord } from './quoting.js';

/** Six fields in UTC, as Application Auto Scaling has them: one of the two days is `?`. */
export const awsCron = ({ hour, day }: HourlyChange): string =>
  day === null ? `cron(0 ${hour} * * ? *)` : `cron(0 ${hour} ? * ${day} *)`;

const AUTOSCALING = 'aws application-autoscaling';

const targetOf = (name: string): string => `$LAMBDA --resource-id=function:${shellWord(name)}:"$ALIAS"`;

const register = (name: string, least: number, most: number): string =>
  `${AUTOSCALING} register-scalable-target ${targetOf(name)} --min-capacity=${least} --max-capacity=${most}`;

function put(name: string, ready: number): string {
  const of = `--function-name=${shellWord(name)} --qualifier="$ALIAS"`;
  return ready > 0
    ? `aws lambda put-provisioned-concurrency-config ${of} --provisioned-concurrent-executions=${ready}`
    : `aws lambda delete-provisioned-concurrency-config ${of}`;
}

function commands({ name, setting }: Named): string[] {
  switch (setting.kind) {
    case 'on-demand':
      return [];
    case 'constant':
      return [put(name, setting.ready)];
    case 'forecast':
      return ['# Renewed every five minutes: this is the number for the next ones.', put(name, setting.ready)];
    case 'scheduled':
      return [
        register(name, Math.min(...setting.ready), Math.max(...setting.ready)),
        ...changesOf(setting).map(
          (change) =>
            `${AUTOSCALING} put-scheduled-action ${targetOf(name)} --scheduled-action-name=isotherm-${change.label} --schedule='${awsCron(change)}' --timezone=UTC --scalable-target-action=MinCapacity=${change.ready},MaxCapacity=${change.ready}`,
        ),
      ];
    case 'target-tracking':
      return [
        register(name, setting.min, setting.max),
        `${AUTOSCALING} put-scaling-policy ${targetOf(name)} --policy-name=isotherm --policy-type=TargetTrackingScaling --target-tracking-scaling-policy-configuration='{"TargetValue":${setting.utilisation},"PredefinedMetricSpecification":{"PredefinedMetricType":"LambdaProvisionedConcurrencyUtilization"}}'`,
      ];
  }
}

export function lambdaCommands(functions: readonly Named[], unusable: readonly string[]): string {
  return textOf([
    '#!/bin/sh',
    '# Provisioned concurrency as advised. It belongs to an alias or a version, never to $LATEST.',
    'set -eu',
    `ALIAS="\${ALIAS:-live}"`,
    // Two words, none of them anyone's name.
    "LAMBDA='--service-namespace=lambda --scalable-dimension=lambda:function:ProvisionedConcurrency'",
    ...functions.flatMap((one) => ['', `# ${one.about}`, ...commands(one)]),
    ...leftOut(unusable, '#'),
  ]);
}
