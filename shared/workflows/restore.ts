import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { shownTables, tablesOf } from '../entity/grants.ts';
import { requireEntity } from '../entity/rows.ts';
import type { ShownEntity } from '../entity/show.ts';
import { followersOf } from '../entity/write.ts';
import type { Recording } from '../http/once.ts';
import { ScheduledMessage } from '../messages/workflows.ts';
import { notFound } from '../problems/problem.ts';
import { retryingRaces } from '../table/races.ts';
import { requireScopes } from './effects.ts';
import { workflows } from './kind.ts';
import { findVersion } from './version-rows.ts';
import { writeVersion } from './write-version.ts';

type Shown = ShownEntity<typeof workflows>;

/**
 * Makes the content of an earlier version the newest one.
 *
 * @throws NOT_FOUND, SCOPE_MISSING, VALIDATION_ERROR if it names a channel that was deleted
 */
async function restore(caller: Caller, id: string, versionNum: string, once: Recording): Promise<Shown> {
  return await retryingRaces(async () => {
    const before = await requireEntity(workflows, caller.tenant, id);
    const number = /^[1-9]\d{0,5}$/.test(versionNum) ? Number(versionNum) : 0;
    const version = number > 0 ? await findVersion(caller.tenant.reference, id, number) : undefined;
    if (!version) throw notFound('workflow version');
    const { trigger, steps } = version;
    requireScopes(caller, steps);
    return await writeVersion(caller, before, { ...before.values, trigger, steps: [...steps] }, once, true);
  });
}

export const restoreWorkflows = defineCapability({
  tables: shownTables(workflows, tablesOf(workflows, 'change')),
  raises: ['NOT_FOUND', 'SCOPE_MISSING', 'VALIDATION_ERROR'],
  handsTo: followersOf(workflows),
  defersTo: [ScheduledMessage],
  open: () => ({ restore }),
});
