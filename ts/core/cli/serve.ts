/** `isotherm serve`: the control plane in shadow. */
import { relative } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { count, counted, percent, span, threeDigits } from '../decide/figures.js';
import { IsothermError } from '../kernels/index.js';
import { wholeNumber } from './numbers.js';
import { loadServer, type ServedProvider, type ServedSummary } from './server.js';

interface Options {
  config?: string;
  host?: string;
  port?: number;
  store?: string;
  trace?: string;
  speed?: number;
  createKey?: string;
  role: 'read' | 'write';
}

const HELP = `
Watches calls, forecasts them, decides what to keep warm, and records every decision with its reasons: in shadow, so it
touches nothing. The dashboard and the API are at the address that is printed. Everything can be set in isotherm.yaml
(isotherm config check says what is wrong with it); an option goes before the file.

Examples:
  $ npx isotherm serve
  $ npx isotherm serve --config isotherm.yaml --port 8080
  $ npx isotherm serve --trace calls.csv --speed 60
  $ npx isotherm serve --create-key board --role read

Exit codes: 0 stopped, 1 failed, 2 wrong usage or configuration.`;

/** Times as fast as the clock. */
function speed(text: string): number {
  const value = text === 'max' ? Number.POSITIVE_INFINITY : Number(text);
  if (text.trim() !== '' && value > 0) return value;
  throw new InvalidArgumentError("expected a number above 0, or 'max'.");
}

export function addServe(program: Command, signal: AbortSignal): void {
  program
    .command('serve')
    .summary('run the control plane beside a system, in shadow')
    .description('Run the control plane in shadow: observe, forecast, decide, record, and touch nothing.')
    .option('--config <file>', 'configuration; isotherm.yaml here if there is one')
    .option('--host <address>', 'address to listen on')
    .option('--port <n>', 'port to listen on, 0 for any that is free', wholeNumber(0, 65_535))
    .option('--store <folder>', 'where the embedded database lies')
    .option('--trace <path>', 'replay this trace instead of observing a platform')
    .option('--speed <times>', "how fast to replay it, against the clock; 'max' for as fast as it goes", speed)
    .option('--create-key <name>', 'make an API key, print it, and end')
    .addOption(new Option('--role <role>', 'what the new key may do').choices(['read', 'write']).default('read'))
    .addHelpText('after', HELP)
    .action((options: Options) => run(options, signal));
}

/** Options as the environment would set them: one way to override a configuration. */
function overridden({ host, port, store, trace, speed: times }: Options): NodeJS.ProcessEnv {
  const set: Record<string, string | number | undefined> = {
    ISOTHERM_SERVER__HOST: host,
    ISOTHERM_SERVER__PORT: port,
    ISOTHERM_STORE__PATH: store,
    ISOTHERM_PROVIDER__KIND: trace === undefined ? undefined : 'replay',
    ISOTHERM_PROVIDER__TRACE: trace,
    ISOTHERM_PROVIDER__SPEED: times === Number.POSITIVE_INFINITY ? 'unlimited' : times,
  };
  const given = Object.entries(set).filter(([, value]) => value !== undefined);
  return { ...process.env, ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])) };
}

async function run(options: Options, signal: AbortSignal): Promise<void> {
  if (options.speed !== undefined && options.trace === undefined) {
    throw new IsothermError('BAD_ARGUMENT', '--speed is of a trace that is replayed; expected --trace too');
  }
  const server = await loadServer('isotherm serve');
  const asked = { ...(options.config !== undefined && { config: options.config }), env: overridden(options) };
  if (options.createKey !== undefined) {
    console.log(await server.makeKey(asked, options.createKey, options.role));
    console.error('This is shown once. Send it as: Authorization: Bearer isk_…');
    return;
  }
  const served = await server.serve({
    ...asked,
    say: (line) => console.error(line),
    listening: (url) => console.log(`${url}  dashboard\n${url}/docs  API`),
    signal,
  });
  console.log(sourceInWords(served.config.provider));
  console.log('In shadow: decides and records, touches nothing. Ctrl-C stops.');
  void served.traceEnded.then(() => console.log('The trace has ended; the figures stay. Ctrl-C stops.'));
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
    process.once('SIGTERM', () => resolve());
  });
  try {
    await Promise.race([stopped, served.ended()]);
  } finally {
    const summary = served.summary();
    await served.close();
    for (const line of inWords(summary)) console.log(line);
  }
}

function sourceInWords(provider: ServedProvider): string {
  if (provider.kind === 'replay') {
    const speed =
      provider.speed === Number.POSITIVE_INFINITY
        ? 'as fast as it goes'
        : `at ${count(provider.speed)} times its speed`;
    return `Plays ${relative('', provider.trace)} ${speed}.`;
  }
  if (provider.kind === 'prometheus') return `Asks Prometheus at ${provider.url}.`;
  return 'Waits for calls: the dashboard says how to bring them.';
}

const difference = (more: number): string =>
  more === 0 ? 'as many as' : `${count(Math.abs(more))} ${more > 0 ? 'more' : 'fewer'} than`;

/** What there is to say at the end. */
function inWords({ fromMs, toMs, functions, ours, compared, saved }: ServedSummary): string[] {
  if (fromMs === null || toMs === null || ours.calls === 0) return ['No calls were seen.'];
  const usd = (value: number): string => `$${threeDigits(Math.abs(value))}`;
  const than = saved.against === 'provider reported' ? 'the platform' : 'a keep-alive of 10 minutes';
  const share = compared.objectiveUsd > 0 ? ` (${percent(Math.abs(saved.objectiveUsd) / compared.objectiveUsd)})` : '';
  return [
    `So far, in shadow: ${span((toMs - fromMs) / 60_000)} of calls, ${counted(ours.calls, 'call')} of ${counted(functions, 'function')}.`,
    `Cold starts: ${count(ours.coldStarts)}, ${difference(ours.coldStarts - compared.coldStarts)} ${than} (${count(compared.coldStarts)}).`,
    `Idle memory: ${threeDigits(ours.idleGbHours)} GB-h, against ${threeDigits(compared.idleGbHours)}.`,
    `Cost: ${usd(ours.objectiveUsd)}, ${usd(saved.objectiveUsd)} ${saved.objectiveUsd >= 0 ? 'less' : 'more'}${share} than ${than}.`,
  ];
}
