/** What `npm start -- …` asks of the commands: a trace where none is named, and what a trial is best shown with. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { at } from './build/paths.mjs';

const REAL_DAY_TITLE = 'Azure Functions 2019, day 1: a sample of Azure, not your traffic';

const TARGET = ['--target', 'lambda-pc'];
/** Ours as a curve in the report, but where none is written or its policies were chosen. */
const SWEEP = ['--sweep', 'adaptive'];
const NO_SWEEP = ['--no-html', '--json', '--receipts', '--sweep', '--policy', '-p', '--help', '-h'];

/** The command as it reads its arguments itself. Needs set-up. */
async function commandOf(file, add) {
  const { Command } = createRequire(at('ts/core/package.json'))('commander');
  const room = await import(pathToFileURL(at('ts/core/dist/cli', file)));
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  room[add](program, new AbortController().signal);
  return program.commands[0];
}

/** What is neither an option nor the value of one. */
async function operands(asked) {
  try {
    return (await commandOf('replay.js', 'addReplay')).parseOptions(asked).operands;
  } catch {
    // What is wrong the command will say.
    return asked;
  }
}

/** Times as fast as the clock: a day is over in 24 minutes. */
const TRIAL_SPEED = '60';

/** The options of `isotherm serve`: what is no option is a trace. A configuration of one's own says itself what is observed, and where it is kept. */
export async function serveArguments(asked) {
  const command = await commandOf('serve.js', 'addServe');
  let parsed;
  try {
    parsed = command.parseOptions(asked);
  } catch {
    return { args: asked, needsTrace: false, needsStore: false };
  }
  const { config, store, trace, speed, createKey } = command.opts();
  const [operand] = parsed.operands;
  const own = operand === undefined ? asked : asked.filter((one) => one !== operand);
  const isTrial =
    config === undefined && createKey === undefined && !asked.some((one) => one === '--help' || one === '-h');
  const args = [...own, ...(operand === undefined ? [] : ['--trace', operand])];
  if (isTrial && speed === undefined) args.push('--speed', TRIAL_SPEED);
  return {
    args,
    needsTrace: isTrial && operand === undefined && trace === undefined,
    needsStore: isTrial && store === undefined,
  };
}

/** `realDay`: the trace that is replayed where none is named, if it is there; else one is made up. */
export async function replayArguments(asked, realDay) {
  // The bill and the advice are for Lambda unless another platform is named.
  const names = (option) => asked.some((one) => one === option || one.startsWith(`${option}=`));
  const swept = NO_SWEEP.some(names) ? [] : SWEEP;
  const given = [...asked, ...(names('--target') ? [] : TARGET), ...swept];
  if (names('--synthetic') || (await operands(asked)).length > 0) return given;
  if (realDay !== undefined) return [realDay, '--title', REAL_DAY_TITLE, ...given];
  return ['--synthetic', 'calibrated', ...given];
}
