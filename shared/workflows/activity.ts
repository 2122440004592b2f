import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { shownTables, tablesOf, together } from '../entity/grants.ts';
import { requireEntity } from '../entity/rows.ts';
import { type ShownEntity, showOne } from '../entity/show.ts';
import { nextVersion, writeEntity } from '../entity/write.ts';
import { sameJson } from '../json/equality.ts';
import { ScheduledMessage } from '../messages/workflows.ts';
import { checkTargets } from '../outbound/check.ts';
import { retryingRaces } from '../table/races.ts';
import { requireUsable } from './effects.ts';
import { type Workflow, workflows } from './kind.ts';
import { putTimer } from './schedule.ts';

type Shown = ShownEntity<typeof workflows>;
type Values = Workflow['values'];

/**
 * Lets events start a workflow. An active one stays as it is.
 *
 * @param ownHost the host under which the caller reached this platform; it is no target
 * @throws NOT_FOUND, URL_FORBIDDEN, VALIDATION_ERROR for a step that cannot run
 */
async function activate(caller: Caller, id: string, ownHost: string): Promise<Shown> {
  return await change(caller, id, async (values) => {
    await requireUsable(caller.tenant.reference, values.steps, ownHost);
    return values.is_active ? values : { ...values, is_active: true, active_since: Date.now() };
  });
}

/**
 * Lets nothing start a workflow any more. Its executions run on, or end if they wait.
 *
 * @throws NOT_FOUND
 */
async function deactivate(caller: Caller, id: string, cancelWaiting: boolean): Promise<Shown> {
  return await change(caller, id, async (values) => ({
    ...values,
    is_active: false,
    cancelled_at: cancelWaiting ? Date.now() : values.cancelled_at,
  }));
}

async function change(caller: Caller, id: string, next: (values: Values) => Promise<Values>): Promise<Shown> {
  return await retryingRaces(async () => {
    const before = await requireEntity(workflows, caller.tenant, id);
    const values = await next(before.values);
    if (sameJson(values, before.values)) return await showOne(workflows, caller.tenant, before);
    const after = nextVersion(before, values);
    await writeEntity(workflows, caller, before, after, (transaction) => {
      if (!before.values.is_active) putTimer(transaction, caller.workspace, after);
    });
    return await showOne(workflows, caller.tenant, after);
  });
}

export const activateWorkflows = defineCapability({
  tables: shownTables(workflows, together([tablesOf(workflows, 'change'), { main: ['BatchGetItem'] }])),
  settings: checkTargets.settings ?? [],
  raises: ['NOT_FOUND', 'URL_FORBIDDEN', 'VALIDATION_ERROR'],
  defersTo: [ScheduledMessage],
  open: () => ({ activate }),
});

export const deactivateWorkflows = defineCapability({
  tables: shownTables(workflows, tablesOf(workflows, 'change')),
  raises: ['NOT_FOUND'],
  open: () => ({ deactivate }),
});
