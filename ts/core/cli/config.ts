/** `isotherm config`: is `isotherm.yaml` right, and what counts. */
import type { Command } from 'commander';
import { writeWhole } from './output.js';
import { loadConfigRoom } from './server.js';

const EXITS = 'Exit codes: 0 right, 1 failed, 2 something is wrong in the file, the environment or the usage.';
const FILE = 'isotherm.yaml in this folder, unless named';

export function addConfig(program: Command): void {
  const config = program
    .command('config')
    .summary('check and show the configuration of the control plane')
    .description('Check isotherm.yaml, and show what counts: with the package isotherm-server.');

  config
    .command('check')
    .description(
      'Check the file and the environment: every mistake with its line, what was found and what was expected.',
    )
    .argument('[file]', FILE)
    .addHelpText('after', `\nExample:\n  $ npx isotherm config check isotherm.yaml\n\n${EXITS}`)
    .action(async (path?: string) => {
      const { loadConfig } = await loadConfigRoom('isotherm config');
      const { file, warnings } = await loadConfig(path);
      for (const warning of warnings) console.error(`${warning}\n`);
      const warned =
        warnings.length === 0 ? '' : `, with ${warnings.length} warning${warnings.length === 1 ? '' : 's'}`;
      console.log(
        file === null
          ? `There is no isotherm.yaml here: the defaults are right${warned}.`
          : `${file} is right${warned}.`,
      );
    });

  config
    .command('show')
    .description('Show every value that counts and where it is from; secrets are masked.')
    .argument('[file]', FILE)
    .option('--json [file]', 'write the values as JSON; - or nothing: standard output')
    .addHelpText('after', `\nExample:\n  $ npx isotherm config show isotherm.yaml\n\n${EXITS}`)
    .action(async (path: string | undefined, { json }: { json?: string | true }) => {
      const { loadConfig, showConfig, shownKeys } = await loadConfigRoom('isotherm config');
      const loaded = await loadConfig(path);
      for (const warning of loaded.warnings) console.error(`${warning}\n`);
      if (json === undefined) console.log(showConfig(loaded));
      else await writeWhole(json === true ? '-' : json, `${JSON.stringify(shownKeys(loaded), null, 2)}\n`);
    });

  config
    .command('schema')
    .description('Print the JSON Schema of isotherm.yaml, for editors.')
    .addHelpText('after', '\nExample:\n  $ npx isotherm config schema > isotherm.schema.json')
    .action(async () => {
      const { configSchema } = await loadConfigRoom('isotherm config');
      console.log(JSON.stringify(configSchema(), null, 2));
    });
}
