import { defineCapability } from '../capability/capability.ts';
import type { GeofenceWriter } from '../geofences/writer.ts';
import { SyncMessage, syncRequest } from '../messages/sync.ts';
import { sendInLine } from '../queue/sender.ts';
import { mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { applyPlan } from './applier.ts';
import { completePlan } from './completer.ts';
import { readPlan } from './record.ts';

/** Of one run of the worker; what is left then is the next message's. */
const longestMilliseconds = 45_000;

const main = new Table('main');

/** Moves a plan on from where it is. Comes as often as it likes. */
class SyncRunner {
  async run({ tenant: reference, plan: id }: SyncMessage, geofences: GeofenceWriter): Promise<void> {
    const until = Date.now() + longestMilliseconds;
    const plan = await readPlan(reference, id);
    if (plan?.state === 'COMPUTING') return await completePlan(reference, plan);
    if (plan?.state !== 'APPLYING') return;
    const workspace = await main.get<WorkspaceRow>(mainKeys.workspace(reference));
    if (!workspace || (await applyPlan(tenantOf(workspace), plan, geofences, until))) return;
    // Not a failure, which would bring it to rest after a few: a large plan takes many runs.
    await sendInLine(syncRequest(reference, id));
  }
}

export const runSync = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'] },
  sendsTo: [SyncMessage],
  open: () => new SyncRunner(),
});
