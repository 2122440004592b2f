import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { shownTables, tablesOf, together } from '../entity/grants.ts';
import type { ShownEntity } from '../entity/show.ts';
import { followersOf } from '../entity/write.ts';
import { ScheduledMessage } from '../messages/workflows.ts';
import { checkTargets } from '../outbound/check.ts';
import { changeActivity } from './change-activity.ts';
import { requireUsable } from './effects.ts';
import { workflows } from './kind.ts';

type Shown = ShownEntity<typeof workflows>;

/**
 * Lets events start a workflow. An active one stays as it is.
 *
 * @param ownHost the host under which the caller reached this platform; it is refused as a target
 * @throws NOT_FOUND, URL_FORBIDDEN, VALIDATION_ERROR for a step that cannot run
 */
async function activate(caller: Caller, id: string, ownHost: string): Promise<Shown> {
  return await changeActivity(caller, id, async (values) => {
    await requireUsable(caller.tenant.reference, values.steps, ownHost);
    return values.is_active ? values : { ...values, is_active: true, active_since: Date.now() };
  });
}

export const activateWorkflows = defineCapability({
  tables: shownTables(workflows, together([tablesOf(workflows, 'change'), { main: ['BatchGetItem'] }])),
  settings: checkTargets.settings ?? [],
  raises: ['NOT_FOUND', 'URL_FORBIDDEN', 'VALIDATION_ERROR'],
  handsTo: followersOf(workflows),
  defersTo: [ScheduledMessage],
  open: () => ({ activate }),
});
