/** What no single key can tell: keys against one another, and against what there is. */
import { gridIntensity, POLICY_NAMES, placementNetwork, policyByName } from 'isotherm/decide';
import { IsothermError } from 'isotherm/kernels';
import { START_TIME_TABLE } from 'isotherm/trace';
import { type Finding, inWords } from './check.js';
import { escaped, keyOf } from './document.js';
import { nearest } from './nearest.js';
import { quantity, TIME_UNITS, written } from './units.js';
import type { FilledFile } from './values.js';

type Say = (pointer: string, message: string) => void;

interface Rule {
  /** What it looks at; it waits until these are well by themselves. */
  about: readonly string[];
  find(file: FilledFile, say: Say): void;
}

const seconds = (value: number | string): number => quantity(value, TIME_UNITS);
const inSeconds = (value: number | string): string => written(seconds(value), TIME_UNITS);
/** Of an amount that may be `unlimited`. */
const bound = (value: number | string): number => (value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value));

const RULES: readonly Rule[] = [
  { about: ['/prediction'], find: ticks },
  { about: ['/warming'], find: pools },
  { about: ['/placement'], find: placementFiles },
  { about: ['/placement'], find: usersRegion },
  { about: ['/policy'], find: onlinePolicy },
  { about: ['/carbon'], find: grid },
  { about: ['/limits'], find: limits },
  { about: ['/functions'], find: runtimes },
  { about: ['/store'], find: oneStore },
  { about: ['/retention'], find: retention },
  { about: ['/provider'], find: prometheusAddress },
  { about: ['/provider'], find: prometheusQueries },
  { about: ['/provider'], find: prometheusCredentials },
  { about: ['/provider', '/prediction'], find: prometheusTimes },
];

/** What the rules find, of those parts in which `before` has found nothing. */
export function checkRules(file: FilledFile, before: readonly Finding[]): Finding[] {
  const found: Finding[] = [];
  const say: Say = (pointer, message) => found.push({ pointer, isKey: false, message });
  for (const { about, find } of RULES) {
    const isWell = about.every((part) =>
      before.every(({ pointer, isUnknown }) => isUnknown || (pointer !== part && !pointer.startsWith(`${part}/`))),
    );
    if (isWell) find(file, say);
  }
  return found;
}

function ticks({ prediction }: FilledFile, say: Say): void {
  const { update_interval: interval, prediction_horizon: horizon } = prediction;
  const s = seconds(interval);
  if (!Number.isInteger(s) || (60 % s !== 0 && s % 60 !== 0)) {
    const problem = `prediction.update_interval is ${inSeconds(interval)}`;
    say(
      '/prediction/update_interval',
      `${problem}; expected a divisor or a multiple of a minute, as in 10, 15, 20, 30, 60 or 120`,
    );
  }
  if (seconds(horizon) < s) {
    const problem = `prediction.prediction_horizon is ${inSeconds(horizon)}, below prediction.update_interval (${inSeconds(interval)})`;
    say('/prediction/prediction_horizon', `${problem}; expected at least that`);
  }
}

function pools({ warming: { min_warm_pool: least, max_warm_pool: most } }: FilledFile, say: Say): void {
  if (least <= most) return;
  say(
    '/warming/min_warm_pool',
    `warming.min_warm_pool is ${least}, above warming.max_warm_pool (${most}); expected at most that`,
  );
}

function placementFiles({ placement: { nodes, functions } }: FilledFile, say: Say): void {
  if ((nodes === undefined) === (functions === undefined)) return;
  const [there, away] = nodes === undefined ? ['functions', 'nodes'] : ['nodes', 'functions'];
  say(`/placement/${there}`, `placement.${there} is without placement.${away}; expected both`);
}

function usersRegion({ placement: { users_in: region, round_trips: own, nodes } }: FilledFile, say: Say): void {
  // With figures of one's own there may be more regions; they are looked at once these are read.
  if (region === undefined || own !== undefined) return;
  const { regions } = placementNetwork();
  if (regions.includes(region)) return;
  const near = nearest(region, regions);
  // So may there be with nodes that measured their own; what is nearly the name of a known region is not meant as one of them.
  if (near === undefined && nodes !== undefined) return;
  const meant = near === undefined ? '' : `; did you mean '${near}'?`;
  say(
    '/placement/users_in',
    `placement.users_in is ${inWords(region)}, of which no round trips are known; expected a region as in aws:eu-west-1${meant}`,
  );
}

function onlinePolicy({ policy }: FilledFile, say: Say): void {
  try {
    const { kind } = policyByName(policy, 1000);
    if (kind === 'fixed' || kind === 'adaptive') return;
    const why = kind === 'capped' ? 'shares one memory among all functions' : 'knows the future';
    say(
      '/policy',
      `policy is '${policy}', which ${why}; expected one that decides function by function from the past, as adaptive`,
    );
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    const near = nearest(policy, ONLINE);
    const meant = near === undefined ? '' : `; did you mean '${near}'?`;
    say(
      '/policy',
      `policy is ${inWords(policy)}; expected one of ${ONLINE.join(', ')}, or as in adaptive@1% and fixed-10min${meant}`,
    );
  }
}

/** Policies with a name of their own that decide function by function from the past. */
const ONLINE = POLICY_NAMES.filter((name) => {
  try {
    return ['fixed', 'adaptive'].includes(policyByName(name, 1000).kind);
  } catch {
    // The pattern of a name rather than one.
    return false;
  }
});

function grid({ carbon: { cloud, region, grams_per_kwh: grams } }: FilledFile, say: Say): void {
  if (grams !== undefined) return;
  try {
    gridIntensity(cloud, region);
  } catch (thrown) {
    if (!(thrown instanceof IsothermError)) throw thrown;
    const regions = thrown.message.replace(/^.*there are /, '').split(', ');
    const near = nearest(region, regions);
    const meant = near === undefined ? '' : `; did you mean '${near}'?`;
    say(
      '/carbon/region',
      `carbon.region is ${inWords(region)}, of which no grid is known at '${cloud}'${meant || `; there are ${regions.join(', ')}, or set carbon.grams_per_kwh`}`,
    );
  }
}

function limits({ limits: { default: usual, groups, functions } }: FilledFile, say: Say): void {
  const range = (pointer: string, own: { min_instances?: number; max_instances?: number | 'unlimited' }): void => {
    const least = own.min_instances ?? usual.min_instances;
    const most = bound(own.max_instances ?? usual.max_instances);
    if (least <= most) return;
    const at = own.min_instances === undefined ? 'max_instances' : 'min_instances';
    const key = keyOf(pointer);
    say(
      `${pointer}/${at}`,
      `${key} has at least ${least} and at most ${most} instances; expected min_instances up to max_instances`,
    );
  };
  range('/limits/default', usual);
  for (const [name, own] of Object.entries(functions)) range(`/limits/functions/${escaped(name)}`, own);
  const names = new Set<string>();
  for (const [i, group] of groups.entries()) {
    range(`/limits/groups/${i}`, group);
    if (names.has(group.name)) {
      say(
        `/limits/groups/${i}/name`,
        `limits.groups[${i}].name is ${inWords(group.name)}, as that of another group; expected a name of its own`,
      );
    }
    names.add(group.name);
  }
}

function runtimes({ functions }: FilledFile, say: Say): void {
  for (const [i, { platform, runtime }] of functions.entries()) {
    if (runtime === undefined) continue;
    const at = `/functions/${i}/runtime`;
    const known = START_TIME_TABLE.filter((row) => row.platform === platform).map((row) => row.runtime);
    if (platform === undefined) say(at, `${keyOf(at)} is ${inWords(runtime)} without a platform; expected both`);
    else if (!known.includes(runtime)) {
      const near = nearest(runtime, known);
      const meant = near === undefined ? '' : `; did you mean '${near}'?`;
      say(at, `${keyOf(at)} is ${inWords(runtime)}; expected one of ${known.join(', ')}${meant}`);
    }
  }
}

function oneStore({ store: { url, url_file: file } }: FilledFile, say: Say): void {
  if (url !== undefined && file !== undefined)
    say('/store/url_file', 'store.url and store.url_file are both set; expected one of them');
  // As in libpq, the host may be left out where a socket's folder stands in the query.
  if (url !== undefined && !URL.canParse(url.replace(/@(?=\/)/, '@socket')))
    say('/store/url', 'store.url is no URL; expected one as in postgres://user@host/name');
}

function retention({ retention: { calls, minutes } }: FilledFile, say: Say): void {
  if (seconds(calls) <= seconds(minutes)) return;
  const problem = `retention.calls is ${inSeconds(calls)}, above retention.minutes (${inSeconds(minutes)})`;
  say('/retention/calls', `${problem}; expected at most that, as calls become counts per minute`);
}

function prometheusAddress({ provider }: FilledFile, say: Say): void {
  if (provider.kind !== 'prometheus') return;
  const url = URL.canParse(provider.url) ? new URL(provider.url) : undefined;
  // Not shown: there may be a password in it.
  if (url === undefined) say('/provider/url', 'provider.url is no URL; expected one as in http://localhost:9090');
  else if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const expected =
      'the address only, and credentials as provider.bearer_token_file, provider.password_file or variables';
    say('/provider/url', `provider.url has credentials or a query; expected ${expected}`);
  }
}

function prometheusQueries({ provider }: FilledFile, say: Say): void {
  if (provider.kind !== 'prometheus') return;
  const { preset, queries } = provider;
  if (preset === undefined && queries === undefined)
    say('/provider/kind', "'provider' has neither 'preset' nor 'queries'; expected one of them");
  if (preset !== undefined && queries !== undefined)
    say('/provider/queries', 'provider.preset and provider.queries are both set; expected one of them');
}

function prometheusCredentials({ provider }: FilledFile, say: Say): void {
  if (provider.kind !== 'prometheus') return;
  const {
    bearer_token: token,
    bearer_token_file: tokenFile,
    username,
    password,
    password_file: passwordFile,
  } = provider;
  const both = (a: string, b: string): string => `provider.${a} and provider.${b} are both set; expected one of them`;
  if (token !== undefined && tokenFile !== undefined)
    say('/provider/bearer_token_file', both('bearer_token', 'bearer_token_file'));
  if (password !== undefined && passwordFile !== undefined)
    say('/provider/password_file', both('password', 'password_file'));
  const hasToken = token !== undefined || tokenFile !== undefined;
  const hasPassword = password !== undefined || passwordFile !== undefined;
  if (hasToken && username !== undefined) say('/provider/username', both('username', 'bearer_token'));
  if (hasPassword && username === undefined) {
    const at = password === undefined ? 'password_file' : 'password';
    say(`/provider/${at}`, `provider.${at} is without provider.username; expected both`);
  }
  if (username !== undefined && !hasPassword) {
    say('/provider/username', 'provider.username is without provider.password; expected both');
  }
  for (const [name, value] of Object.entries(provider.headers ?? {})) {
    const at = `/provider/headers/${escaped(name)}`;
    if (name.toLowerCase() === 'authorization')
      say(at, `${keyOf(at)} has a place of its own; expected provider.bearer_token or provider.username`);
    else if (!isHeader(name, value))
      say(at, `${keyOf(at)} has a name or a value that HTTP does not allow; expected a header`);
  }
}

function isHeader(name: string, value: string): boolean {
  try {
    new Headers({ [name]: value });
    return true;
  } catch {
    return false;
  }
}

function prometheusTimes({ provider, prediction: { update_interval: interval } }: FilledFile, say: Say): void {
  if (provider.kind !== 'prometheus') return;
  const { timeout = 0, step = 0 } = provider;
  const key = (name: string, value: number | string): string => `provider.${name} is ${inSeconds(value)}, not below`;
  if (seconds(timeout) >= seconds(interval)) {
    const problem = `${key('timeout', timeout)} prediction.update_interval (${inSeconds(interval)})`;
    say('/provider/timeout', `${problem}; expected less, so that a server that hangs costs less than a tick`);
  }
  if (!Number.isInteger(seconds(step)) || seconds(interval) % seconds(step) !== 0) {
    const problem = `provider.step is ${inSeconds(step)}`;
    say(
      '/provider/step',
      `${problem}; expected whole seconds, a divisor of prediction.update_interval (${inSeconds(interval)})`,
    );
  }
}
