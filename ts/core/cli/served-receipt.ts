/** Receipts of a control plane that runs, by its API. */
import type { PlacementReceipt, TickReceipt } from '../decide/index.js';
import { type ErrorCode, IsothermError } from '../kernels/index.js';

/** What came of computing it again. */
export interface Recomputed {
  same: boolean;
  /** Null of a placement: all that it followed from is kept. */
  checkpointTick: number | null;
  samples: number | null;
  differences: { place: string; stored: unknown; recomputed: unknown }[];
}

const LONGEST_MS = 120_000;

/** The environment variable that an API key stands in: on a command line others would see it. */
const KEY = 'ISOTHERM_API_KEY';

/** Codes of the API that say what a user can mend; others come as `SERVER_REFUSED`. */
const TOLD: readonly ErrorCode[] = ['UNKNOWN_RECEIPT', 'BAD_ARGUMENT'];

/** `epochMs` is where its clock begins. Errors: `BAD_ARGUMENT` for a URL that is none, `UNKNOWN_RECEIPT`, `SERVER_REFUSED`, `SERVER_UNAVAILABLE`. */
export async function servedReceipt(
  url: string,
  id: string,
): Promise<{ receipt: TickReceipt | PlacementReceipt; epochMs: number }> {
  const { record, decision, atMs } = (await asked('GET', url, id)) as Answered;
  if (record?.kind === 'tick' && typeof decision?.atMs === 'number')
    return { receipt: record, epochMs: decision.atMs - record.decision.atMs };
  if (record?.kind === 'placement' && typeof atMs === 'number') return { receipt: record, epochMs: atMs - record.atMs };
  throw new IsothermError(
    'SERVER_REFUSED',
    `${url} answered with no receipt; expected a control plane of this version`,
  );
}

/** Times of day are beside the record, which has those of the control plane's own clock. */
interface Answered {
  record?: TickReceipt | PlacementReceipt;
  decision?: { atMs?: number };
  atMs?: number;
}

/** Errors: as `servedReceipt`. */
export async function recomputedReceipt(url: string, id: string): Promise<Recomputed> {
  const answer = (await asked('POST', url, id, '/recompute')) as Recomputed;
  if (typeof answer.same === 'boolean' && Array.isArray(answer.differences)) return answer;
  throw new IsothermError(
    'SERVER_REFUSED',
    `${url} answered with no recomputation; expected a control plane of this version`,
  );
}

async function asked(method: 'GET' | 'POST', url: string, id: string, work = ''): Promise<object> {
  const address = addressOf(url, `v1/receipts/${encodeURIComponent(id)}${work}`);
  const key = process.env[KEY];
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(address, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(LONGEST_MS),
      headers: { accept: 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
    });
    body = await response.json().catch(() => null);
  } catch (cause) {
    const reason = (cause as Error).cause ?? cause;
    const words = reason instanceof Error ? ((reason as NodeJS.ErrnoException).code ?? reason.message) : String(reason);
    throw new IsothermError('SERVER_UNAVAILABLE', `${url}: no answer (${words}); expected isotherm serve there`, {
      cause,
    });
  }
  if (response.ok && typeof body === 'object' && body !== null) return body;
  const { code, detail } = (body ?? {}) as { code?: ErrorCode; detail?: string };
  if (code !== undefined && TOLD.includes(code)) throw new IsothermError(code, `${url}: ${detail ?? code}`);
  const hint = response.status === 401 ? `; expected an API key in ${KEY}` : '';
  throw new IsothermError('SERVER_REFUSED', `${url} answered ${response.status}: ${detail ?? 'no words'}${hint}`);
}

function addressOf(url: string, path: string): URL {
  try {
    const address = new URL(path, url.endsWith('/') ? url : `${url}/`);
    if (address.protocol === 'http:' || address.protocol === 'https:') return address;
  } catch {
    // Said below.
  }
  throw new IsothermError('BAD_ARGUMENT', `--url is '${url}'; expected an address as in http://127.0.0.1:7717`);
}
