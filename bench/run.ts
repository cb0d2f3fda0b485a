/** Runs suites one after another and says at the end what all of them measured. */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { Bench, table } from './harness.js';

export interface Suite {
  name: string;
  load(): Promise<(bench: Bench) => void | Promise<void>>;
}

function machine(): string {
  const [first] = cpus();
  return `${first?.model.trim() ?? process.arch}, ${availableParallelism()} cores, Node ${process.versions.node}`;
}

/** The exit code: 1 when a suite failed; the others run all the same. */
export async function runSuites(suites: readonly Suite[], json: string | undefined): Promise<number> {
  const bench = new Bench((line) => console.error(line));
  const failed: string[] = [];
  const [busy] = loadavg();
  if (busy > 0.5) bench.note(`other programs keep ${busy.toFixed(1)} cores busy at the start: times are upper bounds`);
  for (const { name, load } of suites) {
    bench.begin(name);
    try {
      await (await load())(bench);
    } catch (error) {
      failed.push(name);
      console.error(error);
    }
  }
  const about = { machine: machine(), date: new Date().toISOString().slice(0, 10) };
  console.log(`\n${about.machine}, ${about.date}\n${bench.notes.join('\n')}\n\n${table(bench)}\n`);
  const judged = [...bench.rows, ...bench.facts].filter(({ reached }) => reached !== undefined);
  const reached = judged.filter((row) => row.reached).length;
  console.log(
    `${reached} of ${judged.length} aims reached, ${failed.length} suites failed ${failed.join(', ')}`.trimEnd(),
  );
  if (json !== undefined) {
    const { notes, rows, facts } = bench;
    writeFileSync(json, `${JSON.stringify({ ...about, notes, rows, facts, failed }, null, 2)}\n`);
  }
  return failed.length === 0 ? 0 : 1;
}
