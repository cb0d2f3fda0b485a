/** The store on both kinds of database: what comes in, and what a tick leaves. The disk is waited for in every figure. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StoreOptions } from 'isotherm-server/store';
import { noPostgres, Postgres } from '../../test/postgres.js';
import { withFolder } from '../child.js';
import type { Aim, Bench, Case } from '../harness.js';

const CHILD = fileURLToPath(new URL('store-child.mjs', import.meta.url));
const ROUNDS = 5;

const WORKS: { work: string; name: string; amount: number; unit: string; aim?: Aim }[] = [
  { work: 'calls', name: 'calls in requests of 5,000', amount: 50_000, unit: 'calls', aim: { perSecond: 20_000 } },
  { work: 'single', name: 'calls one by one, 2,000 requests at once', amount: 2000, unit: 'calls' },
  { work: 'counts', name: 'a scrape of 10,000 functions', amount: 10_000, unit: 'counts', aim: { seconds: 1 } },
  {
    work: 'tick',
    name: 'a tick of 10,000 functions: 1,000 receipts, 500 states',
    amount: 1,
    unit: 'ticks',
    aim: { seconds: 2.5 },
  },
];

export default async function storeSuite(bench: Bench): Promise<void> {
  await withFolder(async (folder) => {
    const server = noPostgres === undefined ? await Postgres.serve() : undefined;
    if (server === undefined) bench.note(noPostgres!);
    try {
      const stores: [string, StoreOptions][] = [['PGlite', { path: join(folder, 'store') }]];
      if (server !== undefined) stores.push(['PostgreSQL', { databaseUrl: server.database().url }]);
      let turn = 0;
      for (const { work, name, amount, unit, aim } of WORKS) {
        const cases = stores.map(([driver, options]): Case => {
          let seconds = Number.NaN;
          return {
            name: driver,
            ...(aim === undefined ? {} : { aim }),
            outside() {
              const given = [CHILD, JSON.stringify(options), work, String(++turn)];
              const said = execFileSync(process.execPath, given, { encoding: 'utf8' });
              seconds = (JSON.parse(said) as { seconds: number }).seconds;
              return seconds;
            },
            check: () => assert.ok(seconds > 0),
          };
        });
        await bench.group({ name, amount, unit, rounds: ROUNDS, cases });
      }
    } finally {
      await server?.remove();
    }
  });
}
