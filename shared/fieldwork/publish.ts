import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { withPublished } from '../forms/stability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import type { Recording } from '../http/once.ts';
import { publish as publishEvent } from '../outbox/publish.ts';
import { problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { formKeys } from '../table/keys/forms.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { textsOf } from './change.ts';
import { recordFormEvent } from './events.ts';
import { type FormRow, requireForm } from './form.ts';
import { requireStable, soundSchema } from './soundness.ts';
import { deleteText, putText } from './texts.ts';
import { showVersion, type VersionRow } from './versions.ts';
import type { FormVersion } from './wire.ts';

const main = new Table('main');

type Shown = z.input<typeof FormVersion>;

/**
 * Freezes the draft as the next version.
 *
 * @throws NOT_FOUND, PRECONDITION_FAILED, NOTHING_TO_PUBLISH, SCHEMA_INVALID
 */
async function publish(
  caller: Caller,
  formId: string,
  ifMatch: VersionMatch | undefined,
  once: Recording,
  versionId?: string,
): Promise<Shown> {
  const { tenant } = caller;
  return await retryingRaces(async () => {
    const { row } = await requireForm(caller, formId);
    requireVersion(ifMatch, row.version);
    const { draft, published } = row;
    if (!draft) throw problem('NOTHING_TO_PUBLISH', 'The form has no open draft: change its schema first.');
    const texts = await textsOf(tenant, row);
    // Rules may have become stricter since the draft was stored.
    const schema = soundSchema(texts.draft!);
    requireStable(schema, texts.ids);
    const transaction = new Transaction();
    const ids = putText(transaction, tenant.reference, formId, withPublished(schema, texts.ids));
    if (row.ids) deleteText(transaction, tenant.reference, formId, row.ids);
    const now = Date.now();
    const version: VersionRow = {
      id: versionId ?? newId(now),
      formId,
      num: (published?.num ?? 0) + 1,
      publishedAt: now,
      publishedBy: caller.principal,
      schema: draft,
    };
    freeze(transaction, caller, { ...row, ids }, version);
    once.record(transaction, { status: 200, body: showVersion(version) });
    await transaction.commit();
    return showVersion(version);
  });
}

function freeze(transaction: Transaction, caller: Caller, { draft, ...row }: FormRow, version: VersionRow): void {
  const { tenant } = caller;
  const { reference } = tenant;
  const { id: versionId, num, schema, publishedAt } = version;
  const next: FormRow = {
    ...row,
    version: row.version + 1,
    updatedAt: publishedAt,
    published: { versionId, num, schema },
  };
  transaction.put(main, formKeys.body(reference, row.id), { ...next }, unchanged({ version: row.version }), lostRace);
  transaction.put(main, formKeys.version(reference, row.id, versionId), { ...version });
  transaction.update(main, formKeys.thin(reference, row.id), setAll({ published: true, num }));
  recordFormEvent(transaction, caller, 'publish', row, { changes: { version_num: [num > 1 ? num - 1 : null, num] } });
  publishEvent(transaction, tenant, {
    id: newId(publishedAt),
    type: 'form.published',
    subject: row.id,
    data: showVersion(version),
  });
}

export const publishForms = defineCapability({
  tables: { main: ['BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] },
  raises: ['NOT_FOUND', 'PRECONDITION_FAILED', 'NOTHING_TO_PUBLISH', 'SCHEMA_INVALID'],
  open: () => ({ publish }),
});
