import { defineCapability } from '../capability/capability.ts';
import { log } from '../log/log.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { isSuspended, type WorkspaceRow } from '../tenancy/workspace-record.ts';

/**
 * Work of a suspended workspace waits. Every worker of a queue asks this before it works on a message, so that none can
 * forget it.
 */

const main = new Table('main');

/** The message fails, comes again, and comes to rest in the dead-letter queue, from where the operator sends it back. */
export class WorkspaceSuspended extends Error {}

/**
 * Whether a message is to be worked on: not where its workspace is being deleted. What names no workspace always is.
 *
 * @throws WorkspaceSuspended
 */
async function isWanted(message: object): Promise<boolean> {
  const { tenant } = message as { readonly tenant?: TenantReference };
  if (tenant === undefined) return true;
  const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(tenant));
  // Where there is none any more, workers find nothing to do.
  if (!workspace || !isSuspended(workspace)) return true;
  if (workspace.deletingSince === undefined) throw new WorkspaceSuspended(`Workspace ${workspace.id} is suspended`);
  log().info('message dropped', { workspace: workspace.id, reason: 'the workspace is being deleted' });
  return false;
}

/** Every worker of a queue uses it. */
export const readSuspensions = defineCapability({
  tables: { main: ['GetItem'] },
  open: () => ({ isWanted }),
});
