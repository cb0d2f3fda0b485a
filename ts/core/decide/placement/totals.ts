/** What a placement comes to, term by term, in the terms' own units. */
import type { BuiltProblem } from './build.js';
import { PLACEMENT_TERMS, type TermTotals } from './input.js';
import { pairUsd } from './problem.js';
import { OWN_TERMS } from './term-rows.js';

/** `[functions, terms]` in the order of `PLACEMENT_TERMS`; half of what a pair comes to is each end's. A function on node -1 has none. */
export function termsOf({ problem, rows, pairs }: BuiltProblem, assignment: Int32Array): Float64Array {
  const { functions, nodes } = problem;
  const size = PLACEMENT_TERMS.length;
  const terms = new Float64Array(functions * size);
  const own = OWN_TERMS.map((term) => rows.row(term));
  const columns = OWN_TERMS.map((term) => PLACEMENT_TERMS.indexOf(term));
  for (let f = 0; f < functions; f++) {
    const n = assignment[f];
    if (n < 0) continue;
    rows.loadAt(f, n);
    for (let t = 0; t < own.length; t++) terms[f * size + columns[t]] = own[t][n];
  }
  if (pairs === null) return terms;
  const [traffic, egress] = [PLACEMENT_TERMS.indexOf('traffic'), PLACEMENT_TERMS.indexOf('egress')];
  for (let p = 0; p < pairs.from.length; p++) {
    const [f, g] = [pairs.from[p], pairs.to[p]];
    const [n, m] = [assignment[f], assignment[g]];
    if (n < 0 || m < 0) continue;
    const seconds = pairs.perMs[p] * pairs.ms[n * nodes + m];
    const usd = pairUsd(pairs, nodes, p, n, m);
    for (const end of [f, g]) {
      terms[end * size + traffic] += seconds / 2;
      terms[end * size + egress] += usd / 2;
    }
  }
  return terms;
}

/** The terms of one function out of all. */
export const termsAt = (terms: Float64Array, f: number): TermTotals =>
  Object.fromEntries(PLACEMENT_TERMS.map((term, t) => [term, terms[f * PLACEMENT_TERMS.length + t]])) as TermTotals;

/** The terms of all functions together. */
export function totalTerms(terms: Float64Array): TermTotals {
  const totals = termsAt(new Float64Array(PLACEMENT_TERMS.length), 0);
  for (let at = 0; at < terms.length; at += PLACEMENT_TERMS.length) {
    PLACEMENT_TERMS.forEach((term, t) => {
      totals[term] += terms[at + t];
    });
  }
  return totals;
}

/** Terms weighed and added. */
export function weighed(terms: TermTotals, factors: TermTotals): number {
  return PLACEMENT_TERMS.reduce((sum, term) => sum + factors[term] * terms[term], 0);
}
