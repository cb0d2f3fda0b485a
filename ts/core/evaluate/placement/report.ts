/** The HTML report of a placement: one file that needs nothing else, not even a script. */

import { counted, NO_FIGURE, percent, ratio, threeDigits } from '../../decide/figures.js';
import { PLACEMENT_TERM_MEANINGS, PLACEMENT_TERMS, type PlacementInput } from '../../decide/placement/input.js';
import { ANY_INSTANCES } from '../../decide/placement/parse.js';
import type { Placed } from '../../decide/placement/place.js';
import { VERSION } from '../../kernels/index.js';
import { text } from '../html.js';
import { reportPage } from '../report-page.js';
import { GAP_ROUNDING, movesOf, placementHeadline, termFigure } from './words.js';
import { worldMap } from './world-map.js';

export interface PlacementReportOptions {
  /** The built style sheet of reports: `dist/evaluate/page/page.css`, as text. */
  style: string;
  /** What makes the report again. */
  command: string;
  /** Where round trips and prices of bytes are from. */
  networkSource: string;
}

const MOST_ROWS = 200;

/**
 * The report of a placement as a self-contained HTML document that asks no network for anything.
 *
 * Complexity: O(functions + nodes).
 *
 * @example
 * const nodes = [{ name: 'dublin', tier: 'cloud', provider: 'aws', region: 'eu-west-1', vcpu: 8, memoryGib: 32 }];
 * const input = parsePlacement(nodes, [{ name: 'checkout', memoryMiB: 512, vcpu: 1 }]);
 * const placed = placeFunctions(input);
 * const options = { style, command: 'isotherm place …', networkSource: placementNetwork().source };
 * placed.isPlaced && renderPlacement(input, placed, options).slice(0, 15); // '<!doctype html>'
 */
export function renderPlacement(input: PlacementInput, placed: Placed, options: PlacementReportOptions): string {
  const { answer, losses, bound } = placementHeadline(placed);
  const map = worldMap(input, placed);
  return reportPage({
    title: 'placement',
    kind: 'placement report',
    answer: text(answer),
    leads: [text(bound), text(losses)],
    badges: { label: 'What was placed', items: badges(input, placed) },
    main: {
      className: 'placement',
      html: [
        map === '' ? '' : mapSection(map, placed),
        termSection(placed),
        moveSection(placed),
        baselineSection(placed),
        nodeSection(input, placed),
      ].join('\n'),
    },
    origin: {
      command: options.command,
      rows: [
        ['Between regions', options.networkSource],
        ['Software', `isotherm ${VERSION}`],
      ],
      note: 'Three significant digits are shown; <code>--json</code> writes the exact ones.',
    },
    style: options.style,
  });
}

function badges(input: PlacementInput, { gap, proof, functions }: Placed): string {
  const regions = new Set(input.nodes.map(({ provider, region }) => `${provider}:${region}`)).size;
  const moved = functions.filter(({ isMoved }) => isMoved).length;
  const items = [
    counted(functions.length, 'function'),
    counted(input.nodes.length, 'node'),
    counted(regions, 'region'),
    counted(moved, 'move'),
    proof === 'bound' && gap > GAP_ROUNDING ? `proved within ${percent(gap)}` : 'proved best',
  ];
  return items
    .map((item, i) => `<li class="badge${i === items.length - 1 ? ' source' : ''}">${text(item)}</li>`)
    .join('');
}

function mapSection(map: string, placed: Placed): string {
  const isMoving = placed.functions.some(({ isMoved }) => isMoved);
  const ways = isMoving ? ', arrows are moves' : '';
  return `<section aria-labelledby="map-title">
<h2 id="map-title">${isMoving ? 'Where functions run, and where they move' : 'Where functions run'}</h2>
<p class="note">Rings are users by their calls, full dots are nodes with functions${ways}. Point at one for its names.</p>
<figure class="chart">${map}</figure>
</section>`;
}

function termSection({ terms, before, weights }: Placed): string {
  const rows = PLACEMENT_TERMS.map((term) => {
    const old = before === null ? Number.NaN : before[term];
    const change = changeOf(old, terms[term]);
    const most = Math.max(old || 0, terms[term]);
    const share = most > 0 ? terms[term] / most : 0;
    const shareOld = most > 0 && old > 0 ? old / most : 0;
    const bars = `<span class="bar before" style="width:${(100 * shareOld).toFixed(1)}%"></span><span class="bar after" style="width:${(100 * share).toFixed(1)}%"></span>`;
    return `<tr><th scope="row"><span class="name">${term}</span><span class="about">${text(PLACEMENT_TERM_MEANINGS[term].about)}</span></th><td class="bars">${bars}</td><td title="${old}">${Number.isNaN(old) ? NO_FIGURE : text(termFigure(term, old))}</td><td title="${terms[term]}">${text(termFigure(term, terms[term]))}</td><td>${change}</td><td>${weights[term]}</td></tr>`;
  });
  return `<section aria-labelledby="terms-title">
<h2 id="terms-title">What it costs, term by term</h2>
<div class="scroll"><table class="terms"><thead><tr><th scope="col">Term</th><td></td><th scope="col">Before</th><th scope="col">After</th><th scope="col">Change</th><th scope="col">Weight</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
<p class="note">Each term is divided by what functions differ by between their best and their worst nodes, and weighted; the cost is the sum.</p>
</section>`;
}

/** `−68 %`; nothing where there was nothing. */
function changeOf(old: number, now: number): string {
  if (!(old > 0)) return NO_FIGURE;
  const share = now / old - 1;
  if (Math.abs(share) < 1e-9) return 'none';
  return `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
}

function moveSection(placed: Placed): string {
  const moves = movesOf(placed);
  if (moves.length === 0) return '';
  const rows = moves
    .slice(0, MOST_ROWS)
    .map(
      ({ name, from, to, share, why }) =>
        `<tr><th scope="row"><span class="name">${text(name)}</span></th><td>${text(from)}</td><td class="to">${text(to)}</td><td>${share > 0 ? percent(share) : NO_FIGURE}</td><td class="why">${text(why)}</td></tr>`,
    );
  const more = moves.length > MOST_ROWS ? `<p class="note">and ${moves.length - MOST_ROWS} more in the JSON.</p>` : '';
  return `<section aria-labelledby="moves-title">
<h2 id="moves-title">${counted(moves.length, 'function')} to move, the largest gain first</h2>
<div class="scroll"><table class="moves"><thead><tr><th scope="col">Function</th><th scope="col">From</th><th scope="col">To</th><th scope="col">Own cost less</th><th scope="col">Why</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>${more}
</section>`;
}

function baselineSection({ baselines, cost, costBefore }: Placed): string {
  const others = baselines.map(({ name, cost: theirs }) => ({ name: name as string, cost: theirs }));
  const rows = [
    { name: 'this placement', cost: cost as number | null },
    ...(costBefore === null ? [] : [{ name: 'as it is now', cost: costBefore as number | null }]),
    ...others.toSorted((a, b) => (a.cost ?? Number.POSITIVE_INFINITY) - (b.cost ?? Number.POSITIVE_INFINITY)),
  ];
  const most = Math.max(...rows.map((row) => row.cost ?? 0));
  const body = rows.map((row, i) => {
    const share = row.cost === null || most === 0 ? 0 : row.cost / most;
    const bar = `<span class="bar ${i === 0 ? 'after' : 'before'}" style="width:${(100 * share).toFixed(1)}%"></span>`;
    const figures =
      row.cost === null
        ? '<td colspan="2">leaves a function without room, or passes a limit</td>'
        : `<td title="${row.cost}">${threeDigits(row.cost)}</td><td>${cost > 0 ? ratio(row.cost / cost) : NO_FIGURE}</td>`;
    return `<tr${i === 0 ? ' class="subject"' : ''}><th scope="row">${text(row.name)}</th><td class="bars">${bar}</td>${figures}</tr>`;
  });
  return `<section aria-labelledby="baselines-title">
<h2 id="baselines-title">What others would make of it</h2>
<table class="terms"><thead><tr><th scope="col">Placed by</th><td></td><th scope="col">Cost</th><th scope="col">Of ours</th></tr></thead><tbody>${body.join('')}</tbody></table>
</section>`;
}

/** Where a node takes any number of instances, there is no share of them. */
const roomOf = ({ tier, instances }: PlacementInput['nodes'][number]) => ({
  tier,
  isCounted: instances < ANY_INSTANCES,
});

function nodeSection(input: PlacementInput, { nodes }: Placed): string {
  const used = nodes.flatMap((node, n) => (node.functions > 0 ? [{ ...node, ...roomOf(input.nodes[n]!) }] : []));
  const rows = used
    .toSorted((a, b) => b.functions - a.functions)
    .slice(0, MOST_ROWS)
    .map(
      ({ name, tier, functions, memory, vcpu, instances, isCounted }) =>
        `<tr><th scope="row"><span class="name">${text(name)}</span></th><td>${tier}</td><td>${functions}</td><td>${percent(memory)}</td><td>${percent(vcpu)}</td><td>${isCounted ? percent(instances) : NO_FIGURE}</td></tr>`,
    );
  const left = nodes.length - used.length;
  return `<section aria-labelledby="nodes-title">
<h2 id="nodes-title">How full the nodes get</h2>
<div class="scroll"><table><thead><tr><th scope="col">Node</th><th scope="col">Tier</th><th scope="col">Functions</th><th scope="col">Memory</th><th scope="col">vCPU</th><th scope="col">Instances</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
<p class="note">${left === 0 ? 'Every node has a function.' : `${counted(left, 'node')} without a function.`}</p>
</section>`;
}
