/** A configuration from a file, the environment and the defaults. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { IsothermError } from 'isotherm/kernels';
import { buildConfig, folderOf } from './build.js';
import type { Config } from './config.js';
import { keyOf } from './document.js';
import type { Environment } from './environment.js';
import { type ParsedConfig, parseConfig } from './parse.js';
import { readPlacementFiles } from './placement-files.js';
import { ConfigInvalid, type ConfigProblem, type Origin, problemInWords } from './problem.js';
import { Secret } from './secret.js';
import { type SeenFile, stateOf } from './seen-file.js';
import { type FilledFile, withoutSecrets } from './values.js';

/** What is looked for where no file is named. */
export const USUAL_FILE = 'isotherm.yaml';

export interface LoadedConfig {
  config: Config;
  /** Null where there was none. */
  file: string | null;
  /** What is accepted, and yet not as one may think, with its place. */
  warnings: string[];
  /** Of each key with a value, by JSON pointer. */
  origins: ReadonlyMap<string, Origin>;
  /** In the operator's words, with all defaults; what may be secret is a `Secret`. */
  values: Readonly<Record<string, unknown>>;
  /** What lay in files of its own, by JSON pointer to the key that names the file. */
  secrets: ReadonlyMap<string, Secret>;
  /** Everything that was read or looked for: a change in one of these is a change of the configuration. */
  files: readonly SeenFile[];
  /** What other files hold that are part of it, in short, by JSON pointer to the key that names the file. */
  contents: ReadonlyMap<string, string>;
}

/** The keys that name a file with a secret. */
const SECRET_FILES = ['/provider/bearer_token_file', '/provider/password_file', '/store/url_file'] as const;

/**
 * Reads `path`, or `isotherm.yaml` in the working folder if there is one, and what the environment sets over it.
 *
 * Errors: MISSING_FILE, CANNOT_READ for a file that was named; CONFIG_INVALID (a `ConfigInvalid`) with all that is wrong.
 *
 * @example
 * const { config, warnings } = await loadConfig('isotherm.yaml', { ISOTHERM_PREDICTION__UPDATE_INTERVAL: '15s' });
 * config.prediction.tickMs; // 15000
 */
export async function loadConfig(path?: string, env: Environment = process.env): Promise<LoadedConfig> {
  // Before it is read: what is written meanwhile is then a change.
  const seen: SeenFile = { path: resolve(path ?? USUAL_FILE), state: await stateOf(path ?? USUAL_FILE) };
  const bytes = await bytesOf(path ?? USUAL_FILE, path === undefined);
  const file = bytes === undefined ? null : (path ?? USUAL_FILE);
  const shown = file ?? 'the environment';
  const parsed = parseConfig(shown, bytes, env);
  const { values, warnings, origins } = parsed;
  if (values === undefined) throw new ConfigInvalid(shown, parsed.problems);
  const { secrets, files, problems } = await secretsOf(parsed, folderOf(file));
  const placement = await readPlacementFiles(values, folderOf(file));
  problems.push(...placement.problems);
  // One that was only looked for may come.
  const all = [seen, ...files, ...placement.seen];
  if (problems.length > 0) throw new ConfigInvalid(shown, problems, all);
  return {
    config: buildConfig(values, folderOf(file), secrets, placement.files),
    file,
    warnings: warnings.map(problemInWords),
    origins,
    values: withoutSecrets(values),
    secrets: new Map([...secrets].map(([pointer, secret]) => [pointer, new Secret(secret)])),
    files: all,
    contents: placement.contents,
  };
}

async function bytesOf(path: string, mayLack: boolean): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new IsothermError('CANNOT_READ', `${path}: cannot be read (${code})`, { cause });
    if (mayLack) return undefined;
    throw new IsothermError('MISSING_FILE', `${path}: there is no such file; expected a configuration`, { cause });
  }
}

async function secretsOf({ values, origins }: ParsedConfig, folder: string) {
  const secrets = new Map<string, string>();
  const files: SeenFile[] = [];
  const problems: ConfigProblem[] = [];
  for (const pointer of SECRET_FILES) {
    const path = secretFileOf(values!, pointer);
    if (path === undefined) continue;
    const at = resolve(folder, path);
    files.push({ path: at, state: await stateOf(at) });
    const refuse = (message: string): void => {
      problems.push({ key: keyOf(pointer), message: `${keyOf(pointer)} names ${path}: ${message}` });
    };
    try {
      const secret = (await readFile(at, 'utf8')).trim();
      if (secret === '') refuse('it is empty; expected the secret in it');
      else if (/[\r\n]/.test(secret)) refuse('it has several lines; expected the secret on one');
      else if (pointer === '/store/url_file' && !/^postgres(ql)?:\/\//.test(secret))
        refuse('what stands there is no URL; expected one as in postgres://…');
      else {
        secrets.set(pointer, secret);
        origins.set(pointer.replace(/_file$/, ''), { from: 'secret-file', path });
      }
    } catch (cause) {
      const { code = 'unknown' } = cause as NodeJS.ErrnoException;
      refuse(`it cannot be read (${code}); expected a file with the secret`);
    }
  }
  return { secrets, files, problems };
}

function secretFileOf({ provider, store }: FilledFile, pointer: (typeof SECRET_FILES)[number]): string | undefined {
  if (pointer === '/store/url_file') return store.url_file;
  if (provider.kind !== 'prometheus') return undefined;
  return pointer === '/provider/password_file' ? provider.password_file : provider.bearer_token_file;
}
