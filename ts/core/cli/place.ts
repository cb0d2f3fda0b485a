/** `isotherm place`: where functions run best, over edge, regional and cloud nodes. */
import { type Command, InvalidArgumentError } from 'commander';
import {
  conflictWords,
  figuresOf,
  type NotPlaced,
  PLACEMENT_TERMS,
  PLACEMENT_WEIGHTS,
  type Placed,
  type PlacementInput,
  type PlacementNetwork,
  parsePlacement,
  placeFunctionsAsync,
  placementNetwork,
  type Term,
  type TermWeights,
} from '../decide/index.js';
import { placementJson, renderPlacement } from '../evaluate/index.js';
import { IsothermError } from '../kernels/index.js';
import { commandLine } from './command-line.js';
import { amount, wholeNumber } from './numbers.js';
import { stdoutTaker, writeWhole } from './output.js';
import { loadPageAssets } from './page-assets.js';
import { renderPlaceTable } from './place-table.js';
import { bytesOf, readPlainFile } from './plain-file.js';
import { startProgress } from './progress.js';

const DEFAULT_HTML = 'isotherm-placement.html';
const MAX_U32 = 2 ** 32 - 1;

interface Options {
  nodes: string;
  functions: string;
  weights?: Partial<TermWeights>;
  maxUsdPerHour?: number;
  maxCarbonGPerHour?: number;
  roundTrips?: string;
  egress?: string;
  linkGbps?: number;
  seed: number;
  json?: string | true;
  /** False: none. */
  html?: string | false;
}

const HELP = `
Nodes and functions are lists in YAML (with the package isotherm-server) or JSON; docs/placement.md has every field.
Round trips and prices of bytes between 69 regions of AWS, Azure and Google Cloud are known; CSV of your own goes over them.

Weights: ${PLACEMENT_TERMS.map((term) => `${term}=${PLACEMENT_WEIGHTS[term]}`).join(',')}.

Examples:
  $ npx isotherm place --nodes nodes.yaml --functions functions.yaml
  $ npx isotherm place --nodes nodes.yaml --functions functions.yaml --weights price=2,carbon=0 --max-usd-per-hour 12
  $ npx isotherm place --nodes nodes.json --functions functions.json --json placement.json --no-html

Exit codes: 0 done, 1 failed, 2 wrong usage or input, or no placement within the limits, 130 interrupted.`;

export function addPlace(program: Command, signal: AbortSignal): void {
  program
    .command('place')
    .summary('place functions on edge, regional and cloud nodes: moves, their reasons, and how good that is')
    .description(
      'Place functions on nodes by latency, data, traffic, price and carbon, within hard limits, and say how far from the best it can be.',
    )
    .requiredOption('--nodes <file>', 'where functions can run')
    .requiredOption('--functions <file>', 'what is to be placed')
    .option('--weights <list>', 'what each term counts, as in latency=1,price=0.5; the others keep theirs', weightsOf)
    .option('--max-usd-per-hour <usd>', 'the most that price and egress may come to', amount)
    .option('--max-carbon-g-per-hour <g>', 'the most carbon, g CO2e', amount)
    .option('--round-trips <csv>', 'round trips of your own: from,to,roundTripMs')
    .option('--egress <csv>', 'prices of your own for bytes that leave a region: from,to,usdPerGb')
    .option('--link-gbps <n>', 'what data are moved with between regions, Gbit/s (1)', amount)
    .option('--seed <n>', 'seed of the random placement that ours is compared with', wholeNumber(0, MAX_U32), 1)
    .option('--json [file]', 'write the exact figures as JSON; - or nothing: standard output')
    .option('--html <file>', `where to write the report (${DEFAULT_HTML} unless said)`)
    .option('--no-html', 'write no report')
    .addHelpText('after', HELP)
    .action((options: Options) => run(options, signal));
}

function weightsOf(list: string): Partial<TermWeights> {
  const pairs = list.split(',').map((one): [Term, number] => {
    const [term, value = ''] = one.split('=').map((part) => part.trim());
    if (!PLACEMENT_TERMS.includes(term as Term)) {
      throw new InvalidArgumentError(`there is no term '${term}'; expected ${PLACEMENT_TERMS.join(', ')}.`);
    }
    return [term as Term, amount(value)];
  });
  return Object.fromEntries(pairs);
}

async function run(options: Options, signal: AbortSignal): Promise<void> {
  const json = options.json === true ? '-' : options.json;
  const taker = stdoutTaker({ '--json': json, '--html': options.html });
  const page = options.html ?? (taker === undefined && DEFAULT_HTML);
  const input = parsePlacement(await readPlainFile(options.nodes), await readPlainFile(options.functions));
  const network = await networkOf(options);
  const { weights, maxUsdPerHour, maxCarbonGPerHour, linkGbps, seed } = options;
  const limits = {
    ...(maxUsdPerHour !== undefined && { usdPerHour: maxUsdPerHour }),
    ...(maxCarbonGPerHour !== undefined && { gramsPerHour: maxCarbonGPerHour }),
  };
  const asked = { network, limits, seed, ...(weights && { weights }), ...(linkGbps !== undefined && { linkGbps }) };
  const progress = startProgress('Placing', 100, '%');
  const onProgress = (done: number, total: number): void => progress.update((100 * done) / total);
  const found = await placeFunctionsAsync(input, asked, { signal, onProgress }).finally(() => progress.stop());
  if (found.isPlaced && taker === undefined) print(found);
  if (json !== undefined) await writeJson(found, network, json);
  if (!found.isPlaced) throw new IsothermError('INFEASIBLE', conflictWords(found).join(' '));
  if (page !== false) await writePage(input, found, network, page);
  if (taker === undefined && page !== false) console.log(`\nReport:        ${page}`);
}

function print(placed: Placed): void {
  const { isTTY, columns } = process.stdout;
  const color = isTTY === true && process.env.NO_COLOR === undefined;
  console.log(`\n${renderPlaceTable(placed, { color, width: columns || 100 })}`);
}

function writeJson(found: Placed | NotPlaced, network: PlacementNetwork, path: string): Promise<void> {
  return writeWhole(path, `${JSON.stringify(placementJson(found, network.source), null, 2)}\n`);
}

async function writePage(
  input: PlacementInput,
  placed: Placed,
  network: PlacementNetwork,
  page: string,
): Promise<void> {
  const { style } = await loadPageAssets();
  const told = { style, command: commandLine(), networkSource: network.source };
  await writeWhole(page, renderPlacement(input, placed, told));
}

async function networkOf({ roundTrips, egress }: Options): Promise<PlacementNetwork> {
  const read = async (path: string) => ({ path, text: new TextDecoder().decode(await bytesOf(path)) });
  const files = {
    ...(roundTrips !== undefined && { roundTrips: await read(roundTrips) }),
    ...(egress !== undefined && { egress: await read(egress) }),
  };
  return placementNetwork(figuresOf(files));
}
