/** What every asynchronous form of a kernel takes. */

export interface AsyncOptions {
  /** Aborting it ends the work; the promise then rejects with `ABORTED`. */
  signal?: AbortSignal;
  /** Told now and then how much of the whole is done. */
  onProgress?: (done: number, total: number) => void;
}
