/** A small fleet that is placed: some functions are busy by day, others by night, and near their users there is room for half of them. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '../ts/server/config/index.js';
import type { CountSample, Observation } from '../ts/server/providers/index.js';
import { at, ScriptedObserver } from './planes.js';

export const STEP_MINUTES = 5;
const DAY_MINUTES = 24 * 60;

const node = { tier: 'cloud', provider: 'aws', vcpu: 16 };
export const NODES = [
  { ...node, name: 'dublin', region: 'eu-west-1', memoryGib: 2.5 },
  { ...node, name: 'virginia', region: 'us-east-1', memoryGib: 16 },
  { ...node, name: 'tokyo', region: 'ap-northeast-1', memoryGib: 2 },
];

export interface GivenFunction {
  name: string;
  vcpu: number;
  memoryMiB?: number;
  instances?: number;
  node?: string;
  residency?: string;
}

export const FUNCTIONS: readonly GivenFunction[] = [
  { name: 'shop/day-a', vcpu: 0.5, memoryMiB: 1024, instances: 1, node: 'virginia' },
  { name: 'shop/day-b', vcpu: 0.5, memoryMiB: 1024, instances: 1, node: 'virginia' },
  { name: 'shop/night-a', vcpu: 0.5, memoryMiB: 1024, instances: 1, node: 'dublin' },
  // What it takes is measured.
  { name: 'shop/night-b', vcpu: 0.5, node: 'dublin' },
];

/** Counts of every five minutes; `name` says when a function is busy. */
export function counts(minutes: number, names = FUNCTIONS.map(({ name }) => name)): CountSample[] {
  const all: CountSample[] = [];
  for (let minute = 0; minute < minutes; minute += STEP_MINUTES) {
    const isDay = minute % DAY_MINUTES >= 6 * 60 && minute % DAY_MINUTES < 18 * 60;
    for (const functionKey of names) {
      const calls = functionKey.includes('day') === isDay ? 300 : 5;
      const [fromMs, toMs] = [at(minute), at(minute + STEP_MINUTES)];
      all.push({ kind: 'count', functionKey, fromMs, toMs, calls, durationMs: 100, memoryMiB: 512 });
    }
  }
  return all;
}

/** A script that ends. */
export class EndingScript extends ScriptedObserver {
  override readonly endMs: number;

  constructor(script: readonly Observation[], endMs: number) {
    super(script);
    this.endMs = endMs;
  }
}

/** The files of a fleet, and the configuration that names them. */
export class PlacedFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'isotherm-placed-'));
  readonly config: string = join(this.folder, 'isotherm.yaml');

  constructor(placement: Record<string, unknown> = {}) {
    this.write('nodes.json', NODES);
    this.write('functions.json', { functions: FUNCTIONS });
    const files = { nodes: 'nodes.json', functions: 'functions.json', users_in: 'aws:eu-west-1' };
    this.write('isotherm.yaml', { prediction: { update_interval: '5min' }, placement: { ...files, ...placement } });
  }

  /** A text as it is; else JSON, which is YAML. */
  write(name: string, value: unknown): void {
    writeFileSync(join(this.folder, name), typeof value === 'string' ? value : JSON.stringify(value));
  }

  async load(): Promise<Config> {
    return (await loadConfig(this.config, {})).config;
  }
}
