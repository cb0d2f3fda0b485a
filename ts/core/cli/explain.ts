/** `isotherm explain`: a receipt in words. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { explainReceipt, type Receipt } from '../decide/index.js';
import { IsothermError } from '../kernels/index.js';

export function addExplain(program: Command): void {
  program
    .command('explain')
    .summary('say in words what a receipt proves')
    .description('Print one decision: what the policy saw, what it chose, and what it rejected at which cost.')
    .argument('<id>', 'the receipt')
    .requiredOption('--receipts <file>', 'JSON Lines that isotherm replay --receipts wrote')
    .option('--json', 'print the receipt itself')
    .addHelpText(
      'after',
      '\nExample:\n  $ isotherm explain 1f0c9a3e-7-hybrid-histogram-12 --receipts receipts.jsonl\n\nExit codes: 0 done, 1 failed, 2 wrong usage or input.',
    )
    .action(async (id: string, options: { receipts: string; json?: boolean }) => {
      const receipt = await findReceipt(id, options.receipts);
      console.log(options.json ? JSON.stringify(receipt, null, 2) : explainReceipt(receipt));
    });
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
