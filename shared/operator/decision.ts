import { recordEvent } from '../outbox/event.ts';
import { retryingRaces } from '../table/races.ts';
import { Transaction } from '../table/transaction.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { changeWorkspace, readWorkspace } from '../workspaces/writer.ts';

/** A decision about a workspace, to be written. */
export interface Decision {
  readonly action: string;
  readonly attributes: Partial<WorkspaceRow>;
  readonly removed: readonly (keyof WorkspaceRow)[];
  /** For the audit log. If it is empty, nothing is written. */
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

/** Writes a decision of the operator about the workspace as it is now. */
export async function decide(
  workspace: WorkspaceRow,
  decision: (before: WorkspaceRow) => Decision,
): Promise<WorkspaceRow> {
  await retryingRaces(async () => {
    const before = await readWorkspace(workspace);
    const { action, attributes, removed, changes } = decision(before);
    if (Object.keys(changes).length === 0) return;
    const transaction = new Transaction();
    const counted = { updatedAt: Date.now(), version: before.version + 1 };
    changeWorkspace(transaction, before, { ...attributes, ...counted }, removed);
    const event = { action, resourceType: 'workspace', resourceId: before.id, changes };
    recordEvent(transaction, systemCaller(before), event);
    await transaction.commit();
  });
  return await readWorkspace(workspace);
}
