/** Where the numbers of an adaptive policy's state are in its bytes, so that a test can change one. */

type Type = 'u8' | 'u16' | 'u32' | 'f32' | 'f64' | 'i64';

interface Field {
  at: number;
  type: Type;
}

const SIZE: Record<Type, number> = { u8: 1, u16: 2, u32: 4, f32: 4, f64: 8, i64: 8 };
const NONE = -(2n ** 63n);
const MINUTES = 60;
const HOURS = 4;

/** Reads the bytes as the policy writes them, and notes where each number is. */
class Walk {
  readonly fields = new Map<string, Field>();
  #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#view.byteLength - this.#at;
  }

  take(type: Type, name: string): number {
    this.fields.set(name, { at: this.#at, type });
    const at = this.#at;
    this.#at += SIZE[type];
    switch (type) {
      case 'u8':
        return this.#view.getUint8(at);
      case 'u16':
        return this.#view.getUint16(at, true);
      case 'u32':
        return this.#view.getUint32(at, true);
      case 'f32':
        return this.#view.getFloat32(at, true);
      case 'f64':
        return this.#view.getFloat64(at, true);
      case 'i64':
        return Number(this.#view.getBigInt64(at, true));
    }
  }

  all(type: Type, ...names: string[]): void {
    for (const name of names) this.take(type, name);
  }

  each(count: number, one: (i: number) => void): void {
    for (let i = 0; i < count; i++) one(i);
  }

  warmths(name: string): void {
    this.each(this.take('u32', `${name}.count`), (i) => this.all('i64', `${name}${i}.from`, `${name}${i}.to`));
  }

  gaps(name: string): void {
    this.take('u32', `${name}.seen`);
    this.take('f64', `${name}.meanBin`);
    this.each(this.take('u8', `${name}.known`), (bin) => {
      this.all('f32', `${name}.ended${bin}`, `${name}.reached${bin}`);
      this.all('u32', `${name}.shortest${bin}`, `${name}.longest${bin}`);
    });
  }

  level(name: string): void {
    this.gaps(name);
    this.all('f64', `${name}.episodes`, `${name}.followers`);
    this.warmths(`${name}.intervals`);
    this.take('i64', `${name}.window`);
    this.all('f64', `${name}.idle`, `${name}.cold`, `${name}.preWarm`);
    this.take('u32', `${name}.due`);
    this.all('f64', `${name}.spent0`, `${name}.spent1`, `${name}.spent2`);
    this.take('u32', `${name}.compared`);
  }

  known(name: string, one: (name: string) => void): void {
    this.each(this.take('u8', `${name}s`), (i) => {
      if (this.take('u8', `${name}${i}`) !== 0) one(`${name}${i}`);
    });
  }

  clock(): void {
    if (this.take('f64', 'clock.all') === 0) return;
    this.take('f64', 'clock.within');
    this.each(MINUTES, (m) => {
      this.all('f32', `clock.ended${m}`, `clock.reached${m}`);
      this.all('u16', `clock.earliest${m}`, `clock.latest${m}`);
    });
    this.all('f64', 'clock.spentRival', 'clock.spent');
    this.take('u32', 'clock.compared');
    this.take('u8', 'clock.period');
    this.all('u32', 'clock.beats', 'clock.due');
    this.warmths('clock.plan');
    this.warmths('clock.rival');
  }

  bursts(): void {
    if (this.take('i64', 'bursts.minute') === Number(NONE)) return;
    this.take('i64', 'bursts.since');
    this.take('u32', 'bursts.peak');
    this.each(MINUTES * HOURS, (i) => void this.take('u8', `bursts.peak${i}`));
    for (const list of ['bursts.predicted', 'bursts.next']) {
      this.each(this.take('u8', list), (i) => void this.take('u8', `${list}${i}`));
    }
    this.each(HOURS * HOURS, (i) => this.all('f64', `bursts.came${i}`, `bursts.made${i}`));
  }
}

/** By name: the place and type of each number. */
export function fieldsOf(bytes: Uint8Array): Map<string, Field> {
  const walk = new Walk(bytes);
  walk.take('u8', 'kind');
  walk.all('f64', 'idleUsdPerMs', 'coldStartUsd', 'preWarmUsd', 'coldStartMs', 'target');
  walk.all('f64', 'pressure', 'plannedPressure');
  walk.take('u32', 'busy');
  walk.each(walk.take('u32', 'instances'), (i) => walk.all('i64', `instance${i}.begin`, `instance${i}.end`));
  walk.each(walk.take('u32', 'coldCalls'), (i) => void walk.take('i64', `coldCall${i}`));
  walk.take('u32', 'ahead');
  walk.all('f64', 'busyMs', 'done');
  walk.take('i64', 'lastAt');
  walk.all('u32', 'ideal.busy', 'ideal.mostBusy');
  const idle = walk.take('u16', 'ideal.idle');
  walk.take('u16', 'ideal.unknown');
  walk.each(idle, (i) => {
    walk.take('i64', `ideal.since${i}`);
    walk.take('u8', `ideal.load${i}`);
  });
  walk.take('i64', 'concurrency.last');
  walk.take('f64', 'concurrency.present');
  walk.each(6, (i) => void walk.take('f64', `concurrency.past${i}`));
  walk.take('f64', 'concurrency.mean');
  walk.take('i64', 'concurrency.freshUntil');
  walk.take('u8', 'ideal.load');
  walk.each(walk.take('u8', 'open'), (i) => {
    walk.take('u32', `open${i}.level`);
    walk.take('i64', `open${i}.at`);
    walk.take('f64', `open${i}.followers`);
    walk.each(walk.take('u8', `open${i}.ends`), (end) => void walk.take('i64', `open${i}.end${end}`));
  });
  walk.known('level', (name) => walk.level(name));
  walk.known('load', (name) => {
    walk.gaps(name);
    walk.take('i64', `${name}.window`);
    walk.take('u32', `${name}.due`);
  });
  walk.all('f64', 'episodes', 'followers');
  walk.clock();
  walk.take('u8', 'plan');
  walk.take('u32', 'decidedAt');
  walk.bursts();
  if (walk.left !== 0) throw new Error(`${walk.left} bytes are left`);
  return walk.fields;
}

/** The state with one number changed. */
export function changed(bytes: Uint8Array, name: string, value: number): Uint8Array {
  const field = fieldsOf(bytes).get(name);
  if (field === undefined) throw new Error(`the state has no ${name}`);
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  switch (field.type) {
    case 'u8':
      view.setUint8(field.at, value);
      break;
    case 'u16':
      view.setUint16(field.at, value, true);
      break;
    case 'u32':
      view.setUint32(field.at, value, true);
      break;
    case 'f32':
      view.setFloat32(field.at, value, true);
      break;
    case 'f64':
      view.setFloat64(field.at, value, true);
      break;
    case 'i64':
      view.setBigInt64(field.at, BigInt(value), true);
      break;
  }
  return copy;
}
