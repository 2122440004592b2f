import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import type { Once } from '../http/once.ts';
import { notFound } from '../problems/problem.ts';
import { absent } from '../table/expressions.ts';
import { formKeys } from '../table/keys/forms.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { recordFormEvent } from './events.ts';
import { type FormRow, schemaFor, showForm } from './form.ts';
import { countForm, projectTarget } from './projects.ts';
import { requireFences, soundSchema } from './soundness.ts';
import { putText } from './texts.ts';
import type { Form, FormDraft } from './wire.ts';

type Draft = Pick<z.output<typeof FormDraft>, 'project_id' | 'name' | 'schema'>;
type Shown = z.input<typeof Form>;

const main = new Table('main');
const exists = { expression: 'attribute_exists(pk)' };

/** An answer with a longer schema does not fit into the record of an idempotency key. */
const longestRecorded = 250 * 1024;

/** The schema as it is stored: the version of its format is always there. */
export const withVersion = (schema: Draft['schema']): Draft['schema'] => ({ version: 1, ...schema });

/**
 * Creates a form with a draft. A retry of a request whose answer was too long to be recorded finds the form by its id.
 *
 * @throws SCHEMA_INVALID, NOT_FOUND for the project
 */
async function create(caller: Caller, draft: Draft, once: Once): Promise<Shown> {
  const { reference } = caller.tenant;
  const sound = soundSchema(draft.schema);
  const schema = withVersion(draft.schema);
  const id = once.objectId;
  await requireFences(reference, sound);
  return await retryingRaces(async () => {
    const before = await main.get<FormRow>(formKeys.body(reference, id));
    if (before) return showForm(caller, before, await schemaFor(caller, before));
    const transaction = new Transaction();
    const stored = putText(transaction, reference, id, schema);
    const { name, project_id: projectId } = draft;
    const row: FormRow = { id, projectId, name, updatedAt: Date.now(), version: 1, draft: stored };
    const shown = showForm(caller, row, schema);
    transaction.put(main, formKeys.body(reference, id), { ...row }, absent, lostRace);
    transaction.put(main, formKeys.thin(reference, id), { projectId, name, published: false });
    transaction.check(main, projectTarget.key(reference, projectId), exists, () => notFound('project'));
    countForm(transaction, reference, projectId, 1);
    const changes = { name: [null, name], project_id: [null, projectId] } as const;
    recordFormEvent(transaction, caller, 'create', row, { changes });
    if (JSON.stringify(schema).length < longestRecorded) once.record(transaction, { status: 201, body: shown });
    await transaction.commit();
    return shown;
  });
}

export const createForms = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem'] },
  raises: ['NOT_FOUND', 'SCHEMA_INVALID'],
  open: () => ({ create }),
});
