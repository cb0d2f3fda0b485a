/** What reports are set in: a self-contained HTML document with its answer first and how to get it again last. */
import { text } from './html.js';

export interface ReportPage {
  /** What the window is called. */
  title: string;
  /** `replay report` */
  kind: string;
  /** The answer, as HTML. */
  answer: string;
  /** What is said beside it, as HTML; empty ones are left out. */
  leads: readonly string[];
  /** What the figures are of. */
  badges: { label: string; items: string };
  /** The rest, as HTML in a `main` of this class. */
  main: { className?: string; html: string };
  /** Names and words on how the report came to be, beside the command that makes it again. */
  origin: { command: string; rows: readonly (readonly [name: string, words: string])[]; note: string };
  style: string;
  /** Draws from the data, which is inline JSON. */
  script?: { data: string; source: string };
}

/** The document. O(its length). */
export function reportPage(page: ReportPage): string {
  const { title, kind, answer, leads, badges, main, origin, style, script } = page;
  const sources = `default-src 'none'; style-src 'unsafe-inline';${script === undefined ? '' : " script-src 'unsafe-inline';"} img-src data:`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${sources}">
<link rel="icon" href="data:,">
<title>Isotherm: ${text(title)}</title>
<style>${style.replaceAll('</', '<\\/')}</style>
</head>
<body>
<header class="page-head">
<p class="brand"><b>Isotherm</b> ${kind}</p>
<h1>${answer}</h1>
${leads
  .filter((lead) => lead !== '')
  .map((lead) => `<p class="lead">${lead}</p>`)
  .join('\n')}
<ul class="badges" aria-label="${badges.label}">${badges.items}</ul>
</header>
<main${main.className === undefined ? '' : ` class="${main.className}"`}>
${main.html}
</main>
<footer>
<h2>How to get this again</h2>
<pre><code>${text(origin.command)}</code></pre>
<dl>${origin.rows.map(([name, words]) => `<div><dt>${name}</dt><dd>${text(words)}</dd></div>`).join('')}</dl>
<p class="note">${origin.note}</p>
</footer>
${script === undefined ? '' : scripts(script)}</body>
</html>
`;
}

const scripts = ({
  data,
  source,
}: {
  data: string;
  source: string;
}): string => `<script type="application/json" id="isotherm-data">${data}</script>
<script>${source.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')}</script>
`;
