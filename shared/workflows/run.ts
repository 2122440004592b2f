import { randomUUID } from 'node:crypto';
import { defineCapability } from '../capability/capability.ts';
import { sending } from '../channels/send.ts';
import { createCommands } from '../commands/create.ts';
import { together } from '../entity/grants.ts';
import { changeGeofences } from '../geofences/update.ts';
import { RunMessage } from '../messages/workflows.ts';
import { callTargets } from '../outbound/connector.ts';
import { openSecrets } from '../secrets/secrets.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { isConditionFailed, unlessChanged } from '../table/faults.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { type Row, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { cancelled, type ExecutionRow, isCancelled, isOpen } from './execution.ts';
import { type ThinWorkflow, workflows } from './kind.ts';
import { load, type Run } from './loaded.ts';
import { ClaimLost, finish, type Held, leaseMilliseconds, pause } from './progress.ts';
import { takeStep } from './take-step.ts';

/**
 * Runs an execution until it ends or waits. Its message may be redelivered, early, late or lost: the row of the
 * execution decides. It is claimed before the first step, and each step advances it in its own transaction.
 */

const main = new Table('main');
/** No step begins after this; the next message continues. */
const longestMilliseconds = 35_000;
/** Clocks of two functions may differ by this much. */
const skewMilliseconds = 2000;

/** Another worker is running it, or crashed while it did. The message is redelivered. */
class Busy extends Error {}

/** The execution, if the message is of its present turn and its workflow exists. */
async function find({ tenant, workflowId, executionId, turn }: RunMessage) {
  const [row, thin, workspace] = await main.getMany<Row>([
    workflowKeys.execution(tenant, workflowId, executionId),
    entityKeys.thin(tenant, workflows.name, workflowId),
    workspaceKeys.workspace(tenant),
  ]);
  const execution = row as unknown as ExecutionRow | undefined;
  if (!execution || !thin || !workspace || !isOpen(execution) || execution.turn !== turn) return undefined;
  const caller = systemCaller(workspace as unknown as WorkspaceRow);
  return { execution, caller, thin: thin as unknown as ThinWorkflow };
}

async function claim(held: Omit<Held, 'claim'>): Promise<Held> {
  const { tenant, row } = held;
  const token = randomUUID();
  const now = Date.now();
  const key = workflowKeys.execution(tenant.reference, row.workflowId, row.sk);
  const free = {
    expression: '#turn = :turn AND attribute_exists(pk) AND (attribute_not_exists(#until) OR #until <= :now)',
    names: { '#turn': 'turn', '#until': 'claimedUntil' },
    values: { ':turn': row.turn, ':now': now },
  };
  const taken = setAll({ claim: token, claimedUntil: now + leaseMilliseconds, status: 'running' });
  try {
    await main.update(key, taken, free);
  } catch (error) {
    if (isConditionFailed(error)) throw new Busy(`The execution ${row.sk} is running`);
    throw error;
  }
  return { ...held, claim: token };
}

async function run(message: RunMessage): Promise<void> {
  const found = await find(message);
  if (!found) return;
  const { execution, caller, thin } = found;
  if ((execution.resumeAt ?? 0) > Date.now() + skewMilliseconds) return;
  const held = await claim({ tenant: caller.tenant, row: execution });
  try {
    if (isCancelled(execution, thin.cancelled_at)) return await end(held, cancelled);
    const loaded = await load(held, caller);
    // The retention of what it needs is over.
    if (!loaded) return await end(held, 'expired');
    await runSteps(loaded);
  } catch (error) {
    if (error instanceof ClaimLost) return;
    await release(held);
    throw error;
  }
}

async function end(held: Held, error: string): Promise<void> {
  const transaction = new Transaction();
  finish(transaction, held, error === cancelled ? 'stopped' : 'failed', error);
  await transaction.commit();
}

/** Releases the claim after a failure, so that the redelivered message need not wait for the end of the lease. */
async function release({ tenant, row, claim }: Held): Promise<void> {
  const key = workflowKeys.execution(tenant.reference, row.workflowId, row.sk);
  await main
    .update(key, setAll({}, ['claim', 'claimedUntil']), unchanged({ claim }))
    .catch(unlessChanged)
    .catch(() => undefined);
}

async function runSteps(run: Run): Promise<void> {
  const { tenant, row } = run.held;
  const until = Date.now() + longestMilliseconds;
  const thin = entityKeys.thin(tenant.reference, workflows.name, row.workflowId);
  for (let at = row.next, tries = row.tries; ; tries = 0) {
    const next = await takeStep(run, at, tries);
    if (next === undefined) return;
    at = next;
    if (Date.now() >= until) return await pause(run.held, Date.now(), { next, tries: 0, waits: false });
    // A workflow that was deleted meanwhile does nothing any more.
    if (!(await main.get(thin))) return;
  }
}

export const runWorkflows = defineCapability({
  tables: together([
    { main: ['BatchGetItem', 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'] },
    { access: ['UpdateItem'], telemetry: ['PutItem'] },
    createCommands.tables ?? {},
    openSecrets.tables ?? {},
    changeGeofences.tables ?? {},
    sending.tables,
  ]),
  settings: [...(callTargets.settings ?? []), ...sending.settings],
  secrets: 'open',
  mails: sending.mails,
  sendsTo: [RunMessage, ...sending.sendsTo],
  defersTo: [RunMessage, ...sending.defersTo, ...(createCommands.defersTo ?? [])],
  handsTo: [...(createCommands.handsTo ?? []), ...(changeGeofences.handsTo ?? [])],
  open: () => ({ run }),
});
