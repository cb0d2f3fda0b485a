import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** npm as the one that runs us, else the one on the PATH. */
const NPM = /npm-cli\.c?js$/.test(process.env.npm_execpath ?? '')
  ? [process.execPath, process.env.npm_execpath!]
  : ['npm'];

/** Runs npm in `cwd`; resolves to its standard output. Flags: no audit, no advertisement, the cache where it has it. */
export async function npm(cwd: string, ...args: string[]): Promise<string> {
  const [command, ...leading] = NPM;
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  // A workspace above is none of the package's business, nor are settings of the run that we are part of.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config|package|lifecycle)/i.test(name)),
  );
  const { stdout } = await execute(command!, [...leading, ...args, ...quiet], { cwd, env, maxBuffer: 1 << 26 });
  return stdout;
}

export interface Packed {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string; size: number }[];
}

/** `npm pack` of the package in `folder` into `destination`. */
export async function pack(folder: string, destination: string): Promise<Packed> {
  const answer: unknown = JSON.parse(await npm(folder, 'pack', '--json', '--pack-destination', destination));
  return (Array.isArray(answer) ? answer : Object.values(answer as object))[0] as Packed;
}
