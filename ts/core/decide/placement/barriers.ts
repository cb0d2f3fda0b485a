/** Why a function may not run on a node. */
export const BARRIERS = ['memory', 'vcpu', 'instances', 'residency', 'latency'] as const;
export type Barrier = (typeof BARRIERS)[number];

/** Of each barrier, its bit. */
export const BIT = Object.fromEntries(BARRIERS.map((barrier, i) => [barrier, 1 << i])) as Record<Barrier, number>;
