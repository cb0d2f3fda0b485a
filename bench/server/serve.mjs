/** The API in a process of its own over a plane that answers at once: what is measured is the API. Writes its URL, and ends with its parent. */
import { register } from 'node:module';

register('../load-typescript.mjs', import.meta.url);
const { MemoryPlane } = await import('../../test/memory-plane.ts');
const { serveApi } = await import('../../ts/server/dist/api/index.js');

const FUNCTIONS = 10_000;

const plane = new MemoryPlane();
const samples = Array.from({ length: FUNCTIONS }, (_, f) => ({
  functionKey: `app/function-${f}`,
  atMs: f,
  durationMs: 1,
}));
await plane.push(samples);
for (const { functionKey } of samples) plane.decide(functionKey, 3);
// The order of a list is the plane's affair.
const rows = plane.functions({ limit: FUNCTIONS }).items;
plane.functions = ({ limit }) => ({ items: rows.slice(0, limit), nextCursor: '1' });

const { url } = await serveApi({ plane, port: 0, rateLimit: 1e9, log: { level: 'warn' } });
process.stdout.write(`${url}\n`);
process.stdin.resume().on('end', () => process.exit(0));
