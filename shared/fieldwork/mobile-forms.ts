import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { formKeys } from '../table/keys/forms.ts';
import { Table } from '../table/table.ts';
import type { FreeObject } from '../wire/free-object.ts';
import { FencesOfRules, rulesIn } from './fences-of-rules.ts';
import { type FormRow, isAssigned, type Published, type ThinRow } from './form.ts';
import { readTexts } from './texts.ts';
import type { MobileForm } from './wire.ts';

/** The forms that a phone downloads, with everything that it needs to check answers without a connection. */

const main = new Table('main');

type PublishedForm = FormRow & { readonly published: Published };

/** Published forms that are assigned to a phone's user, newest first. */
async function formsOf({ tenant, phone }: Caller): Promise<PublishedForm[]> {
  if (!phone) throw new Error('Only phones have the scope of this');
  const { id, role } = phone.user;
  const { reference } = tenant;
  const thins = await main.queryAll<ThinRow>(formKeys.thins(reference), { descending: true });
  const own = thins.filter((thin) => thin.published && isAssigned(thin, id, role));
  const rows = await main.getMany<FormRow>(own.map(({ sk }) => formKeys.body(reference, sk)));
  return rows.flatMap((row) => (row?.published ? [row as PublishedForm] : []));
}

/** The number of schemas in memory at a time; each may have a megabyte. */
const formsAtOnce = 10;

/** All forms, read in batches while they are consumed. A form that is deleted meanwhile is skipped. */
async function* list(caller: Caller): AsyncGenerator<z.input<typeof MobileForm>> {
  const { tenant } = caller;
  const forms = await formsOf(caller);
  const fences = new FencesOfRules(tenant);
  for (let from = 0; from < forms.length; from += formsAtOnce) {
    const some = forms.slice(from, from + formsAtOnce);
    const wanted = some.map(({ id, published }) => ({ formId: id, stored: published.schema }));
    const schemas = await readTexts<FreeObject>(tenant.reference, wanted);
    for (const [i, { id, name, projectId, published }] of some.entries()) {
      const schema = schemas[i];
      if (!schema) continue;
      yield {
        id,
        name,
        project_id: projectId,
        form_version_id: published.versionId,
        version_num: published.num,
        schema: { ...schema },
        geofences: await fences.of(rulesIn(schema.fields)),
      };
    }
  }
}

export const listMobileForms = defineCapability({
  tables: { main: ['BatchGetItem', 'Query'] },
  open: () => ({ list }),
});
