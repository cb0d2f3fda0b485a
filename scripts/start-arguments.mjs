/** What `npm start -- …` asks of `isotherm replay`: bill and advice, a curve, and a trace where none is named. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { at } from './build/paths.mjs';

const REAL_DAY_TITLE = 'Azure Functions 2019, day 1: a sample of Azure, not your traffic';

const TARGET = ['--target', 'lambda-pc'];
/** Ours as a curve in the report, but where none is written or its policies were chosen. */
const SWEEP = ['--sweep', 'adaptive'];
const NO_SWEEP = ['--no-html', '--json', '--receipts', '--sweep', '--policy', '-p', '--help', '-h'];

/** What is neither an option nor the value of one, as the command itself reads it. Needs set-up. */
async function operands(asked) {
  const { Command } = createRequire(at('ts/core/package.json'))('commander');
  const { addReplay } = await import(pathToFileURL(at('ts/core/dist/cli/replay.js')));
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  addReplay(program, new AbortController().signal);
  try {
    return program.commands[0].parseOptions(asked).operands;
  } catch {
    // What is wrong the command will say.
    return asked;
  }
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
