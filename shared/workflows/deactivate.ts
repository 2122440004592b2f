import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { shownTables, tablesOf } from '../entity/grants.ts';
import type { ShownEntity } from '../entity/show.ts';
import { changeActivity } from './change-activity.ts';
import { workflows } from './kind.ts';

type Shown = ShownEntity<typeof workflows>;

/**
 * Stops further starts of a workflow. Its executions continue, but waiting ones end with `cancelWaiting`.
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
