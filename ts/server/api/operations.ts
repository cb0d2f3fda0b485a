/** Every operation of the API, in the order of its documents. */
import type { Operation } from './operation.js';
import { eventOperations } from './routes/events.js';
import { functionOperations } from './routes/functions.js';
import { healthOperations } from './routes/health.js';
import { limitOperations } from './routes/limits.js';
import { overviewOperations } from './routes/overview.js';
import { placementOperations } from './routes/placement.js';
import { receiptOperations } from './routes/receipts.js';
import { sampleOperations } from './routes/samples.js';

export const OPERATIONS: readonly Operation[] = [
  ...overviewOperations,
  ...functionOperations,
  ...sampleOperations,
  ...receiptOperations,
  ...placementOperations,
  ...limitOperations,
  ...eventOperations,
  ...healthOperations,
];
