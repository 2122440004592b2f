import { defineCapability } from '../capability/capability.ts';
import { dropMediaOf } from '../media/remove.ts';
import { TendMediaMessage } from '../messages/media.ts';
import { SweepFormMessage } from '../messages/sweep-form.ts';
import { sendTo } from '../queue/sender.ts';
import { tablesOfStorage } from '../quota/storage.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { formKeys } from '../table/keys/forms.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { asLostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { eachRow, emptied } from '../worker/each-row.ts';
import { type BodyRow, type GuardRow, idAt, partKeys, shardsOf, type ThinRow, thinKeys } from './submission.ts';

/** Removing the submissions of a deleted form, and what is left of the form itself. Idempotent. */

const main = new Table('main');
const budgetMilliseconds = 120_000;

async function sweep({ tenant, formId }: SweepFormMessage): Promise<void> {
  const until = Date.now() + budgetMilliseconds;
  const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(tenant));
  if (!workspace || !(await main.get(formKeys.gone(tenant, formId)))) return;
  for (const shard of shardsOf(tenantOf(workspace))) {
    const of = submissionKeys.allOfForm(tenant, formId, shard);
    const removeOne = ({ sk }: ThinRow) => remove(tenant, formId, shard, sk);
    if (!(await eachRow(main, of, removeOne, until))) {
      await sendTo(SweepFormMessage.order({ tenant, formId }), tenant);
      return;
    }
  }
  await emptied(main, formKeys.rows(tenant, formId), Number.POSITIVE_INFINITY);
  await main.delete(formKeys.gone(tenant, formId));
}

/** The row in the form's list is deleted last: while it exists, a retry finds the submission. */
async function remove(tenant: TenantReference, formId: string, shard: number, position: string): Promise<void> {
  const listed = submissionKeys.ofForm(tenant, formId, shard, position);
  const body = await main.get<BodyRow>(submissionKeys.body(tenant, idAt(position)));
  if (body) {
    const others = thinKeys(tenant, body).filter(({ pk }) => pk !== listed.pk);
    await Promise.all([...others, ...partKeys(tenant, body)].map((key) => main.delete(key)));
    // The local_uuid may have been used for another form since this one was deleted.
    await release(tenant, body);
    await dropMediaOf(tenant, body.id);
    await main.delete(submissionKeys.body(tenant, body.id));
  }
  await main.delete(listed);
}

/** The guard stays where files wait under the same `local_uuid` for another submission. */
async function release(tenant: TenantReference, { id, localUuid }: BodyRow): Promise<void> {
  const guard = submissionKeys.guard(tenant, localUuid);
  await retryingRaces(async () => {
    const row = await main.get<GuardRow>(guard);
    if (row?.id !== id) return;
    const asRead = unchanged({ id, waiting: row.waiting });
    if (row.waiting === undefined) await main.delete(guard, asRead).catch(asLostRace);
    else await main.update(guard, setAll({}, ['id', 'formId']), asRead).catch(asLostRace);
  });
}

export const sweepForms = defineCapability({
  tables: { main: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'], access: tablesOfStorage.access },
  defersTo: [TendMediaMessage],
  sendsTo: [SweepFormMessage],
  open: () => ({ sweep }),
});
