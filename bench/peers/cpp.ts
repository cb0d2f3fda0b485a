/** Peers in plain C++: compiled when there is a compiler, fed with a file, timed by themselves. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FLAGS = ['-std=c++17', '-O3', '-march=native'];

/** What a run of the replay printed: seconds, and per function `[cold starts, pre-warms, idle ms]`. */
export interface PeerResult {
  seconds: number;
  outcomes: number[][];
}

export interface Peer {
  /** For the name of its row. */
  compiler: string;
  replay(file: string, policy: readonly string[]): PeerResult;
}

/** Compiles `name.cpp` of this folder into `folder`: what a run of it prints. Undefined where there is no g++. */
export function compile(
  folder: string,
  name: string,
): { compiler: string; run: (args: readonly string[]) => string } | undefined {
  const version = spawnSync('g++', ['-dumpfullversion'], { encoding: 'utf8' });
  if (version.status !== 0) return undefined;
  const program = join(folder, name);
  const source = fileURLToPath(new URL(`${name}.cpp`, import.meta.url));
  execFileSync('g++', [...FLAGS, source, '-o', program], { stdio: 'inherit' });
  return {
    compiler: `g++ ${version.stdout.trim()} ${FLAGS.slice(1).join(' ')}`,
    run: (args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 }).trimEnd(),
  };
}

/** The replay's peer; undefined where there is no g++. */
export function compilePeer(folder: string): Peer | undefined {
  const program = compile(folder, 'replay');
  if (program === undefined) return undefined;
  return {
    compiler: program.compiler,
    replay(file, policy) {
      const [seconds, ...lines] = program.run([file, ...policy]).split('\n');
      return { seconds: Number(seconds), outcomes: lines.map((line) => line.split(' ').map(Number)) };
    },
  };
}
