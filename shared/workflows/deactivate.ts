import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { shownTables, tablesOf } from '../entity/grants.ts';
import type { ShownEntity } from '../entity/show.ts';
import { changeActivity } from './change-activity.ts';
import { workflows } from './kind.ts';

type Shown = ShownEntity<typeof workflows>;

/**
 * Lets nothing start a workflow any more. Its executions run on, or end if they wait.
 *
 * @throws NOT_FOUND
 */
async function deactivate(caller: Caller, id: string, cancelWaiting: boolean): Promise<Shown> {
  return await changeActivity(caller, id, async (values) => ({
    ...values,
    is_active: false,
    cancelled_at: cancelWaiting ? Date.now() : values.cancelled_at,
  }));
}

export const deactivateWorkflows = defineCapability({
  tables: shownTables(workflows, tablesOf(workflows, 'change')),
  raises: ['NOT_FOUND'],
  open: () => ({ deactivate }),
});
