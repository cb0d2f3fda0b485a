import { expect, test } from 'vitest';
import { forecastDigest, GOLDEN } from './forecast-golden.js';

test('forecasts, events and states are what they always were', async () => {
  expect(await forecastDigest()).toBe(GOLDEN);
});
