/// <reference types="vite/client" />
/** Draws the report's charts from the data in the page, and again when the width or a choice changes. */
import type { PageData } from '../page-data.js';
import { BOUND } from '../standings.js';
import { drawAdvice } from './advice.js';
import { drawChips } from './chips.js';
import { comparedPolicies } from './compared.js';
import { looks as policyLooks } from './look.js';
import { shortNames } from './names.js';
import { drawPlane, planeNote, planeTitle } from './plane.js';
import { drawRates, ratesTitle } from './rates.js';
import { drawRegret, regretTable, regretTitle } from './regret.js';
import { widen } from './steps.js';
import { drawTimeline, stepsFor, timelineNote, timelineTitle } from './timeline.js';
import './page.css';

const PRINT_WIDTH = 660;

const data = JSON.parse(document.getElementById('isotherm-data')!.textContent) as PageData;
const looks = policyLooks(data);
const policyNames = data.policies.map(({ name }) => name);
const short = shortNames(data.functions.map(({ key }) => key));
const timelines = new Map(data.timelines.map((timeline) => [timeline.function, timeline]));
const names = { short, hasTimeline: (position: number) => timelines.has(position) };

/** References that see the future are not stepped through time. */
const withTimeline = new Set(data.timelines.flatMap(({ warm }) => Object.keys(warm)));

const shown = new Set(
  data.policies
    .filter(
      ({ name, kind }) => name === data.subject || name === data.reference || name === BOUND || kind === 'adaptive',
    )
    .map(({ name }) => name),
);
/** Lines of one function cross more: two to begin with. */
const shownOverTime = new Set(comparedPolicies(data, withTimeline));
let regretPolicy = data.reference;
let timelineFunction = data.timelines[0]?.function;
let width = 0;

/** The policies' names stay on one line. */
function unbroken(title: string): (string | HTMLElement)[] {
  const known = new Set(policyNames);
  return title.split(/([\w-]+)/).map((part) => {
    if (!known.has(part)) return part;
    const name = document.createElement('span');
    name.className = 'name';
    name.textContent = part;
    return name;
  });
}

function set(id: string, title: string, note: string, chart: Element): void {
  document.getElementById(`${id}-title`)!.replaceChildren(...unbroken(title));
  document.getElementById(`${id}-note`)!.textContent = note;
  const place = document.getElementById(id)!;
  place.replaceChildren(chart);
  for (const svg of place.querySelectorAll('svg')) {
    if (svg.querySelector('[role=button]') === null) svg.setAttribute('role', 'img');
  }
}

function renderPlane(): void {
  set('plane', planeTitle(data), planeNote(data), drawPlane(data, looks, width));
}

function renderAdvice(): void {
  const place = document.getElementById('advice');
  if (place === null || data.advice === undefined) return;
  const chart = drawAdvice(data.advice, document.getElementById('advice-title')!.textContent, width);
  chart.setAttribute('role', 'img');
  place.replaceChildren(chart);
}

function renderRates(): void {
  set('rates', ratesTitle(data, shown), '', drawRates(data, looks, shown, width));
}

const BOUND_WORDS = `${BOUND} knows every call ahead and keeps each instance just where that pays. What a policy costs above it is its regret: the most that a better keep-alive could still save.`;

function renderRegret(): void {
  if (data.regret === undefined) return;
  const openable = data.regret[regretPolicy]!.worst.filter((row) => names.hasTimeline(row.function)).length;
  set(
    'regret',
    regretTitle(data, regretPolicy),
    openable === 0
      ? BOUND_WORDS
      : `${BOUND_WORDS} Choose a bar to see the function's timeline below (${openable} of the ${data.regret[regretPolicy]!.worst.length} worst have one).`,
    drawRegret(data, looks, names, regretPolicy, width, chooseFunction),
  );
  const place = document.querySelector('#regret-details .scroll')!;
  place.replaceChildren(regretTable(data, names, regretPolicy, chooseFunction));
}

function renderTimeline(): void {
  const finest = timelineFunction === undefined ? undefined : timelines.get(timelineFunction);
  if (finest === undefined) return;
  const timeline = widen(finest, data.minutes, stepsFor(width));
  set(
    'timeline',
    `${short[timeline.function]}: ${timelineTitle(data, finest, shownOverTime).replace(/^On/, 'on')}`,
    timelineNote(data, timeline),
    drawTimeline(data, timeline, looks, shownOverTime, width),
  );
}

function renderChips(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-chips]')) {
    const inTimelines = place.closest('section')!.querySelector('#timeline') !== null;
    const names = inTimelines ? policyNames.filter((name) => withTimeline.has(name)) : policyNames;
    const chosen = inTimelines ? shownOverTime : shown;
    drawChips(place, names, looks, chosen, (name) => {
      if (!chosen.delete(name)) chosen.add(name);
      renderChips();
      if (inTimelines) renderTimeline();
      else renderRates();
      place.querySelector<HTMLElement>(`[data-policy="${CSS.escape(name)}"]`)?.focus();
    });
  }
}

function chooseFunction(position: number): void {
  timelineFunction = position;
  const select = document.getElementById('timeline-function') as HTMLSelectElement;
  select.value = String(position);
  renderTimeline();
  select.closest('section')!.scrollIntoView({ block: 'start' });
  select.focus({ preventScroll: true });
}

function renderAll(at: number): void {
  if (at <= 0 || at === width) return;
  width = at;
  renderPlane();
  renderAdvice();
  renderRates();
  renderRegret();
  renderTimeline();
}

const regretSelect = document.getElementById('regret-policy') as HTMLSelectElement | null;
regretSelect?.addEventListener('change', () => {
  regretPolicy = regretSelect.value;
  renderRegret();
});

const functionSelect = document.getElementById('timeline-function') as HTMLSelectElement | null;
if (functionSelect !== null) {
  for (const { function: position } of data.timelines) {
    const { key, calls } = data.functions[position]!;
    const option = new Option(`${short[position]} (${calls.toLocaleString('en')} calls)`, String(position));
    option.title = key;
    functionSelect.add(option);
  }
  functionSelect.addEventListener('change', () => {
    timelineFunction = Number(functionSelect.value);
    renderTimeline();
  });
}

const plane = document.getElementById('plane')!;
const fit = (): void => renderAll(Math.floor(plane.clientWidth));
renderChips();
fit();
new ResizeObserver(fit).observe(plane);
window.addEventListener('beforeprint', () => renderAll(PRINT_WIDTH));
window.addEventListener('afterprint', fit);
