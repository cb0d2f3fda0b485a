/** Bodies of receipts: deflated, because there are many of them, they are kept for ever, and each looks like the one before. */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Json } from './rows.js';

/** What the first byte says: deflated with the words below. Other words would be another number. */
const FORMAT = 1;

/** Words that receipts have in common, the most common ones last. Part of the format: never changed. */
const WORDS = Buffer.from(
  [
    '"backend":"native","backend":"wasm","backend":"pure","seed":0,"version":"0.1.0"',
    '"demotedFrom":null,"model":"recent-peak","model":"snaive-day","model":"snaive-week","model":"snaive-level","model":"ma60","model":"ma15","model":"ma5","model":"last","model":"zero"',
    '"quantiles":[{"minutes":10,"lower":0,"upper":0,"expected":0}],"inputsDigest":"","spec":{"kind":"adaptive","prior":{"from":"default","fittedOn":""}},"policy":"adaptive"',
    '"limits":["minInstances","maxInstances","maxStep","maxRatePerMin","coolDownMs","paused"]',
    '"prices":{"idleUsdPerGbS":0.0000,"coldStartUsdPerS":0.000,"preWarmShare":1,"coldStartMs":1000,"memoryMiB":128}',
    '"saw":{"idleTimesKnown":0,"calls":0,"busy":0,"warmIdle":0,"pending":0},"alternatives":[{"name":"fixed-10min","prewarmMs":0,"keepAliveMs":600000,"terms":{"idleUsd":0.00,"coldStartUsd":0.00,"preWarmUsd":0,"objectiveUsd":0.00}},',
    '{"id":"","decision":{"functionKey":"","atMs":0,"kind":"keep-alive","kind":"start","kind":"tick","count":1,"prewarmMs":0,"keepAliveMs":null,"poolInstances":0,"desiredInstances":0,"starts":0,"reason":""}',
  ].join(''),
);

export function packJson(value: Json): Uint8Array {
  const body = deflateRawSync(Buffer.from(JSON.stringify(value)), {
    dictionary: WORDS,
    level: constants.Z_BEST_SPEED + 2,
    // A receipt has a few kB: setting up the buffers of a large text would take longer than the work.
    windowBits: 13,
    memLevel: 5,
    chunkSize: 4096,
  });
  return Buffer.concat([Buffer.of(FORMAT), body]);
}

export function unpackJson(packed: Uint8Array): Json {
  if (packed[0] !== FORMAT) throw new Error(`a body of format ${packed[0]}, expected ${FORMAT}`);
  return JSON.parse(inflateRawSync(packed.subarray(1), { dictionary: WORDS }).toString()) as Json;
}
