/** The row of buttons, also the legend, that chooses the policies which the curves show. */
import type { Look } from './look.js';
import { element } from './svg.js';

export function drawChips(
  place: HTMLElement,
  names: readonly string[],
  looks: Map<string, Look>,
  shown: ReadonlySet<string>,
  toggle: (name: string) => void,
): void {
  place.replaceChildren(
    ...names.map((name) => {
      const look = looks.get(name)!;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'chip';
      button.dataset.policy = name;
      button.setAttribute('aria-pressed', String(shown.has(name)));
      const swatch = element('svg', { width: 20, height: 8, 'aria-hidden': 'true' });
      swatch.append(
        element('line', {
          x1: 0,
          y1: 4,
          x2: 20,
          y2: 4,
          stroke: look.color,
          'stroke-width': 3,
          'stroke-dasharray': look.dash,
        }),
      );
      button.append(swatch, name);
      button.addEventListener('click', () => toggle(name));
      return button;
    }),
  );
}
