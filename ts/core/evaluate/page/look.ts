/** How each policy is drawn, the same in every chart. Colours are variables of the style sheet, so both themes follow. */
import type { PageData } from '../page-data.js';

export interface Look {
  color: string;
  /** Of labels: the colour darkened towards the text's. */
  labelColor: string;
  /** SVG dash pattern; dashes mark bounds. */
  dash: string;
  width: number;
}

const HUES = 5;
const GREYS = 5;

export function looks({ policies, subject }: PageData): Map<string, Look> {
  const fixed = policies
    .filter(({ kind, name }) => kind === 'fixed' && name !== subject)
    .sort((a, b) => a.totals.idleGbS - b.totals.idleGbS);
  let hue = 0;
  return new Map(
    policies.map(({ name, kind }) => {
      let color: string;
      if (name === subject) color = 'var(--accent)';
      else if (kind === 'bound') color = 'var(--ink)';
      else if (kind === 'fixed') {
        const rank = fixed.findIndex((one) => one.name === name);
        color = `var(--grey-${1 + Math.floor((rank * GREYS) / fixed.length)})`;
      } else color = `var(--hue-${1 + (hue++ % HUES)})`;
      const dash = kind === 'bound' ? (name.endsWith('prewarm') ? '2 3' : '6 4') : 'none';
      const look: Look = {
        color,
        labelColor: `color-mix(in oklab, ${color} 75%, var(--ink))`,
        dash,
        width: name === subject ? 2.5 : 1.75,
      };
      return [name, look];
    }),
  );
}
