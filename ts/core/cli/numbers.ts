/** Numbers from the command line. */
import { InvalidArgumentError } from 'commander';

/** A parser for a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
  };
}

/** A parser for a share of 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('expected a share from 0 to 1.');
}

/** A parser for a finite number of at least 0. */
export function amount(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('expected a finite number of at least 0.');
}

/** A parser for sizes of a memory in GiB, comma-separated. */
export function memoryCaps(text: string): number[] {
  return text.split(',').map((size) => {
    if (/^\s*\d{1,9}(\.\d{1,9})?\s*$/.test(size)) return Number(size);
    throw new InvalidArgumentError('expected sizes in GiB, comma-separated, such as 8,16.');
  });
}
