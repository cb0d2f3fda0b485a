/** Provisioned concurrency as a CloudFormation template. */
import type { HourlySchedule, TargetTracking } from '../setting.js';
import { changesOf, leftOut, type Named, textOf } from './configured.js';
import { awsCron } from './lambda-commands.js';
import { jsonString } from './quoting.js';

function scalableTarget(id: number, name: string, least: number, most: number): string[] {
  return [
    `  Target${id}:`,
    '    Type: AWS::ApplicationAutoScaling::ScalableTarget',
    '    Properties:',
    '      ServiceNamespace: lambda',
    '      ScalableDimension: lambda:function:ProvisionedConcurrency',
    `      ResourceId: !Join [":", ["function", ${jsonString(name)}, !Ref Alias]]`,
    `      MinCapacity: ${least}`,
    `      MaxCapacity: ${most}`,
  ];
}

const scheduled = (id: number, name: string, setting: HourlySchedule): string[] => [
  ...scalableTarget(id, name, Math.min(...setting.ready), Math.max(...setting.ready)),
  '      ScheduledActions:',
  ...changesOf(setting).flatMap((change) => [
    `        - ScheduledActionName: isotherm-${change.label}`,
    `          Schedule: ${jsonString(awsCron(change))}`,
    '          Timezone: UTC',
    '          ScalableTargetAction:',
    `            MinCapacity: ${change.ready}`,
    `            MaxCapacity: ${change.ready}`,
  ]),
];

const tracked = (id: number, name: string, { min, max, utilisation }: TargetTracking): string[] => [
  ...scalableTarget(id, name, min, max),
  `  Policy${id}:`,
  '    Type: AWS::ApplicationAutoScaling::ScalingPolicy',
  '    Properties:',
  '      PolicyName: isotherm',
  '      PolicyType: TargetTrackingScaling',
  `      ScalingTargetId: !Ref Target${id}`,
  '      TargetTrackingScalingPolicyConfiguration:',
  `        TargetValue: ${utilisation}`,
  '        PredefinedMetricSpecification:',
  '          PredefinedMetricType: LambdaProvisionedConcurrencyUtilization',
];

const constant = (id: number, name: string, ready: number): string[] => [
  `  Alias${id}:`,
  '    Type: AWS::Lambda::Alias',
  '    Properties:',
  `      FunctionName: ${jsonString(name)}`,
  `      FunctionVersion: !Ref Version${id}`,
  '      Name: !Ref Alias',
  '      ProvisionedConcurrencyConfig:',
  `        ProvisionedConcurrentExecutions: ${ready}`,
];

function resource({ name, setting, about }: Named, id: number): string[] {
  const said = `  # ${about}`;
  switch (setting.kind) {
    case 'constant':
      return [said, ...constant(id, name, setting.ready)];
    case 'scheduled':
      return [said, ...scheduled(id, name, setting)];
    case 'target-tracking':
      return [said, ...tracked(id, name, setting)];
    default:
      return [];
  }
}

/** Undefined where no setting stands still: a stack without resources is refused. */
export function lambdaCloudFormation(functions: readonly Named[], unusable: readonly string[]): string | undefined {
  const resources = functions.flatMap((one, i) => resource(one, i + 1));
  if (resources.length === 0) return undefined;
  return textOf([
    "AWSTemplateFormatVersion: '2010-09-09'",
    'Description: Provisioned concurrency as advised by isotherm.',
    'Parameters:',
    '  Alias:',
    '    Type: String',
    '    Default: live',
    ...functions.flatMap(({ setting, name }, i) =>
      setting.kind === 'constant'
        ? [
            `  Version${i + 1}:`,
            '    Type: String',
            `    Description: ${jsonString(`Version of ${name} that the alias has.`)}`,
          ]
        : [],
    ),
    'Resources:',
    ...resources,
    ...leftOut(unusable, '#'),
  ]);
}
