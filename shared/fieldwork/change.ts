import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { readSchema } from '../forms/read-schema.ts';
import type { PublishedIds } from '../forms/stability.ts';
import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { sameJson } from '../json/equality.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { formKeys } from '../table/keys/forms.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { FreeObject } from '../wire/free-object.ts';
import { withVersion } from './create.ts';
import { recordFormEvent } from './events.ts';
import { type FormRow, requireForm, showForm } from './form.ts';
import { fencesOf, requireFences, requireStable, soundSchema } from './soundness.ts';
import { deleteText, putText, readTexts } from './texts.ts';
import type { Form, FormChange } from './wire.ts';

type Change = Pick<z.output<typeof FormChange>, 'name' | 'schema'>;
type Shown = z.input<typeof Form>;

const main = new Table('main');

/** The texts of a form as it was read. */
interface Texts {
  readonly draft: FreeObject | undefined;
  readonly published: FreeObject | undefined;
  readonly ids: PublishedIds;
}

export async function textsOf({ reference }: Tenant, row: FormRow): Promise<Texts> {
  const texts = [row.draft, row.published?.schema, row.ids];
  const existing = texts.filter((stored) => stored !== undefined);
  const read = await readTexts<FreeObject>(
    reference,
    existing.map((stored) => ({ formId: row.id, stored })),
  );
  // Another writer has replaced a text since the form was read.
  if (read.includes(undefined)) throw lostRace();
  const [draft, published, ids] = texts.map((stored) => (stored ? read[existing.indexOf(stored)] : undefined));
  return { draft, published, ids: (ids ?? {}) as PublishedIds };
}

function fencesIn(schema: FreeObject | undefined): string[] {
  const read = schema && readSchema(schema);
  return read && !read.failures ? fencesOf(read.schema) : [];
}

/** What becomes of the draft: it is replaced, it is discarded, or it stays. */
async function nextDraft(tenant: Tenant, texts: Texts, given: FreeObject | undefined) {
  const { draft, published, ids } = texts;
  if (given === undefined) return { keeps: true, schema: draft } as const;
  const sound = soundSchema(given);
  const schema = withVersion(given);
  if (published && sameJson(schema, published)) return { keeps: !draft, schema: undefined } as const;
  if (draft && sameJson(schema, draft)) return { keeps: true, schema: draft } as const;
  requireStable(sound, ids);
  await requireFences(tenant.reference, sound, [...fencesIn(draft), ...fencesIn(published)]);
  return { keeps: false, schema } as const;
}

/**
 * Changes the name at once, and the draft. A schema that is equal to the published one discards the draft.
 *
 * @throws NOT_FOUND, PRECONDITION_FAILED, SCHEMA_INVALID
 */
async function change(caller: Caller, id: string, given: Change, ifMatch: VersionMatch | undefined): Promise<Shown> {
  const { tenant } = caller;
  const { reference } = tenant;
  return await retryingRaces(async () => {
    const { row } = await requireForm(caller, id);
    requireVersion(ifMatch, row.version);
    const texts = await textsOf(tenant, row);
    const { keeps, schema } = await nextDraft(tenant, texts, given.schema);
    const name = given.name ?? row.name;
    const shownSchema = schema ?? texts.published!;
    if (keeps && name === row.name) return showForm(caller, row, shownSchema);
    const transaction = new Transaction();
    const { draft: before, ...rest } = row;
    const draft = keeps ? before : schema && putText(transaction, reference, id, schema);
    if (!keeps && before) deleteText(transaction, reference, id, before);
    const next = { ...rest, name, updatedAt: Date.now(), version: row.version + 1, ...(draft ? { draft } : {}) };
    transaction.put(main, formKeys.body(reference, id), next, unchanged({ version: row.version }), lostRace);
    if (name !== row.name) transaction.update(main, formKeys.thin(reference, id), setAll({ name }));
    recordFormEvent(transaction, caller, 'update', row, {
      changes: {
        ...(name === row.name ? {} : { name: [row.name, name] as const }),
        ...(keeps ? {} : { draft: [before?.id ?? null, draft?.id ?? null] as const }),
      },
    });
    await transaction.commit();
    return showForm(caller, next, shownSchema);
  });
}

export const changeForms = defineCapability({
  tables: { main: ['BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] },
  raises: ['NOT_FOUND', 'PRECONDITION_FAILED', 'SCHEMA_INVALID'],
  open: () => ({ change }),
});
