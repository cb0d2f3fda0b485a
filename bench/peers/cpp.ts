/** A peer in plain C++: compiled when there is a compiler, fed with a file, timed by itself. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('replay.cpp', import.meta.url));
const FLAGS = ['-std=c++17', '-O3', '-march=native'];

/** What a run of the peer printed: seconds, and per function `[cold starts, pre-warms, idle ms]`. */
export interface PeerResult {
  seconds: number;
  outcomes: number[][];
}

export interface Peer {
  /** For the name of its row. */
  compiler: string;
  replay(file: string, policy: readonly string[]): PeerResult;
}

/** Compiles the peer into `folder`; undefined where there is no g++. */
export function compilePeer(folder: string): Peer | undefined {
  const version = spawnSync('g++', ['-dumpfullversion'], { encoding: 'utf8' });
  if (version.status !== 0) return undefined;
  const program = join(folder, 'replay');
  execFileSync('g++', [...FLAGS, SOURCE, '-o', program], { stdio: 'inherit' });
  return {
    compiler: `g++ ${version.stdout.trim()} ${FLAGS.slice(1).join(' ')}`,
    replay(file, policy) {
      const output = execFileSync(program, [file, ...policy], { encoding: 'utf8', maxBuffer: 1 << 28 });
      const [seconds, ...lines] = output.trimEnd().split('\n');
      return { seconds: Number(seconds), outcomes: lines.map((line) => line.split(' ').map(Number)) };
    },
  };
}
