import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { merged } from '../entity/fields.ts';
import { problemsOf, shownTables, tablesOf, together } from '../entity/grants.ts';
import { requireEntity } from '../entity/rows.ts';
import type { ShownEntity } from '../entity/show.ts';
import { followersOf } from '../entity/write.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { unrecorded } from '../http/once.ts';
import { sameJson } from '../json/equality.ts';
import { ScheduledMessage } from '../messages/workflows.ts';
import { checkTargets } from '../outbound/check.ts';
import { retryingRaces } from '../table/races.ts';
import type { WorkflowPatch } from './bodies.ts';
import { requireScopes, requireUsable } from './effects.ts';
import { workflows } from './kind.ts';
import { writeVersion } from './write-version.ts';

type Shown = ShownEntity<typeof workflows>;

/**
 * Merges the given fields into a workflow. If trigger or steps change, there is a new version.
 *
 * @param ownHost the host under which the caller reached this platform; it is refused as a target
 * @throws NOT_FOUND, PRECONDITION_FAILED, SCOPE_MISSING, URL_FORBIDDEN, VALIDATION_ERROR
 */
async function patch(
  caller: Caller,
  id: string,
  given: WorkflowPatch,
  ownHost: string,
  ifMatch: VersionMatch | undefined,
): Promise<Shown> {
  return await retryingRaces(async () => {
    const before = await requireEntity(workflows, caller.tenant, id);
    requireVersion(ifMatch, before.version);
    const values = merged(workflows.fields, before.values, given);
    // A caller who sends back unchanged steps saves none.
    if (!sameJson(values.steps, before.values.steps)) {
      requireScopes(caller, values.steps);
      await requireUsable(caller.tenant.reference, values.steps, ownHost);
    }
    return await writeVersion(caller, before, values, unrecorded);
  });
}

export const patchWorkflows = defineCapability({
  tables: shownTables(workflows, together([tablesOf(workflows, 'change'), { main: ['BatchGetItem'] }])),
  settings: checkTargets.settings ?? [],
  raises: [...problemsOf(workflows, 'change'), 'SCOPE_MISSING', 'URL_FORBIDDEN', 'VALIDATION_ERROR'],
  handsTo: followersOf(workflows),
  defersTo: [ScheduledMessage],
  open: () => ({ patch }),
});
