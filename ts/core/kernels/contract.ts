/**
 * The kernel contract: one interface per family, and `native`, `wasm` and `pure` each satisfy all of them. Only numbers,
 * typed arrays and opaque handles cross it. Callers allocate what is written to (named `out…`); a backend throws an error
 * whose message is `CODE: sentence`. The public functions beside this file check, allocate and translate.
 */
import type { AdvantageKernels } from './contract/advantage.js';
import type { ArimaKernels } from './contract/arima.js';
import type { ArrayKernels } from './contract/array.js';
import type { AssignmentKernels } from './contract/assignment.js';
import type { KeepaliveKernels } from './contract/keepalive.js';
import type { MemoryCapKernels } from './contract/memory-cap.js';
import type { MultipleChoiceKernels } from './contract/multiple-choice.js';
import type { PlatformKernels } from './contract/platform.js';
import type { PolicyKernels } from './contract/policy.js';
import type { ReplayKernels } from './contract/replay.js';

export type { AdvantageKernels, AdvantageKernelsOf } from './contract/advantage.js';
export { ARIMA_SUMMARY_HEAD, type ArimaFitHandle, type ArimaHandle, type ArimaKernels } from './contract/arima.js';
export type { ArrayHandle, ArrayKernels } from './contract/array.js';
export type { AssignmentHandle, AssignmentKernels } from './contract/assignment.js';
export type { KeepaliveKernels } from './contract/keepalive.js';
export { MEMORY_CAP_COLUMNS, type MemoryCapHandle, type MemoryCapKernels } from './contract/memory-cap.js';
export type { MultipleChoiceHandle, MultipleChoiceKernels } from './contract/multiple-choice.js';
export { PLATFORM_COLUMNS, type PlatformKernels } from './contract/platform.js';
export type { PolicyHandle, PolicyKernels } from './contract/policy.js';
export { REPLAY_COLUMNS, type ReplayKernels, type ReplayProgress, type TraceHandle } from './contract/replay.js';

/** All families of one backend. */
export interface Kernels
  extends AdvantageKernels,
    ArimaKernels,
    ArrayKernels,
    AssignmentKernels,
    KeepaliveKernels,
    MultipleChoiceKernels,
    PolicyKernels,
    ReplayKernels,
    MemoryCapKernels,
    PlatformKernels {}

export type Backend = 'native' | 'wasm' | 'pure';
