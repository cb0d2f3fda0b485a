import type { Trace } from './trace.js';

const SLICE = 1 << 24;

/**
 * Hex SHA-256 of a trace's content: equal for equal traces, however their files were written or packed. Every array is
 * hashed in slices of 16 MiB and the hashes are hashed again, as `crypto.subtle` takes no stream. Typed arrays are
 * hashed as they lie in memory, little-endian on every machine that runs JavaScript engines today. Browsers have
 * `crypto.subtle` on pages from https or localhost only.
 */
export async function traceDigest(trace: Trace): Promise<string> {
  const { functions } = trace;
  const text = JSON.stringify({
    kind: trace.kind,
    minutes: trace.minutes,
    originMs: Number.isNaN(trace.originMs) ? null : trace.originMs,
    calls: trace.calls,
    columns: trace.kind === 'calls' ? Object.keys(trace.columns).sort() : [],
    ...(functions.callDurations === undefined ? {} : { quantiles: functions.callDurations.shares.length }),
  });
  const arrays: (Uint8Array | Float64Array | Uint32Array)[] = [
    new TextEncoder().encode(text),
    new TextEncoder().encode(JSON.stringify(functions.keys)),
    new TextEncoder().encode(JSON.stringify(functions.trigger)),
    functions.durationMs,
    functions.memoryMiB,
    functions.index,
    trace.offsets,
  ];
  if (functions.callDurations !== undefined) arrays.push(functions.callDurations.shares, functions.callDurations.ms);
  if (trace.kind === 'counts') arrays.push(trace.cells);
  else {
    arrays.push(trace.startMs, trace.durationMs);
    for (const column of (Object.keys(trace.columns) as (keyof typeof trace.columns)[]).sort()) {
      arrays.push(trace.columns[column] as Float64Array);
    }
  }
  const hashes: Uint8Array[] = [];
  for (const array of arrays) hashes.push(await hashed(array));
  const all = await sha256(joined(hashes));
  return Array.from(all, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function hashed(array: Uint8Array | Float64Array | Uint32Array): Promise<Uint8Array> {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += SLICE) hashes.push(await sha256(bytes.subarray(at, at + SLICE)));
  return sha256(joined(hashes));
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
