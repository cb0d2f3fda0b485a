/** Instances: busy ones by their release, idle ones of a function in the order of theirs. */

/** Busy instances of all functions: the first release first, then the first call. */
export class BusyInstances {
  #released = new Float64Array(1024);
  #call = new Float64Array(1024);
  #function = new Uint32Array(1024);
  length = 0;

  /** The first release, or infinity. */
  get next(): number {
    return this.length > 0 ? this.#released[0] : Number.POSITIVE_INFINITY;
  }

  get nextCall(): number {
    return this.#call[0];
  }

  get nextFunction(): number {
    return this.#function[0];
  }

  push(released: number, call: number, f: number): void {
    if (this.length === this.#released.length) this.#grow();
    const releases = this.#released;
    let at = this.length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (releases[parent] < released || (releases[parent] === released && this.#call[parent] < call)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, released, call, f);
  }

  /** Drops the first. */
  pop(): void {
    const length = --this.length;
    const releases = this.#released;
    const calls = this.#call;
    const released = releases[length];
    const call = calls[length];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      const right = child + 1;
      if (
        right < length &&
        (releases[right] < releases[child] || (releases[right] === releases[child] && calls[right] < calls[child]))
      ) {
        child = right;
      }
      if (released < releases[child] || (released === releases[child] && call < calls[child])) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, released, call, this.#function[length]);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#released[from], this.#call[from], this.#function[from]);
  }

  #put(at: number, released: number, call: number, f: number): void {
    this.#released[at] = released;
    this.#call[at] = call;
    this.#function[at] = f;
  }

  #grow(): void {
    const [released, call, functions] = [this.#released, this.#call, this.#function];
    this.#released = new Float64Array(2 * released.length);
    this.#call = new Float64Array(2 * released.length);
    this.#function = new Uint32Array(2 * released.length);
    this.#released.set(released);
    this.#call.set(call);
    this.#function.set(functions);
  }
}

/** Idle instances of one function, released first, first: taken from both ends. */
export class IdleInstances {
  /** Three numbers each: the release, the number of the call served last, the fleet's clock at the release. */
  #numbers: number[] = [];
  #first = 0;

  get length(): number {
    return (this.#numbers.length - this.#first) / 3;
  }

  /** The first one's. */
  get released(): number {
    return this.#numbers[this.#first];
  }

  get call(): number {
    return this.#numbers[this.#first + 1];
  }

  get clock(): number {
    return this.#numbers[this.#first + 2];
  }

  get lastReleased(): number {
    return this.#numbers[this.#numbers.length - 3];
  }

  push(released: number, call: number, clock: number): void {
    this.#numbers.push(released, call, clock);
  }

  dropLast(): void {
    this.#numbers.length -= 3;
  }

  dropFirst(): void {
    this.#first += 3;
    if (this.#first < 3072 && this.#first < this.#numbers.length) return;
    this.#numbers = this.#numbers.slice(this.#first);
    this.#first = 0;
  }
}
