/** The built library's backends, side by side in this process. */
import { kernelsOf } from '../ts/core/dist/kernels/backend.js';
import type { Backend, Kernels } from '../ts/core/dist/kernels/contract.js';

export interface BenchBackend {
  name: Backend;
  kernels: Kernels;
}

/** Those that can be loaded, fastest first; `missing` is told why another cannot. */
export function backends(missing: (why: string) => void): BenchBackend[] {
  return (['native', 'wasm', 'pure'] as const).flatMap((name) => {
    try {
      return [{ name, kernels: kernelsOf(name) }];
    } catch (thrown) {
      missing(thrown instanceof Error ? thrown.message : String(thrown));
      return [];
    }
  });
}
