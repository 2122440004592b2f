import { defineCapability } from '../capability/capability.ts';
import { putDue } from '../due/due.ts';
import { findEntity } from '../entity/rows.ts';
import { RunMessage, ScheduledMessage } from '../messages/workflows.ts';
import { sendTo } from '../queue/sender.ts';
import { unchanged } from '../table/expressions.ts';
import { idFor } from '../table/ids.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { printInstant } from '../wire/schema.ts';
import { nextTime } from './cron.ts';
import { type Workflow, workflows } from './kind.ts';
import { AlreadyStarted, begin } from './start.ts';

/** Workflows that start by the clock. Each has one timer, which is renewed when it fires. */

const main = new Table('main');

type Scheduled = Pick<Workflow, 'id' | 'values'>;

/** Sets the timer of a workflow to its next time, if it is active and has a schedule. It replaces an earlier timer. */
export function putTimer(
  transaction: Transaction,
  workspace: WorkspaceRow,
  { id, values }: Scheduled,
  after = Date.now(),
) {
  const { trigger, is_active, active_since: activeSince, version_num: versionNum } = values;
  if (!is_active || trigger.type !== 'schedule') return;
  const at = nextTime(trigger.cron, trigger.timezone ?? workspace.timezone ?? 'UTC', after);
  if (at === undefined) return;
  const message = { tenant: workspace.reference, workflowId: id, at, activeSince, versionNum };
  putDue(transaction, workspace.reference, `workflow#${id}`, ScheduledMessage, [{ at, message }]);
}

/**
 * Starts a workflow whose time has come, once for each time, and sets its timer anew. A timer of an earlier activation
 * or version does nothing. After an outage, the missed times are made up for by one start.
 */
async function fire(message: ScheduledMessage): Promise<void> {
  const { tenant, workflowId, at } = message;
  const executionId = idFor(at, `${workflowId} ${at}`);
  const isTime = await retryingRaces(async () => {
    const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(tenant));
    const workflow = await findEntity(workflows, tenant, workflowId);
    if (!workspace || !workflow || !isCurrent(workflow, message)) return false;
    const { steps, version_num: versionNum } = workflow.values;
    const of = tenantOf(workspace);
    const head = { id: `evt_${executionId}`, type: 'schedule', workspace_id: of.id, occurred_at: printInstant(at) };
    const event = JSON.stringify({ ...head, data: { scheduledAt: printInstant(at) } });
    const transaction = new Transaction();
    begin(transaction, of, { id: executionId, workflowId, versionNum, mode: 'live', eventId: head.id, event, steps });
    putTimer(transaction, workspace, workflow, Math.max(at, Date.now()));
    const asRead = unchanged({ version: workflow.version, serial: workflow.serial });
    transaction.check(main, entityKeys.body(tenant, workflows.name, workflowId), asRead, lostRace);
    await transaction.commit().catch(unlessStarted);
    return true;
  });
  if (isTime) await sendTo(RunMessage.order({ tenant, workflowId, executionId, turn: 0 }), workflowId);
}

/** For `catch`: the message was processed before. */
function unlessStarted(error: unknown): void {
  if (!(error instanceof AlreadyStarted)) throw error;
}

const isCurrent = ({ values }: Workflow, { activeSince, versionNum }: ScheduledMessage): boolean =>
  values.is_active && values.active_since === activeSince && values.version_num === versionNum;

export const fireSchedules = defineCapability({
  tables: { main: ['GetItem', 'PutItem', 'ConditionCheckItem'], access: ['UpdateItem'] },
  sendsTo: [RunMessage],
  defersTo: [ScheduledMessage],
  open: () => ({ fire }),
});
