/** What ticks, people and readers hand over, looked at before the database is asked. */
import { IsothermError } from 'isotherm/kernels';
import { checkName, checkText, checkTick, checkTime, checkWhole, LONGEST_SUBJECT } from './admission.js';
import {
  type AuditEntry,
  type FunctionStates,
  type HistoryQuery,
  type StoredEvent,
  type TickCommit,
  TOTAL_NAMES,
} from './rows.js';

/** Errors: BAD_ARGUMENT, OUT_OF_RANGE. */
export function checkEvent({ id, atMs, kind, functionKey }: StoredEvent): void {
  checkName('the id of an event', id);
  checkName('the kind of an event', kind);
  if (functionKey !== null) checkName('a function key', functionKey);
  checkTime('the time of an event', atMs);
}

/** Errors: BAD_ARGUMENT, OUT_OF_RANGE. */
export function checkAudit({ atMs, actor, action, subject }: AuditEntry): void {
  for (const text of [actor, action]) checkText('a part of an audit entry', text);
  checkText('what an audit entry is about', subject, LONGEST_SUBJECT);
  checkTime('the time of an audit entry', atMs);
}

/** Errors: BAD_ARGUMENT, OUT_OF_RANGE. */
export function checkQuery({ functionKey, kind, fromMs, toMs }: HistoryQuery): void {
  if (functionKey !== undefined) checkText('a function key', functionKey);
  if (kind !== undefined) checkText('a kind', kind);
  if (fromMs !== undefined) checkTime('the start', fromMs);
  if (toMs !== undefined) checkTime('the end', toMs);
}

/** Errors: BAD_ARGUMENT, NOT_FINITE, OUT_OF_RANGE. */
export function checkCommit(commit: TickCommit): void {
  const { tick, atMs, receipts, events } = commit;
  checkTick(tick);
  checkTime('the time of a tick', atMs);
  checkStates(commit);
  events.forEach(checkEvent);
  for (const receipt of receipts) {
    checkName('the id of a receipt', receipt.id);
    checkName('the kind of a receipt', receipt.kind);
    checkName('a function key', receipt.functionKey);
    checkTick(receipt.tick);
    checkTime('the time of a receipt', receipt.atMs);
  }
}

/** Errors: BAD_ARGUMENT, NOT_FINITE, OUT_OF_RANGE. */
export function checkStates({ totals, checkpoints }: FunctionStates): void {
  for (const { functionKey, tick } of checkpoints) {
    checkName('a function key', functionKey);
    // A function may begin before the first tick.
    checkWhole('a tick', tick, 0);
  }
  for (const { functionKey, ...sides } of totals) {
    checkName('a function key', functionKey);
    for (const side of [sides.ours, sides.compared]) {
      for (const name of TOTAL_NAMES) {
        if (!Number.isFinite(side[name]))
          throw new IsothermError('NOT_FINITE', `${name} of ${functionKey} is ${side[name]}`);
      }
    }
  }
}
