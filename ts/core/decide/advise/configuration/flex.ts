/** Always-ready instances of Azure Flex Consumption: commands of the Azure CLI, a crontab for what changes by the hour, and the resource's JSON. */
import type { Setting } from '../setting.js';
import {
  type ConfigurationFile,
  changesOf,
  crontab,
  type HourlyChange,
  leftOut,
  type Named,
  textOf,
} from './configured.js';
import { inComment, shellWord } from './quoting.js';

/** Functions of these triggers scale together with the others of their app; each other function by itself. */
const GROUPS: Record<string, string> = { http: 'http', blob: 'blob', orchestration: 'durable', durable: 'durable' };

/** What is set as one: a group of functions, or a function. */
interface Group {
  app: string;
  name: string;
  /** Instances over the week, by hour. */
  ready: number[];
  cycle: 'day' | 'week';
  /** Whether a part of it is renewed by forecast. */
  isRenewed: boolean;
}

const HOURS = 168;

/** By hour of the week. */
function weekOf(setting: Setting): number[] {
  switch (setting.kind) {
    case 'constant':
    case 'forecast':
      return new Array(HOURS).fill(setting.ready);
    case 'scheduled':
      return Array.from({ length: HOURS }, (_, hour) => setting.ready[hour % setting.ready.length]!);
    default:
      return new Array(HOURS).fill(0);
  }
}

function groupsOf(functions: readonly Named[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { app: ownApp, name, trigger, setting } of functions) {
    const app = ownApp === '' ? name : ownApp;
    const own = GROUPS[trigger] ?? `function:${name}`;
    const key = JSON.stringify([app, own]);
    const group: Group = groups.get(key) ?? {
      app,
      name: own,
      ready: new Array(HOURS).fill(0),
      cycle: 'day',
      isRenewed: false,
    };
    weekOf(setting).forEach((count, hour) => {
      group.ready[hour]! += count;
    });
    if (setting.kind === 'scheduled' && setting.cycle === 'week') group.cycle = 'week';
    if (setting.kind === 'forecast') group.isRenewed = true;
    groups.set(key, group);
  }
  return [...groups.values()];
}

function command(app: string, group: string, ready: number): string {
  const of = `--name=${shellWord(app)} --resource-group="$RESOURCE_GROUP"`;
  return ready > 0
    ? `az functionapp scale config always-ready set ${of} --settings ${shellWord(`${group}=${ready}`)}`
    : `az functionapp scale config always-ready delete ${of} --setting-names ${shellWord(group)}`;
}

const scheduleOf = ({ cycle, ready }: Group): HourlyChange[] =>
  changesOf({ cycle, ready: cycle === 'day' ? ready.slice(0, 24) : ready });

export function flexFiles(functions: readonly Named[], unusable: readonly string[]): ConfigurationFile[] {
  const groups = groupsOf(functions);
  const commands = groups.flatMap((group) => [
    '',
    `# ${inComment(`${group.app}, ${group.name}`)}${group.isRenewed ? '; renewed every five minutes: this is the number for the next ones' : ''}`,
    // By the hour it begins with the fewest; the crontab goes on.
    command(group.app, group.name, Math.min(...group.ready)),
  ]);
  const changes = groups.flatMap((group) =>
    scheduleOf(group).map((when) => ({ when, command: command(group.app, group.name, when.ready) })),
  );
  const apps = [...new Set(groups.map(({ app }) => app))];
  const resources = apps.map((app) => ({
    type: 'Microsoft.Web/sites',
    apiVersion: '2024-04-01',
    name: app,
    properties: {
      functionAppConfig: {
        scaleAndConcurrency: {
          alwaysReady: groups
            .filter((group) => group.app === app && Math.max(...group.ready) > 0)
            .map(({ name, ready }) => ({ name, instanceCount: Math.max(...ready) })),
        },
      },
    },
  }));
  return [
    {
      name: 'apply.sh',
      text: textOf([
        '#!/bin/sh',
        '# Always-ready instances as advised. HTTP functions of an app share theirs: their numbers are summed, which is the most that they need.',
        'set -eu',
        `: "\${RESOURCE_GROUP:?name the resource group}"`,
        ...commands,
        ...leftOut(unusable, '#'),
      ]),
    },
    ...(changes.length === 0 ? [] : [{ name: 'crontab', text: crontab(changes, ['RESOURCE_GROUP=']) }]),
    // To merge into the apps' own templates: by itself it lacks what an app needs beside.
    { name: 'always-ready.json', text: `${JSON.stringify(resources, null, 2)}\n` },
  ];
}
