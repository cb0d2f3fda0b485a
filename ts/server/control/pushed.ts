/** Samples that someone brings, and the answer to them. */
import type { PushResult, RejectedSample } from '../api/schemas/samples.js';
import type { Sample } from '../providers/index.js';
import type { Ingested, Ingestion } from './ingestion.js';

/** Rejected samples that are listed one by one. */
const MOST_LISTED = 1000;

const REASONS = {
  conflict: [
    'SAMPLE_CONFLICT',
    'another content is stored under the same function and time; expected the same one again',
  ],
  expired: ['SAMPLE_EXPIRED', 'it is older than single samples are kept; expected a newer one'],
  ahead: ['SAMPLE_AHEAD', 'it lies more than five minutes ahead of the clock; expected a time that has come'],
} as const;

/** Adds up the outcomes of any number of batches. */
export class PushAnswer {
  readonly result: PushResult = { accepted: 0, duplicates: 0, late: 0, rejected: [], rejectedTotal: 0 };
  #index = 0;

  add(outcomes: readonly Ingested[]): void {
    for (const { outcome, late, problem } of outcomes) {
      const index = this.#index++;
      if (outcome === 'accepted') {
        this.result.accepted++;
        if (late) this.result.late++;
      } else if (outcome === 'duplicate') this.result.duplicates++;
      else if (outcome === 'bad') this.#reject({ index, code: problem!.code, message: problem!.message });
      else {
        const [code, message] = REASONS[outcome];
        this.#reject({ index, code, message });
      }
    }
  }

  #reject(rejected: RejectedSample): void {
    this.result.rejectedTotal++;
    if (this.result.rejected.length < MOST_LISTED) this.result.rejected.push(rejected);
  }
}

/** All of them or, when the store is away in between, those that the answer counts: who asks again loses and doubles nothing. */
export async function push(ingestion: Ingestion, samples: readonly Sample[]): Promise<PushResult> {
  const answer = new PushAnswer();
  answer.add(await ingestion.accept(samples));
  return answer.result;
}
