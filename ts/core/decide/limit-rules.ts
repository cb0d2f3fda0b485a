/** Whose limits they are: what is set for all functions, for groups of them and for single ones, and what comes of it for one. */
import { checkLimits, type Limits, NO_LIMITS } from './limits.js';

/** Limits by scope. Of one limit a function's own counts before its groups', and these before the default. */
export interface LimitRules {
  default?: Partial<Limits>;
  /** Every group counts whose `match` fits a function's key; of those that set the same limit the last one. */
  groups?: readonly { name: string; match: string; limits: Partial<Limits> }[];
  functions?: Readonly<Record<string, Partial<Limits>>>;
}

/** Changes that the functions of a scope may make together. */
export interface ScopedRate {
  scope: string;
  perMin: number;
}

/** One function's limits, and every rate that binds it: the changes of all functions of such a scope count together. */
export interface FunctionLimits {
  limits: Limits;
  rates: readonly ScopedRate[];
}

/**
 * Whether a function's key is like a pattern, in which `*` stands for any run of characters and everything else for itself: O(length of the key) for
 * each `*`.
 *
 * @example
 * fitsKey('shop/*', 'shop/cart'); // true
 * fitsKey('shop', 'shop/cart'); // false
 */
export function fitsKey(match: string, functionKey: string): boolean {
  const [first, ...others] = match.split('*') as [string, ...string[]];
  const last = others.pop();
  if (last === undefined) return functionKey === match;
  if (!functionKey.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = functionKey.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return functionKey.length - at >= last.length && functionKey.endsWith(last);
}

/**
 * The limits of a function: O(groups). Where a floor comes above a ceiling, whoever set them, the ceiling holds. A rate binds for each scope that sets
 * one, also where a narrower scope sets another.
 *
 * Errors: `OUT_OF_RANGE`.
 *
 * @example
 * const rules = { default: { maxInstances: 50 }, groups: [{ name: 'shop', match: 'shop/*', limits: { minInstances: 1 } }] };
 * limitsOf(rules, 'shop/cart').limits.minInstances; // 1
 */
export function limitsOf(rules: LimitRules, functionKey: string): FunctionLimits {
  const scopes: [scope: string, limits: Partial<Limits>][] = [['default', rules.default ?? {}]];
  for (const { name, match, limits } of rules.groups ?? []) {
    if (fitsKey(match, functionKey)) scopes.push([`group ${name}`, limits]);
  }
  // A key may be the name of what every object has.
  if (Object.hasOwn(rules.functions ?? {}, functionKey)) {
    scopes.push([`function ${functionKey}`, rules.functions![functionKey]!]);
  }
  const bounds: Limits = Object.assign({}, NO_LIMITS, ...scopes.map(([, limits]) => limits));
  const minInstances = Math.min(bounds.minInstances, bounds.maxInstances ?? bounds.minInstances);
  const rates = scopes.flatMap(([scope, { maxRatePerMin: perMin }]) =>
    perMin === undefined || perMin === null ? [] : [{ scope, perMin }],
  );
  return { limits: checkLimits({ ...bounds, minInstances }), rates };
}
