/** Scale bounds and utilisation of Knative services: commands of kn, and the services' YAML. */
import { type ConfigurationFile, changesOf, crontab, leftOut, type Named, textOf } from './configured.js';
import { jsonString, shellWord } from './quoting.js';

interface Scale {
  min: number;
  /** Percent of an instance's concurrency; undefined: the cluster's own. */
  utilisation?: number;
}

function scaleOf({ setting }: Named): Scale {
  switch (setting.kind) {
    case 'constant':
      return { min: setting.ready };
    case 'scheduled':
      return { min: Math.min(...setting.ready) };
    case 'target-tracking':
      return { min: setting.min, utilisation: Math.round(setting.utilisation * 100) };
    default:
      return { min: 0 };
  }
}

/** Where it changes by the hour: it begins with the fewest, and the crontab goes on. */
const changesBy = (one: Named) =>
  one.setting.kind === 'scheduled'
    ? changesOf(one.setting).map((when) => ({
        when,
        command: `kn service update ${nameOf(one)} --scale-min=${when.ready}`,
      }))
    : [];

const namespaceOf = ({ app }: Named): string => (app === '' ? 'default' : app);

const nameOf = (one: Named): string => `${shellWord(one.name)} --namespace=${shellWord(namespaceOf(one))}`;

export function knativeFiles(functions: readonly Named[], unusable: readonly string[]): ConfigurationFile[] {
  const changes = functions.flatMap(changesBy);
  return [
    {
      name: 'apply.sh',
      text: textOf([
        '#!/bin/sh',
        '# Scale bounds as advised, for services whose instances take one call at a time (containerConcurrency: 1).',
        '# Each change makes a new revision.',
        'set -eu',
        ...functions.flatMap((one) => {
          const { min, utilisation } = scaleOf(one);
          const aim = utilisation === undefined ? '' : ` --scale-utilization=${utilisation}`;
          return ['', `# ${one.about}`, `kn service update ${nameOf(one)} --scale-min=${min}${aim}`];
        }),
        ...leftOut(unusable, '#'),
      ]),
    },
    ...(changes.length === 0 ? [] : [{ name: 'crontab', text: crontab(changes, []) }]),
    {
      name: 'services.yaml',
      text: textOf([
        "# To merge into the services' own YAML.",
        ...functions.flatMap((one) => {
          const { min, utilisation } = scaleOf(one);
          return [
            '---',
            `# ${one.about}`,
            'apiVersion: serving.knative.dev/v1',
            'kind: Service',
            'metadata:',
            `  name: ${jsonString(one.name)}`,
            `  namespace: ${jsonString(namespaceOf(one))}`,
            'spec:',
            '  template:',
            '    metadata:',
            '      annotations:',
            `        autoscaling.knative.dev/min-scale: "${min}"`,
            ...(utilisation === undefined
              ? []
              : [`        autoscaling.knative.dev/target-utilization-percentage: "${utilisation}"`]),
          ];
        }),
        ...leftOut(unusable, '#'),
      ]),
    },
  ];
}
