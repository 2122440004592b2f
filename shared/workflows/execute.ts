import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireEntity } from '../entity/rows.ts';
import type { Once } from '../http/once.ts';
import { RunMessage } from '../messages/workflows.ts';
import { recordEvent } from '../outbox/event.ts';
import { notFound, problem } from '../problems/problem.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { readEvent } from './event-rows.ts';
import { type ExecutionRow, showExecution } from './execution.ts';
import type { ShownExecution } from './execution-wire.ts';
import { envelopeOf, type GivenEvent } from './given-event.ts';
import { workflows } from './kind.ts';
import { readSteps } from './loaded.ts';
import { AlreadyStarted, type Beginning, begin } from './start.ts';
import { findVersion } from './version-rows.ts';

/** Starting a workflow by hand, and starting a failed execution again. */

const main = new Table('main');
/** @throws NOT_FOUND */
async function execute(
  caller: Caller,
  workflowId: string,
  event: GivenEvent,
  origin: string,
  once: Once,
): Promise<Accepted> {
  const { values } = await requireEntity(workflows, caller.tenant, workflowId);
  const { version_num: versionNum, steps, trigger } = values;
  const id = once.objectId;
  const given = envelopeOf(caller, id, trigger.type, event);
  return await started(
    caller,
    { id, workflowId, versionNum, mode: 'manual', event: given, steps },
    'execute',
    origin,
    once,
  );
}

/** The response to a request whose execution has begun. */
interface Accepted {
  readonly status: 202;
  readonly body: ShownExecution;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where a caller can follow the execution. */
const placeOf = (origin: string, { id, workflow_id }: ShownExecution) => ({
  Location: `${origin}/api/v1/workflows/${workflow_id}/executions/${id}`,
  'Retry-After': '1',
});

type More = (transaction: Transaction, row: ExecutionRow) => void;

async function started(
  caller: Caller,
  beginning: Beginning,
  action: string,
  origin: string,
  once: Once,
  more: More = () => undefined,
): Promise<Accepted> {
  const { tenant } = caller;
  const { workflowId, id } = beginning;
  return await retryingRaces(async () => {
    const transaction = new Transaction();
    const row = begin(transaction, tenant, beginning);
    more(transaction, row);
    const shown = showExecution(row, 0);
    recordEvent(transaction, caller, {
      action: `workflow.${action}`,
      resourceType: 'workflow',
      resourceId: workflowId,
      changes: { execution_id: [null, id] },
      handOver: [RunMessage.order({ tenant: tenant.reference, workflowId, executionId: id, turn: 0 })],
    });
    once.record(transaction, { status: 202, body: shown, headers: placeOf(origin, shown) });
    try {
      await transaction.commit();
    } catch (error) {
      // This is a retry, under the same key, of a request that crashed after its commit.
      if (!(error instanceof AlreadyStarted)) throw error;
    }
    return { status: 202, body: shown, headers: placeOf(origin, shown) };
  });
}

/**
 * Starts a failed execution again from the step that failed, with the same version and event.
 *
 * @throws NOT_FOUND, INVALID_TRANSITION
 */
async function retry(
  caller: Caller,
  workflowId: string,
  executionId: string,
  origin: string,
  once: Once,
): Promise<Accepted> {
  const { tenant } = caller;
  await requireEntity(workflows, tenant, workflowId);
  const failed = await main.get<ExecutionRow>(workflowKeys.execution(tenant.reference, workflowId, executionId));
  if (!failed || failed.ttl <= Date.now() / 1000) throw notFound('execution');
  if (failed.status !== 'failed') {
    const { status } = failed;
    throw problem('INVALID_TRANSITION', `The execution is ${status}, and not failed.`, { from: status, to: 'running' });
  }
  const [version, event, rows] = await Promise.all([
    findVersion(tenant.reference, workflowId, failed.versionNum),
    readEvent(tenant.reference, failed),
    readSteps(tenant.reference, failed),
  ]);
  if (!version || event === undefined) throw notFound('execution');
  const { versionNum, mode, next, eventId } = failed;
  const beginning = { id: once.objectId, workflowId, versionNum, mode, event, next, steps: version.steps };
  const named = eventId === undefined ? beginning : { ...beginning, eventId };
  // Later steps may read the output of earlier ones.
  const earlier = rows.filter(({ id }) => version.steps.findIndex((step) => step.id === id) < next);
  return await started(caller, named, 'retry', origin, once, (transaction, row) => {
    for (const { sk, ...step } of earlier) {
      const key = workflowKeys.step(
        tenant.reference,
        workflowId,
        row.sk,
        version.steps.findIndex(({ id }) => id === step.id),
      );
      transaction.put(main, key, { ...step, ttl: row.ttl });
    }
  });
}

export const executeWorkflows = defineCapability({
  tables: { main: ['GetItem', 'PutItem'], access: ['UpdateItem'] },
  handsTo: [RunMessage],
  raises: ['NOT_FOUND'],
  open: () => ({ execute }),
});

export const retryExecutions = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'], access: ['UpdateItem'] },
  handsTo: [RunMessage],
  raises: ['NOT_FOUND', 'INVALID_TRANSITION'],
  open: () => ({ retry }),
});
