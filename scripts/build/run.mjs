/** Child processes: quiet ones whose output is shown when they fail, and tools found on the PATH. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { ROOT } from './paths.mjs';

/** A build step that could not be done; the message is one line, `output` what the tool said. */
export class StepFailure extends Error {
  constructor(message, output = '') {
    super(message);
    this.output = output;
  }
}

/** Runs a tool in the repository, resolves to what it printed, rejects with a StepFailure that carries it. */
export function run(command, args, { env = {}, cwd = ROOT, label = basename(command) } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => reject(new StepFailure(`${label}: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new StepFailure(`${label} ended with ${signal ?? `exit code ${code}`}`, output));
    });
  });
}

/** Runs a JavaScript tool of node_modules with this Node. */
export const runNode = (script, args, options) =>
  run(process.execPath, [script, ...args], { label: basename(script), ...options });

/** What a tool prints on standard output, or undefined where it is missing or fails; what it complains of is shown. */
export function answer(command, args) {
  const result = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** The first of `names` on the PATH. */
export function find(...names) {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name + suffix);
      if (folder !== '' && existsSync(path)) return path;
    }
  }
  return undefined;
}

/** npm as the one that runs us, else the one on the PATH: `[command, ...leading arguments]`. */
export function npm() {
  const script = process.env.npm_execpath;
  if (script !== undefined && /npm-cli\.c?js$/.test(script)) return [process.execPath, script];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}
