/** What all configurations are made of: functions with names as the platform has them, and files. */
import type { HourlySchedule, Setting } from '../setting.js';
import { describeSetting } from '../setting.js';
import { inComment, isUsableName } from './quoting.js';

/** A function with the setting that it shall have. */
export interface ConfiguredFunction {
  /** As in the trace: `app/function` or `function`. */
  key: string;
  /** What invokes it, '' where unknown. */
  trigger: string;
  setting: Setting;
}

export interface ConfigurationFile {
  /** `apply.sh`, … */
  name: string;
  text: string;
}

export interface Named extends ConfiguredFunction {
  app: string;
  name: string;
  /** What it shall have, for a comment. */
  about: string;
}

/** Names must be unique: in an account, or within an app or a namespace. */
export type NameScope = 'account' | 'app';

const joinedName = (parts: readonly string[]): string => parts.join('-');

/**
 * The platform's names of keys such as `app/function`: their last parts, and where two functions share one, all parts with dashes between, as tools that
 * deploy name them.
 */
function namesOf(keys: readonly string[], scope: NameScope): { app: string; name: string }[] {
  const parts = keys.map((key) => key.split('/').filter((part) => part !== ''));
  const short = parts.map((own) => ({
    app: scope === 'app' ? (own.at(-2) ?? '') : '',
    name: own.at(-1) ?? '',
  }));
  const uses = new Map<string, number>();
  const key = ({ app, name }: { app: string; name: string }): string => `${app}/${name}`;
  for (const one of short) uses.set(key(one), (uses.get(key(one)) ?? 0) + 1);
  return short.map((one, i) => {
    if (uses.get(key(one)) === 1) return one;
    const own = parts[i]!;
    return scope === 'account'
      ? { app: '', name: joinedName(own) }
      : { app: joinedName(own.slice(0, -1)), name: one.name };
  });
}

/** Functions to configure, and those whose names no command can take. */
export function named(
  functions: readonly ConfiguredFunction[],
  scope: NameScope,
): { usable: Named[]; unusable: string[] } {
  const usable: Named[] = [];
  const unusable: string[] = [];
  const names = namesOf(
    functions.map(({ key }) => key),
    scope,
  );
  functions.forEach((one, i) => {
    const { app, name } = names[i]!;
    if (!isUsableName(name) || (app !== '' && !isUsableName(app))) unusable.push(inComment(one.key));
    else usable.push({ ...one, app, name, about: `${inComment(one.key)}: ${describeSetting(one.setting)}` });
  });
  return { usable, unusable };
}

/** Comment lines for functions that are left out. */
export const leftOut = (keys: readonly string[], mark: string): string[] =>
  keys.map((key) => `${mark} Left out, as no command can take its name: ${key}`);

const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

/** A change of the number at an hour. */
export interface HourlyChange {
  /** 0..23, UTC. */
  hour: number;
  /** Null: every day. */
  day: (typeof DAYS)[number] | null;
  ready: number;
  /** Tells the changes of one schedule apart: `08`, `mon-08`. */
  label: string;
}

/** The hours at which a schedule changes. */
export function changesOf({ cycle, ready }: Pick<HourlySchedule, 'cycle' | 'ready'>): HourlyChange[] {
  return ready.flatMap((count, at): HourlyChange[] => {
    if (count === ready[(at + ready.length - 1) % ready.length]) return [];
    const hour = at % 24;
    const day = cycle === 'week' ? DAYS[Math.floor(at / 24)]! : null;
    const clock = String(hour).padStart(2, '0');
    return [{ hour, day, ready: count, label: day === null ? clock : `${day.toLowerCase()}-${clock}` }];
  });
}

/** Five fields, as cron and Cloud Scheduler have them; UTC. */
export const cronFields = ({ hour, day }: HourlyChange): string => `0 ${hour} * * ${day ?? '*'}`;

/** A crontab of commands: a percent sign would end them. */
export const crontab = (
  lines: readonly { when: HourlyChange; command: string }[],
  variables: readonly string[],
): string =>
  textOf([
    '# Times are UTC.',
    'CRON_TZ=UTC',
    ...variables,
    ...lines.map(({ when, command }) => `${cronFields(when)} ${command.replaceAll('%', '\\%')}`),
  ]);

/** The lines as a text file. */
export const textOf = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
