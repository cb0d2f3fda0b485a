/** Advice as `--json` writes it: exact figures, in the shape of `advice.schema.json`. */
import { type ConfigurationFile, configuration } from '../../decide/index.js';
import type { Advice } from './model.js';

/** JSON has no NaN: what is not known is null. */
type Known<T> = T extends number ? number | null : T extends object ? { [Key in keyof T]: Known<T[Key]> } : T;

export type AdviceJson = Known<Advice>;

/**
 * Advice as plain JSON; null stands where a figure is not known, as the P99 of a function without calls. O(functions).
 *
 * @example
 * adviceJson(advise(trace, { target: 'cloud-run', coldStartMs: 800 })).target; // 'cloud-run'
 */
export const adviceJson = (advice: Advice): AdviceJson => JSON.parse(JSON.stringify(advice));

/**
 * The advised settings as the platform's own configuration: `configuration` of the functions that are not left alone. O(functions).
 *
 * @example
 * adviceConfiguration(advise(trace, { target: 'cloud-run', coldStartMs: 800 })).map(({ name }) => name); // ['apply.sh', 'services.yaml']
 */
export const adviceConfiguration = ({ target, functions }: Advice): ConfigurationFile[] =>
  configuration(
    target,
    functions.filter(({ leftAlone }) => leftAlone === undefined),
  );
