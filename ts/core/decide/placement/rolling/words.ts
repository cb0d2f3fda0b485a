/** A rolling decision in words. */
import type { HeldReason, MigrationDecision } from '../migration.js';

const HELD_WORDS: Readonly<Record<HeldReason, string>> = {
  'small gain': 'would gain too little',
  'cool-down': 'was moved a short time ago',
  'enough moves': 'comes with a later decision',
  'no way': 'finds no way that passes no limit',
  paused: 'is paused',
};

const PLURAL: Readonly<Record<HeldReason, string>> = {
  'small gain': 'would gain too little',
  'cool-down': 'were moved a short time ago',
  'enough moves': 'come with later decisions',
  'no way': 'find no way that passes no limit',
  paused: 'are paused',
};

const counted = (count: number): string => (count === 1 ? '1 function' : `${count} functions`);

/** Why so many stay. */
export function stayingWords(why: HeldReason, count: number): string {
  return `${count} ${count === 1 ? HELD_WORDS[why] : PLURAL[why]}`;
}

/** What is moved, and why nothing else is, in a sentence. */
export function reasonOf({ steps, held, target }: MigrationDecision, functions: number): string {
  if (!target.isPlaced) return 'Nothing is moved: no placement was found that keeps all limits.';
  if (functions === 0) return 'There is no function to be placed.';
  const moving = new Set(steps.filter(({ from }) => from !== null).map(({ name }) => name)).size;
  const starting = steps.filter(({ from }) => from === null).length;
  const done = [
    ...(starting > 0 ? [`${counted(starting)} ${starting === 1 ? 'is' : 'are'} started`] : []),
    ...(moving > 0 ? [`${counted(moving)} ${moving === 1 ? 'moves' : 'move'}`] : []),
  ].join(', ');
  const reasons = [...new Set(held.map(({ why }) => why))].map((why) =>
    stayingWords(why, held.filter((one) => one.why === why).length),
  );
  if (held.length === 0)
    return done === '' ? 'Nothing is moved: everything is where the best placement that was found has it.' : `${done}.`;
  const what = done === '' ? 'Nothing is moved.' : `${done}.`;
  const stays = held.length === 1 ? 'stays' : 'stay';
  return `${what} ${counted(held.length)} would be better elsewhere and ${stays}: ${reasons.join(', ')}.`;
}

/** Where functions would be instead; `steps` says where they were. */
export function insteadWords(
  instead: readonly { name: string; node: string }[],
  steps: readonly { name: string; from: string | null }[],
): string {
  const from = (name: string): string | null | undefined => steps.find((step) => step.name === name)?.from;
  return instead
    .map(({ name, node }) => (from(name) === node ? `${name} stays on ${node}` : `${name} to ${node}`))
    .join(', ');
}
