/** Our name and sign on the page at `/docs`, in place of those of what draws it. */

const LINE =
  '<path d="M1 11c3 0 3-6 7-6s4 4 7 4" fill="none" stroke="#f08a5b" stroke-width="2.5" stroke-linecap="round"/>';

/** On the dark bar. */
export const LOGO =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 144 32" height="40"><g transform="scale(2)">${LINE}</g>` +
  '<text x="40" y="22" font-family="system-ui,sans-serif" font-size="20" font-weight="700" fill="#fff">Isotherm</text></svg>';

/** In a tab. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${LINE}</svg>`;
