/** Minimum instances of Cloud Run services: commands of gcloud, Cloud Scheduler jobs for what changes by the hour, and the services' YAML. */
import { type ConfigurationFile, changesOf, cronFields, leftOut, type Named, textOf } from './configured.js';
import { jsonString, shellWord } from './quoting.js';

/** The service's minimum: the revision's one, `--min-instances`, would make a new revision at each change. */
const update = (name: string, ready: number): string =>
  `gcloud run services update ${shellWord(name)} --min=${ready} --region="$REGION"`;

function jobs({ name, setting }: Named, id: number): string[] {
  if (setting.kind !== 'scheduled') return [];
  const service = encodeURIComponent(name).replaceAll("'", '%27');
  return changesOf(setting).map(
    (change) =>
      `gcloud scheduler jobs create http isotherm-${id}-${change.label} --location="$REGION" --schedule='${cronFields(change)}' --time-zone=Etc/UTC --http-method=PATCH --uri="https://run.googleapis.com/v2/projects/$PROJECT/locations/$REGION/services/"'${service}?updateMask=scaling.minInstanceCount' --headers=Content-Type=application/json --message-body='{"scaling":{"minInstanceCount":${change.ready}}}' --oauth-service-account-email="$SERVICE_ACCOUNT"`,
  );
}

/** The number that stands without a schedule, or between its changes the fewest. */
function standing({ setting }: Named): number {
  switch (setting.kind) {
    case 'constant':
    case 'forecast':
      return setting.ready;
    case 'scheduled':
      return Math.min(...setting.ready);
    default:
      return 0;
  }
}

export function cloudRunFiles(functions: readonly Named[], unusable: readonly string[]): ConfigurationFile[] {
  const hasJobs = functions.some(({ setting }) => setting.kind === 'scheduled');
  return [
    {
      name: 'apply.sh',
      text: textOf([
        '#!/bin/sh',
        '# Minimum instances as advised, for services whose instances take one call at a time (--concurrency=1).',
        'set -eu',
        `: "\${REGION:?name the region}"`,
        ...(hasJobs
          ? [
              `: "\${PROJECT:?name the project}" "\${SERVICE_ACCOUNT:?name a service account that may update the services}"`,
            ]
          : []),
        ...functions.flatMap((one, i) => [
          '',
          `# ${one.about}`,
          ...(one.setting.kind === 'forecast'
            ? ['# Renewed every five minutes: this is the number for the next ones.']
            : []),
          update(one.name, standing(one)),
          ...jobs(one, i + 1),
        ]),
        ...leftOut(unusable, '#'),
      ]),
    },
    {
      name: 'services.yaml',
      text: textOf([
        "# To merge into the services' own YAML.",
        ...functions.flatMap((one) => [
          '---',
          `# ${one.about}`,
          'apiVersion: serving.knative.dev/v1',
          'kind: Service',
          'metadata:',
          `  name: ${jsonString(one.name)}`,
          '  annotations:',
          `    run.googleapis.com/minScale: "${standing(one)}"`,
        ]),
        ...leftOut(unusable, '#'),
      ]),
    },
  ];
}
