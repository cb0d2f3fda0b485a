/** `isotherm explain`: a receipt in words. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { explainReceipt, type PlacementReceipt, type Receipt, type TickReceipt } from '../decide/index.js';
import { IsothermError } from '../kernels/index.js';
import { type Recomputed, recomputedReceipt, servedReceipt } from './served-receipt.js';

export function addExplain(program: Command): void {
  program
    .command('explain')
    .summary('say in words what a receipt proves')
    .description('Print one decision: what it saw, what it chose, and what it rejected at which cost.')
    .argument('<id>', 'the receipt')
    .option('--receipts <file>', 'JSON Lines that isotherm replay --receipts wrote')
    .option('--url <url>', 'ask the control plane that runs there; its API key stands in ISOTHERM_API_KEY')
    .option('--recompute', 'let it compute the decision again, and say whether the same comes out (with --url)')
    .option('--json', 'print the receipt itself')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx isotherm explain 1f0c9a3e-7-hybrid-histogram-12 --receipts receipts.jsonl\n  $ npx isotherm explain 2b7d01c4a9e6-120 --url http://127.0.0.1:7717 --recompute\n\nExit codes: 0 done, 1 failed, or computed again and not the same, 2 wrong usage or input.',
    )
    .action(run);
}

interface Options {
  receipts?: string;
  url?: string;
  recompute?: boolean;
  json?: boolean;
}

async function run(id: string, { receipts, url, recompute, json }: Options): Promise<void> {
  const show = (receipt: Receipt | TickReceipt | PlacementReceipt, epochMs?: number): void =>
    console.log(json ? JSON.stringify(receipt, null, 2) : explainReceipt(receipt, epochMs));
  if ((receipts === undefined) === (url === undefined)) {
    throw new IsothermError(
      'BAD_ARGUMENT',
      'expected --receipts FILE, or --url URL of a control plane: one of the two',
    );
  }
  if (receipts !== undefined) {
    if (recompute) throw new IsothermError('BAD_ARGUMENT', '--recompute goes with --url');
    show(await findReceipt(id, receipts));
    return;
  }
  const { receipt, epochMs } = await servedReceipt(url!, id);
  show(receipt, epochMs);
  if (recompute) sayWhetherSame(await recomputedReceipt(url!, id));
}

/** On standard error where the receipt itself is wanted: what is printed stays JSON. */
function sayWhetherSame({ same, samples, checkpointTick, differences }: Recomputed): void {
  const from =
    checkpointTick === null
      ? 'from the files, the figures and the places of then'
      : `from the state after tick ${checkpointTick} and ${samples} samples since`;
  if (same) {
    console.error(`Computed again ${from}: the same, bit by bit.`);
    return;
  }
  console.error(`Computed again ${from}: not the same.`);
  for (const { place, stored, recomputed } of differences) {
    console.error(`  ${place}: ${JSON.stringify(stored)} is stored, ${JSON.stringify(recomputed)} came out`);
  }
  process.exitCode = 1;
}

async function findReceipt(id: string, file: string): Promise<Receipt> {
  let line = 0;
  let first: string | undefined;
  try {
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      if (text.trim() === '') continue;
      const receipt = parseReceipt(text, file, line);
      first ??= receipt.id;
      if (receipt.id === id) return receipt;
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined || cause instanceof IsothermError) throw cause;
    if (code !== 'ENOENT') throw new IsothermError('CANNOT_READ', `${file}: cannot be read (${code})`, { cause });
    throw new IsothermError('MISSING_FILE', `${file}: there is no such file; expected receipts`, { cause });
  }
  const hint = first === undefined ? 'the file has none' : `the first of ${line} is ${first}`;
  throw new IsothermError('UNKNOWN_RECEIPT', `there is no receipt '${id}' in ${file}; ${hint}`);
}

function parseReceipt(text: string, file: string, line: number): Receipt {
  const expected = 'a receipt as JSON on one line';
  const place = { file, line, expected };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IsothermError('BAD_ROW', `${file}:${line}: this is no JSON; expected ${expected}`, { cause, place });
  }
  const receipt = value as Partial<Receipt> | null;
  const complete =
    typeof receipt?.id === 'string' &&
    typeof receipt.decision?.atMs === 'number' &&
    typeof receipt.saw === 'object' &&
    typeof receipt.prices === 'object' &&
    Array.isArray(receipt.rejected) &&
    Array.isArray(receipt.limits);
  if (complete) {
    return receipt as Receipt;
  }
  throw new IsothermError('BAD_ROW', `${file}:${line}: parts of it are missing; expected ${expected}`, {
    place,
  });
}
