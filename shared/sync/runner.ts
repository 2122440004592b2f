import { defineCapability } from '../capability/capability.ts';
import type { GeofenceWriter } from '../geofences/writer.ts';
import { SyncMessage, syncRequest } from '../messages/sync.ts';
import { sendInLine } from '../queue/sender.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { applySyncPlan } from './applier.ts';
import { completeSyncPlan } from './completer.ts';
import { readSyncPlan } from './record.ts';

/** The time limit of one run of the worker; the next message does the rest. */
const longestMilliseconds = 45_000;

const main = new Table('main');

/** Continues a sync plan from its present state. Runs are idempotent and may be repeated at any time. */
class SyncRunner {
  async run({ tenant: reference, plan: id }: SyncMessage, geofences: GeofenceWriter): Promise<void> {
    const until = Date.now() + longestMilliseconds;
    const plan = await readSyncPlan(reference, id);
    if (plan?.state === 'COMPUTING') return await completeSyncPlan(reference, plan);
    if (plan?.state !== 'APPLYING') return;
    const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(reference));
    if (!workspace || (await applySyncPlan(tenantOf(workspace), plan, geofences, until))) return;
    // This is not reported as a failure, because a message fails for good after a few receives and a large plan takes
    // many runs.
    await sendInLine(syncRequest(reference, id));
  }
}

export const runSync = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'] },
  sendsTo: [SyncMessage],
  open: () => new SyncRunner(),
});
