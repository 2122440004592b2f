import { absent } from '../table/expressions.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { inParts } from '../table/parts.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { loggedUntil } from '../tenancy/plans.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { putEvent } from './event-rows.ts';
import type { ExecutionRow } from './execution.ts';
import type { ExecutionMode } from './execution-wire.ts';
import { count } from './stats.ts';
import type { Step } from './steps.ts';

/** The writes that create an execution. */

const main = new Table('main');
const secondsPerDay = 86_400;
/** Retries of all steps take less than this. */
const retryDays = 3;

export interface Beginning {
  readonly id: string;
  readonly workflowId: string;
  readonly versionNum: number;
  readonly mode: ExecutionMode;
  readonly eventId?: string;
  /** The envelope of the event, as JSON. */
  readonly event: string;
  readonly steps: readonly Step[];
  /** The step to begin with. */
  readonly next?: number;
}

/** The seconds that delays may keep an execution waiting: what it needs must be kept for as long. */
const longestWait = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => sum + (step.type === 'delay' ? step.config.seconds : 0), retryDays * secondsPerDay);

export class AlreadyStarted extends Error {}

/**
 * Adds a new execution to a transaction, which fails with {@link AlreadyStarted} if there is one with this id.
 *
 * @param ended how it has ended, if it has
 */
export function begin(
  transaction: Transaction,
  tenant: Tenant,
  beginning: Beginning,
  now = Date.now(),
  ended: Partial<ExecutionRow> = {},
): ExecutionRow {
  const { id, workflowId, versionNum, mode, eventId, event, steps, next = 0 } = beginning;
  const parts = inParts(event);
  const row: ExecutionRow = {
    sk: id,
    workflowId,
    versionNum,
    mode,
    status: 'running',
    startedAt: now,
    next,
    tries: 0,
    turn: 0,
    parts: parts.length,
    ttl: loggedUntil(tenant.plan, now) + longestWait(steps),
    ...(eventId === undefined ? {} : { eventId }),
    ...ended,
  };
  const key = workflowKeys.execution(tenant.reference, workflowId, id);
  transaction.put(main, key, { ...row }, absent, () => new AlreadyStarted());
  putEvent(transaction, tenant.reference, row, parts);
  if (mode !== 'test') count(transaction, tenant.reference, workflowId, 'started', now);
  return row;
}
