import { defineCapability } from '../capability/capability.ts';
import { log } from '../log/log.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { isSuspended, type WorkspaceRow } from '../tenancy/workspace-record.ts';

/**
 * The work of a suspended workspace waits. Every queue worker checks this before it handles a message; the check is in
 * one place, so that no worker can omit it.
 */

const main = new Table('main');

/** When a workspace was last seen to be active. */
const seenActive = new Map<TenantReference, number>();
/** Messages of one workspace within this time cost one read. */
const keptMilliseconds = 1000;
const mostSeen = 1000;

/** The message fails, is redelivered, and ends in the dead-letter queue, from which the operator sends it back. */
export class WorkspaceSuspended extends Error {}

/**
 * Whether a message is to be handled: not if its workspace is being deleted. A message that names no workspace always
 * is. A workspace seen active less than a second ago is not read again.
 *
 * @throws WorkspaceSuspended
 */
async function isWanted(message: object): Promise<boolean> {
  const { tenant } = message as { readonly tenant?: TenantReference };
  if (tenant === undefined) return true;
  const now = Date.now();
  if (now - (seenActive.get(tenant) ?? 0) < keptMilliseconds) return true;
  seenActive.delete(tenant);
  const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(tenant));
  // If the workspace no longer exists, workers find nothing to do.
  if (!workspace || !isSuspended(workspace)) {
    if (workspace) remember(tenant, now);
    return true;
  }
  if (workspace.deletingSince === undefined) throw new WorkspaceSuspended(`Workspace ${workspace.id} is suspended`);
  log().info('message dropped', { workspace: workspace.id, reason: 'the workspace is being deleted' });
  return false;
}

function remember(tenant: TenantReference, now: number): void {
  if (seenActive.size >= mostSeen) seenActive.clear();
  seenActive.set(tenant, now);
}

/** Every queue worker uses it. */
export const readSuspensions = defineCapability({
  tables: { main: ['GetItem'] },
  open: () => ({ isWanted }),
});
