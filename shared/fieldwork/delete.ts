import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { SweepFormMessage } from '../messages/sweep-form.ts';
import { UnlinkMessage } from '../messages/unlink.ts';
import { unchanged } from '../table/expressions.ts';
import { formKeys } from '../table/keys/forms.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { recordFormEvent } from './events.ts';
import { requireForm } from './form.ts';
import { countForm } from './projects.ts';

const main = new Table('main');

/**
 * Deletes a form and everything of it. The mark that this leaves hides its submissions from every read until a worker
 * has removed them.
 *
 * @throws NOT_FOUND, PRECONDITION_FAILED
 */
async function remove(caller: Caller, id: string, ifMatch: VersionMatch | undefined): Promise<void> {
  const { reference } = caller.tenant;
  await retryingRaces(async () => {
    const { row } = await requireForm(caller, id);
    requireVersion(ifMatch, row.version);
    const transaction = new Transaction();
    transaction.delete(main, formKeys.body(reference, id), unchanged({ version: row.version }), lostRace);
    transaction.delete(main, formKeys.thin(reference, id));
    transaction.put(main, formKeys.gone(reference, id), { deletedAt: Date.now() });
    countForm(transaction, reference, row.projectId, -1);
    recordFormEvent(transaction, caller, 'delete', row, {
      changes: { name: [row.name, null], project_id: [row.projectId, null] },
      handOver: [
        SweepFormMessage.order({ tenant: reference, formId: id }),
        UnlinkMessage.order({ tenant: reference, kind: 'form', id }),
      ],
    });
    await transaction.commit();
  });
}

export const deleteForms = defineCapability({
  tables: { main: ['BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] },
  raises: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  handsTo: [SweepFormMessage, UnlinkMessage],
  open: () => ({ delete: remove }),
});
