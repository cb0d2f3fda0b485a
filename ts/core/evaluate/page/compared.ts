/** Which two of the shown policies a chart's title compares. */
import type { PageData } from '../page-data.js';

/** The reference, the cheapest and the adaptive ones come first. */
export function comparedPolicies(data: PageData, shown: ReadonlySet<string>): string[] {
  const adaptive = data.policies.filter(({ kind }) => kind === 'adaptive');
  const order = [data.reference, data.subject, ...[...adaptive, ...data.policies].map(({ name }) => name)];
  return [...new Set(order)].filter((name) => shown.has(name)).slice(0, 2);
}
