import { expect, test } from 'vitest';
import { forecastDigest, GOLDEN } from '../golden/forecast-golden.js';

test('forecasts, events and states have the same bits in a browser as in Node', async () => {
  expect(await forecastDigest()).toBe(GOLDEN);
});
