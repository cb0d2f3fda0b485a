/** All functions on one memory as `docs/rivals.md` says it and nothing else: one list of instances, searched from the front each time. */
import type { MemoryCapSpec } from '../../ts/core/kernels/index.js';
import type { Call } from './replay-oracle.js';

export interface FleetFunction {
  memoryMiB: number;
  coldStartMs: number;
  /** In order. */
  calls: readonly Call[];
}

export interface FleetScene {
  minutes: number;
  functions: readonly FleetFunction[];
}

export interface CapOutcome {
  coldStarts: number;
  dropped: number;
  evictions: number;
  idleMs: number;
  droppedMs: number;
}

interface Instance {
  f: number;
  untilMs: number;
  /** The number of the call that it serves or served last. */
  call: number;
  idle: boolean;
  clock: number;
}

const bytes = (mib: number): number => Math.floor(mib * 2 ** 20 + 0.5);
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

export function simulateUnderCap(scene: FleetScene, plan: MemoryCapSpec): CapOutcome[] {
  const { functions } = scene;
  const horizonMs = scene.minutes * 60_000;
  const keepAliveMs = plan.kind === 'lru' ? plan.keepAliveMs : Number.POSITIVE_INFINITY;
  const outcomes = functions.map(() => ({ coldStarts: 0, dropped: 0, evictions: 0, idleMs: 0, droppedMs: 0 }));
  const sizes = functions.map(({ memoryMiB }) => bytes(memoryMiB));
  const served = functions.map(() => 0);
  const cap = bytes(plan.memoryCapMiB);
  let instances: Instance[] = [];
  let clock = 0;

  const goes = (gone: Instance, atMs: number) => {
    outcomes[gone.f].idleMs += atMs - gone.untilMs;
    instances = instances.filter((one) => one !== gone);
    if (!instances.some(({ f }) => f === gone.f)) served[gone.f] = 0;
  };
  const inOrder = (a: Instance, b: Instance) => a.untilMs - b.untilMs || a.call - b.call;
  const advance = (nowMs: number) => {
    for (const one of instances.filter(({ idle, untilMs }) => !idle && untilMs <= nowMs)) {
      one.idle = true;
      one.clock = clock;
    }
    for (const one of instances.filter(({ idle, untilMs }) => idle && untilMs + keepAliveMs < nowMs)) {
      goes(one, one.untilMs + keepAliveMs);
    }
  };
  const priority = ({ f, clock: since }: Instance): number => {
    if (plan.kind === 'lru') return 0;
    return sizes[f] === 0
      ? Number.POSITIVE_INFINITY
      : since + served[f] * (functions[f].coldStartMs / functions[f].memoryMiB);
  };
  const held = (some: readonly Instance[]) => total(some.map(({ f }) => sizes[f]));

  const calls = functions.flatMap((one, f) => one.calls.map((call) => ({ ...call, f })));
  calls.sort((a, b) => a.startMs - b.startMs || a.f - b.f);
  calls.forEach(({ startMs, durationMs, f }, call) => {
    advance(startMs);
    const warm = instances.filter((one) => one.idle && one.f === f).toSorted(inOrder);
    const last = warm.at(-1);
    if (last !== undefined) {
      outcomes[f].idleMs += startMs - last.untilMs;
      served[f]++;
      Object.assign(last, { idle: false, untilMs: startMs + durationMs, call });
      return;
    }
    const busy = instances.filter(({ idle }) => !idle);
    if (held(busy) + sizes[f] > cap) {
      outcomes[f].dropped++;
      outcomes[f].droppedMs += durationMs;
      return;
    }
    while (held(instances) + sizes[f] > cap) {
      const idle = instances.filter((one) => one.idle).toSorted(inOrder);
      const least = Math.min(...idle.map(priority));
      const victim = idle.find((one) => priority(one) === least)!;
      clock = Math.max(clock, least);
      outcomes[victim.f].evictions++;
      goes(victim, startMs);
    }
    outcomes[f].coldStarts++;
    served[f]++;
    instances.push({ f, untilMs: startMs + functions[f].coldStartMs + durationMs, call, idle: false, clock });
  });

  advance(horizonMs - 1);
  for (const one of instances.filter(({ idle }) => idle)) goes(one, Math.min(one.untilMs + keepAliveMs, horizonMs));
  return outcomes;
}
