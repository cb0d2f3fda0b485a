/** A placement on one screen of a terminal. */

import { count, counted, NO_FIGURE, percent, ratio, threeDigits } from '../decide/figures.js';
import { PLACEMENT_TERMS, type Placed } from '../decide/index.js';
import { PLACEMENT_TERM_MEANINGS } from '../decide/placement/input.js';
import { movesOf, placementHeadline, termFigure } from '../evaluate/placement/words.js';
import { aligned, shortened, wrap } from './columns.js';

export interface PlaceTableOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

const WIDEST = 120;
const MOVES_SHOWN = 12;
const NAME = 28;
/** Of the column that has no unit. */
const COST_WORDS =
  'Cost has no unit: what each term is above the best node of every function, as a share of what best and worst nodes differ by, times its weight, in sum. 0 would be the best node for everybody in everything.';

/** The placement as text; ends without a line break. */
export function renderPlaceTable(placed: Placed, { color, width }: PlaceTableOptions): string {
  const paint = (code: string, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const screen = Math.min(width, WIDEST);
  const dim = (line: string): string => paint('2', line);
  const { answer, losses, bound } = placementHeadline(placed);
  const head = `${counted(placed.functions.length, 'function')} on ${counted(placed.nodes.length, 'node')}`;
  const [termTitles, ...terms] = aligned([['term', 'before', 'after', 'change', 'weight'], ...termRows(placed)]);
  const [title, ...baselines] = aligned([['placed by', 'cost', 'of ours'], ...baselineRows(placed)]);
  const lines = [
    paint('1', head),
    '',
    dim(`  ${termTitles}  what it counts`),
    ...terms.flatMap((line, i) => explained(line, PLACEMENT_TERM_MEANINGS[PLACEMENT_TERMS[i]!].about, screen, dim)),
    ...moveLines(placed, screen, dim),
    '',
    dim(`  ${title}`),
    ...baselines.map((line, i) => (i === 0 ? paint('1;33', `▸ ${line}`) : `  ${line}`)),
    ...wrap(COST_WORDS, screen - 2).map((line) => dim(`  ${line}`)),
    '',
    ...wrap(answer, screen).map((line) => paint('1', line)),
    ...[losses, bound].filter((text) => text !== '').flatMap((text) => wrap(text, screen)),
  ];
  return lines.join('\n').replaceAll('\u00a0', ' ');
}

function termRows({ terms, before, weights }: Placed): string[][] {
  return PLACEMENT_TERMS.map((term) => {
    const old = before?.[term] ?? Number.NaN;
    const change = old > 0 ? percent(terms[term] / old - 1) : NO_FIGURE;
    return [
      term,
      before === null ? NO_FIGURE : termFigure(term, old),
      termFigure(term, terms[term]),
      change,
      String(weights[term]),
    ];
  });
}

/** A row with words behind it, or below it where there is no room. */
function explained(line: string, words: string, screen: number, dim: (line: string) => string): string[] {
  const whole = `  ${line}  ${words}`;
  if (whole.length <= screen) return [whole];
  return [`  ${line}`, ...wrap(words, screen - 6).map((part) => dim(`      ${part}`))];
}

function moveLines(placed: Placed, screen: number, dim: (line: string) => string): string[] {
  const moves = movesOf(placed);
  if (moves.length === 0) return [];
  const rows = moves
    .slice(0, MOVES_SHOWN)
    .map(({ name, from, to, share }) => [
      shortened(name, NAME),
      `${shortened(from, NAME)} → ${shortened(to, NAME)}`,
      share > 0 ? percent(share) : NO_FIGURE,
    ]);
  const [title, ...lines] = aligned([['move', '', 'saves of its cost'], ...rows]);
  const more =
    moves.length > MOVES_SHOWN ? [dim(`  and ${count(moves.length - MOVES_SHOWN)} more (--json, --html)`)] : [];
  const reasons = lines.flatMap((line, i) => explained(line, moves[i]!.why, screen, dim));
  return ['', dim(`  ${title}  why`), ...reasons, ...more];
}

function baselineRows({ baselines, cost, costBefore }: Placed): string[][] {
  const row = (name: string, theirs: number | null): string[] =>
    theirs === null
      ? [name, 'does not fit', NO_FIGURE]
      : [name, threeDigits(theirs), cost > 0 ? ratio(theirs / cost) : NO_FIGURE];
  return [
    row('this placement', cost),
    ...(costBefore === null ? [] : [row('as it is now', costBefore)]),
    ...baselines.map(({ name, cost: theirs }) => row(name, theirs)),
  ];
}
