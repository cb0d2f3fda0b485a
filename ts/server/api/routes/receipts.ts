/** Receipts: what each decision followed from, and the proof that it does. */
import { IsothermError } from 'isotherm/kernels';
import { Type } from 'typebox';
import { settle, wrap } from '../cursor.js';
import { example } from '../examples.js';
import { goneSignal, operation, patient } from '../operation.js';
import { ReceiptPage, ReceiptsQuery } from '../schemas/pages.js';
import { PlacementReceipt } from '../schemas/placement.js';
import { Receipt, Recomputation } from '../schemas/receipts.js';

const ReceiptParams = Type.Object({
  receiptId: Type.String({ minLength: 1, maxLength: 200, description: 'The `id` of a receipt.' }),
});

const unknown = (id: string): IsothermError =>
  new IsothermError('UNKNOWN_RECEIPT', `there is no receipt ${JSON.stringify(id)}`);

export const receiptOperations = [
  operation({
    id: 'listReceipts',
    method: 'GET',
    path: '/v1/receipts',
    tag: 'Receipts',
    role: 'read',
    summary: 'List receipts',
    description:
      'Newest first. There is one for every change of a decision about instances; they are kept for ever unless `retention.receipts` says for how long.',
    query: ReceiptsQuery,
    answer: {
      description: 'A page of receipts.',
      schema: ReceiptPage,
      example: { items: [example.receiptRow], nextCursor: null },
    },
    problems: ['BAD_CURSOR', 'STORE_UNAVAILABLE'],
    handle: async ({ plane, query }) => wrap('receipts', query, await plane.receipts(settle('receipts', query))),
  }),
  operation({
    id: 'getReceipt',
    method: 'GET',
    path: '/v1/receipts/{receiptId}',
    tag: 'Receipts',
    role: 'read',
    summary: 'Show a receipt',
    description:
      'The decision, what the policy saw, the forecast, what was rejected at which cost, the limits that bound, and the digest of the inputs. Those of decisions about placement are found here too.',
    params: ReceiptParams,
    answer: {
      description: 'The receipt; `kind` says of what.',
      schema: Type.Union([Receipt, PlacementReceipt]),
      example: example.receipt,
    },
    problems: ['UNKNOWN_RECEIPT', 'STORE_UNAVAILABLE'],
    handle: async ({ plane, params: { receiptId } }) => {
      const receipt = await plane.receipt(receiptId);
      if (receipt === undefined) throw unknown(receiptId);
      return receipt;
    },
  }),
  operation({
    id: 'recomputeReceipt',
    method: 'POST',
    path: '/v1/receipts/{receiptId}/recompute',
    tag: 'Receipts',
    role: 'read',
    summary: 'Compute a receipt again',
    description:
      'From the stored samples, by the code of the replay; of a placement from its files and figures. It changes nothing, so a key that may read is enough; there is no body.',
    params: ReceiptParams,
    answer: {
      description: 'Whether the same came out, bit by bit.',
      schema: Recomputation,
      example: example.recomputation,
    },
    problems: ['UNKNOWN_RECEIPT', 'STORE_UNAVAILABLE'],
    handle: async ({ plane, params: { receiptId }, request, reply }) => {
      patient(request);
      const result = await plane.recompute(receiptId, goneSignal(reply));
      if (result === undefined) throw unknown(receiptId);
      return result;
    },
  }),
];
