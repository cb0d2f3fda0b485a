/** What to do where no call has come yet. */
import type { Status } from '../api/schemas/overview.js';
import { headers } from './api.js';
import { h } from './dom.js';

interface Way {
  title: string;
  words: string;
  command?: string;
}

/** As they are pasted into a shell; with a key where this server asks for one. */
function push(): Way[] {
  const { origin } = location;
  const key = 'authorization' in headers() ? ' -H "authorization: Bearer $ISOTHERM_KEY"' : '';
  return [
    {
      title: 'Try it on a trace',
      words:
        'A log of calls as CSV or JSON Lines, counts by minute, or what a platform exports, played faster than it came. With a store and a port of its own it runs beside this one:',
      command: 'npx isotherm serve --trace calls.csv --speed 60 --store trial --port 0',
    },
    {
      title: 'Bring calls as they happen',
      words: 'One by one, or up to 50,000 at once to /v1/samples/bulk. Counts by interval do as well.',
      command: `curl${key} ${origin}/v1/samples -H 'content-type: application/json' \\\n  -d '{"functionKey":"shop/checkout","atMs":'$(date +%s)'000,"durationMs":84}'`,
    },
    {
      title: 'Have Prometheus asked',
      words:
        'For the counters of Knative, OpenFaaS, KEDA or Cloud Run. In isotherm.yaml, then start again with a store of its own:',
      command: 'provider:\n  kind: prometheus\n  url: http://localhost:9090\n  preset: knative',
    },
    {
      title: 'Bring a log, dated and of today',
      words:
        'The same again and again, as it grows: what has come before is counted once. What is older than ten minutes is kept for questions about the past, and nothing is decided upon it.',
      command: `curl${key} -T calls.csv '${origin}/v1/uploads?name=calls.csv'`,
    },
  ];
}

const PROMETHEUS: readonly Way[] = [
  {
    title: 'Prometheus is asked, and has told of no call yet',
    words:
      'Where it keeps the past of these counters, that comes first. If nothing comes in a few minutes, see whether the preset or the queries are those of your platform: this says what they find.',
    command: 'npx isotherm import --prometheus http://localhost:9090 --preset knative --out trace.csv',
  },
];

const REPLAY: readonly Way[] = [
  {
    title: 'The trace has begun',
    words: 'Its first call has not come yet; at the speed that is set it will come at its time.',
  },
];

export class FirstSteps {
  readonly element = h('section', { class: 'wide' });
  #provider: string | undefined;

  show({ provider: { name } }: Status): void {
    if (name === this.#provider) return;
    this.#provider = name;
    const ways = name === 'push' ? push() : name === 'replay' ? REPLAY : PROMETHEUS;
    const items = ways.map(({ title, words, command }) =>
      h(
        'li',
        {},
        h('h3', {}, title),
        h('p', {}, words),
        ...(command === undefined ? [] : [h('pre', { tabindex: 0 }, command)]),
      ),
    );
    this.element.replaceChildren(h('h2', {}, 'It waits for calls'), h('ol', { class: 'ways' }, ...items));
  }
}
