/** What forecasts have always been: a digest over a week of made-up traffic, with gaps. */
import { callsPerMinute, FORECAST_MODELS, TrustedForecast } from '../../ts/core/forecast/index.js';
import { generateTrace } from '../../ts/core/trace/index.js';

const MINUTE_MS = 60_000;

/** SHA-256, hexadecimal. Another one means that forecasts have changed: models need another version then, and stored states too. */
export const GOLDEN = '586e2d372e5e9282596b4d917846f1efdfe330479ac14d194c7d3502fc67869a';

/** Of what every model forecasts each hour, and of its state and events. */
export async function forecastDigest(): Promise<string> {
  const trace = generateTrace({ pattern: 'bursty', functions: 2, days: 7, seed: 5 });
  const parts: Uint8Array[] = [];
  for (const model of ['auto', ...FORECAST_MODELS] as const) {
    const trusted = new TrustedForecast({ model });
    callsPerMinute(trace, 1).forEach((calls, minute) => {
      const events = trusted.observeMinute(minute * MINUTE_MS, minute % 3000 < 40 ? Number.NaN : calls);
      parts.push(new TextEncoder().encode(JSON.stringify(events)));
      if (minute % 60 !== 17) return;
      const { calls: steps, lower, upper } = trusted.forecast((minute + 1) * MINUTE_MS, 20, 30_000);
      for (const values of [steps, lower, upper]) parts.push(new Uint8Array(values.buffer));
    });
    parts.push(trusted.save());
  }
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
