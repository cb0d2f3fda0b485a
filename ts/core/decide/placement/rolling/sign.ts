/** A receipt with the digests of what it followed from. */
import { backendInfo } from '../../../kernels/backend.js';
import { VERSION } from '../../../kernels/version.js';
import { hex, sha256 } from '../../sha256.js';
import type { PlacementReceipt } from './receipt.js';
import type { UnsignedReceipt } from './roll.js';

const ID_DIGITS = 12;

/** `inputs` and `after` are SHA-256 of JSON texts; what is computed again from the same texts has the same id. */
export function signedReceipt(
  unsigned: UnsignedReceipt,
  inputs: PlacementReceipt['inputs'],
  after: string,
): PlacementReceipt {
  const { tick, atMs, setting } = unsigned;
  const inputsDigest = hex(sha256(new TextEncoder().encode(JSON.stringify([tick, atMs, setting, inputs]))));
  return {
    ...unsigned,
    id: `placement-${inputsDigest.slice(0, ID_DIGITS)}-${tick}`,
    inputs,
    inputsDigest,
    after,
    backend: backendInfo().backend,
    version: VERSION,
  };
}
