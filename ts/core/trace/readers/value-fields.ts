import type { KeyTable } from '../key-table.js';
import { flagOf } from './csv-rows.js';
import type { RowFields } from './generic-rows.js';
import { numberOf } from './number-text.js';
import type { Clock } from './time-text.js';

/** A row of JavaScript values, as JSON and Parquet give them. */
export class ValueFields implements RowFields {
  line = 0;
  readonly values: unknown[] = [];
  /** Fields whose numbers are instants in epoch ms. */
  readonly instants = new Set<number>();

  column(): number {
    return 0;
  }

  isAbsent(field: number): boolean {
    return this.values[field] === undefined || this.values[field] === null;
  }

  isEmpty(field: number): boolean {
    return this.isAbsent(field) || this.values[field] === '';
  }

  number(field: number): number {
    const value = this.values[field];
    if (typeof value === 'number') return value;
    if (typeof value === 'bigint') return Number(value);
    return typeof value === 'string' ? numberOf(value) : Number.NaN;
  }

  flag(field: number): number {
    const value = this.values[field];
    if (typeof value === 'boolean') return value ? 1 : 0;
    return flagOf(this.text(field));
  }

  time(field: number, clock: Clock): number {
    const value = this.values[field];
    if (typeof value === 'string') return clock.ofText(value);
    const number = this.number(field);
    return this.instants.has(field) ? clock.ofInstant(number) : clock.ofNumber(number);
  }

  text(field: number): string {
    const value = this.values[field];
    if (value === undefined) return '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }

  keyPart(field: number, keys: KeyTable): void {
    keys.partText(this.text(field));
  }
}
