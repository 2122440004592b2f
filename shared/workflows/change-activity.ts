import type { Caller } from '../auth/caller.ts';
import { requireEntity } from '../entity/rows.ts';
import { type ShownEntity, showOne } from '../entity/show.ts';
import { nextVersion, writeEntity } from '../entity/write.ts';
import { sameJson } from '../json/equality.ts';
import { retryingRaces } from '../table/races.ts';
import { type Workflow, workflows } from './kind.ts';
import { putTimer } from './schedule.ts';

type Values = Workflow['values'];

/**
 * Changes whether a workflow is active. Activation sets the timer of its schedule.
 *
 * @throws NOT_FOUND, and what `next` throws
 */
export async function changeActivity(
  caller: Caller,
  id: string,
  next: (values: Values) => Promise<Values>,
): Promise<ShownEntity<typeof workflows>> {
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
