/** The receipt of a rolling placement in words. */
import { grouped, when } from './explain-words.js';
import { conflictWords } from './placement/conflicts/words.js';
import { PLACEMENT_TERM_MEANINGS, PLACEMENT_TERMS, PLACEMENT_WEIGHTS, type TermTotals } from './placement/input.js';
import type { MigrationReason } from './placement/migration.js';
import type { ExplainedStep, OtherMoves, PlacementAlternative, PlacementReceipt } from './placement/rolling/receipt.js';
import { insteadWords, stayingWords } from './placement/rolling/words.js';

const figure = (value: number): string => grouped(value, 3);
const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
const counted = (count: number, what: string): string => `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;

const WHY: Readonly<Record<MigrationReason, string>> = {
  new: 'it is new there',
  limit: 'where it is a limit is passed',
  gain: 'it gains enough',
  together: 'it goes with one that gains',
  detour: 'on its way, so that others can change places',
};

const TERMS_NAMED = 3;

/** The terms that a move changes most, each against its own size. */
function changes({ before, after }: ExplainedStep): string {
  if (before === null) return '';
  const share = (term: keyof TermTotals): number => {
    const most = Math.max(Math.abs(before[term]), Math.abs(after[term]));
    return most > 0 ? Math.abs(before[term] - after[term]) / most : 0;
  };
  const changed = PLACEMENT_TERMS.filter((term) => share(term) > 0.01 && term !== 'migration');
  const words = changed
    .sort((a, b) => share(b) - share(a))
    .slice(0, TERMS_NAMED)
    .map((term) => `${term} ${figure(before[term])} to ${figure(after[term])} ${PLACEMENT_TERM_MEANINGS[term].unit}`);
  return words.length === 0 ? '' : `; ${words.join(', ')}`;
}

function stepWords(step: ExplainedStep): string {
  const { name, from, to, gain, why } = step;
  const way = from === null ? `to ${to}` : `${from} to ${to}`;
  const worth = from === null ? '' : `, the cost of all falls by ${figure(gain)}`;
  return `  ${name}: ${way}; ${WHY[why]}${worth}${changes(step)}`;
}

function alternativeWords({ name, cost, gap, terms }: PlacementAlternative): string {
  const own = PLACEMENT_TERMS.map((term) => `${term} ${figure(terms[term])} ${PLACEMENT_TERM_MEANINGS[term].unit}`);
  return `  ${name}: cost ${figure(cost)}, of which at most ${percent(gap)} is too much; ${own.join(', ')}`;
}

function otherWords({ instead, cost, gap }: OtherMoves, steps: readonly ExplainedStep[]): string {
  return `  ${insteadWords(instead, steps)}: cost ${figure(cost)}, of which at most ${percent(gap)} is too much`;
}

function settingWords({ setting: { rules, weights, limits, usersIn, linkGbps } }: PlacementReceipt): string[] {
  const own = PLACEMENT_TERMS.map((term) => `${term} ${weights[term] ?? PLACEMENT_WEIGHTS[term]}`);
  const sums = [
    ...(limits.usdPerHour === undefined ? [] : [`at most ${limits.usdPerHour} USD/h`]),
    ...(limits.gramsPerHour === undefined ? [] : [`at most ${limits.gramsPerHour} gCO2e/h`]),
  ];
  return [
    `Rules: a function moves for a gain above ${percent(rules.leastGain)} of its own cost, ${rules.mostMoves} moves at a time, and stays for ${figure(rules.coolDownMs / 60_000)} min after one.`,
    `Weights: ${own.join(', ')}. Limits over all: ${sums.length === 0 ? 'none' : sums.join(', ')}.`,
    usersIn === null
      ? 'Measured calls are not counted, as nobody says where users are.'
      : `Measured calls are taken to come from ${usersIn}.`,
    ...(linkGbps === undefined ? [] : [`Data and state go between regions with ${linkGbps} Gbit/s.`]),
  ];
}

function fleetWords({ fleet: { functions, nodes, measured, held, leftOut } }: PlacementReceipt): string[] {
  const stale = held === 0 ? '' : `, of ${held} of them the last good figures, as there are no data now`;
  return [
    `Placed ${counted(functions, 'function')} on ${counted(nodes, 'node')}; figures of ${measured} were measured${stale}.`,
    ...(leftOut.functions === 0
      ? []
      : [`Not placed, as nobody knows their memory: ${leftOut.functions} (${leftOut.names.join(', ')}).`]),
  ];
}

/** `epochMs`: where the receipt's clock begins, where that is known. */
export function explainPlacement(receipt: PlacementReceipt, epochMs?: number): string {
  const { steps, staying, alternatives, bound, notPlaced, limits } = receipt;
  // Receipts of earlier versions have none.
  const { otherMoves = [] } = receipt;
  const lines = [
    `Receipt ${receipt.id}`,
    `Placement of all functions, tick ${receipt.tick}: ${when(receipt.atMs, epochMs)}`,
    `Decided: ${receipt.reason}`,
    ...(steps.length === 0 ? [] : ['Moves, in this order, each when the one before is done:', ...steps.map(stepWords)]),
    ...(staying.functions === 0
      ? []
      : [
          `Better elsewhere, and staying: ${Object.entries(staying.reasons)
            .map(([why, count]) => stayingWords(why as keyof typeof staying.reasons, count))
            .join(', ')}. The first of them:`,
          ...staying.first.map(({ name, to, why }) => `  ${name}: would go to ${to}; ${stayingWords(why, 1).slice(2)}`),
        ]),
    ...(notPlaced === null
      ? []
      : ['Why there is none, and what would do:', ...conflictWords(notPlaced).map((one) => `  ${one}`)]),
    ...(alternatives.length === 0 ? [] : ['Placements that could be had:', ...alternatives.map(alternativeWords)]),
    ...(otherMoves.length === 0
      ? []
      : [
          'Instead, the best first, all others as after the moves:',
          ...otherMoves.map((one) => otherWords(one, steps)),
        ]),
    ...(bound === null
      ? []
      : [`No placement within the limits costs less than ${figure(bound)} (known by ${receipt.proof}).`]),
    ...fleetWords(receipt),
    ...settingWords(receipt),
    `Limits that bound it: ${limits.length === 0 ? 'none' : limits.join(', ')}.`,
    `Network: ${receipt.network}.`,
    `Inputs sha256 ${receipt.inputsDigest}, seed ${receipt.seed}, backend ${receipt.backend}, isotherm ${receipt.version}.`,
  ];
  return lines.join('\n');
}
