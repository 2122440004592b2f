import { dropDue, putDue } from '../due/due.ts';
import { RunMessage } from '../messages/workflows.ts';
import { type Publication, publish } from '../outbox/publish.ts';
import { mostDelaySeconds, sendLater } from '../queue/sender.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { type Row, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { loggedUntil } from '../tenancy/plans.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type ExecutionRow, type StepRow, showExecution } from './execution.ts';
import type { ExecutionStatus } from './execution-wire.ts';
import { count } from './stats.ts';

/** The writes that advance an execution. Each succeeds only for the worker that holds the claim. */

const main = new Table('main');
/** Longer than a step takes, with the writes around it. */
export const leaseMilliseconds = 60_000;
/** How late a message that SQS delays may be before the sweeper sends another. */
const graceMilliseconds = 60_000;

/** Another worker has taken the execution over, or it was deleted. */
export class ClaimLost extends Error {}
const lost = () => new ClaimLost();

export interface Held {
  readonly tenant: Tenant;
  readonly row: ExecutionRow;
  readonly claim: string;
}

const keyOf = ({ tenant, row }: Held) => workflowKeys.execution(tenant.reference, row.workflowId, row.sk);
const subjectOf = ({ sk }: ExecutionRow): string => `execution#${sk}`;

function update(transaction: Transaction, held: Held, set: Row, removed: readonly string[] = []): void {
  transaction.update(main, keyOf(held), setAll(set, removed), unchanged({ claim: held.claim }), lost);
}

export function putStep(
  transaction: Transaction,
  { tenant, row }: Held,
  at: number,
  step: Omit<StepRow, 'sk' | 'ttl'>,
) {
  const key = workflowKeys.step(tenant.reference, row.workflowId, row.sk, at);
  transaction.put(main, key, { ...step, ttl: row.ttl });
}

/** Advances to a step, in the transaction that records the step before it. */
export function moveTo(transaction: Transaction, held: Held, next: number): void {
  update(transaction, held, { next, tries: 0, claimedUntil: Date.now() + leaseMilliseconds });
}

/** Ends an execution. A failure is published. */
export function finish(transaction: Transaction, held: Held, status: ExecutionStatus, error?: string): void {
  const { tenant, row } = held;
  const now = Date.now();
  const ended = { status, completedAt: now, ...(error === undefined ? {} : { error }) };
  const gone = ['claim', 'claimedUntil', 'resumeAt', 'waitingSince'];
  update(transaction, held, { ...ended, ttl: loggedUntil(tenant.plan, now) }, gone);
  dropDue(transaction, tenant.reference, subjectOf(row));
  if (status !== 'failed') return;
  count(transaction, tenant.reference, row.workflowId, 'failed', now);
  const failed: Publication = {
    id: newId(now),
    type: 'workflow.failed',
    subject: row.workflowId,
    data: showExecution({ ...row, ...ended }, 0),
  };
  publish(transaction, tenant, failed);
}

/**
 * Lets an execution wait. The sweeper sends its message when the time has come; after a short wait, SQS delivers one
 * earlier.
 *
 * @param also adds further writes to the transaction
 */
export async function pause(
  held: Held,
  until: number,
  { next, tries, waits }: { readonly next: number; readonly tries: number; readonly waits: boolean },
  also: (transaction: Transaction) => void = () => undefined,
): Promise<void> {
  const { tenant, row } = held;
  const now = Date.now();
  const turn = row.turn + 1;
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  const isSoon = seconds <= mostDelaySeconds;
  const message = { tenant: tenant.reference, workflowId: row.workflowId, executionId: row.sk, turn };
  const transaction = new Transaction();
  const waiting = waits ? { status: 'waiting', waitingSince: now } : { status: 'running' };
  const gone = ['claim', 'claimedUntil', ...(waits ? [] : ['waitingSince'])];
  update(transaction, held, { ...waiting, next, tries, turn, resumeAt: until }, gone);
  const at = isSoon ? until + graceMilliseconds : until;
  putDue(transaction, tenant.reference, subjectOf(row), RunMessage, [{ at, message }]);
  also(transaction);
  await transaction.commit();
  if (isSoon) await sendLater(RunMessage.order(message), row.workflowId, seconds);
}
