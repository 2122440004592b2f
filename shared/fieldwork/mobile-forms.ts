import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { weakTag } from '../http/conditional.ts';
import { formKeys } from '../table/keys/forms.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
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

async function show(tenant: Tenant, forms: readonly PublishedForm[]): Promise<z.input<typeof MobileForm>[]> {
  const places = forms.map(({ id, published }) => ({ formId: id, place: published.schema }));
  const schemas = await readTexts<FreeObject>(tenant.reference, places);
  // The form was deleted between the two reads.
  if (schemas.includes(undefined)) throw lostRace();
  const fences = new FencesOfRules(tenant);
  const shown: z.input<typeof MobileForm>[] = [];
  for (const [i, { id, name, projectId, published }] of forms.entries()) {
    const schema = schemas[i]!;
    shown.push({
      id,
      name,
      project_id: projectId,
      form_version_id: published.versionId,
      version_num: published.num,
      schema: { ...schema },
      geofences: await fences.of(rulesIn(schema.fields)),
    });
  }
  return shown;
}

/** All forms, with a tag that changes whenever the answer does. */
async function list(caller: Caller) {
  const forms = await retryingRaces(async () => await show(caller.tenant, await formsOf(caller)));
  return { forms, tag: weakTag(JSON.stringify(forms)) };
}

export const listMobileForms = defineCapability({
  tables: { main: ['BatchGetItem', 'Query'] },
  open: () => ({ list }),
});
