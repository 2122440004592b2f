import type { FormRow } from '../fieldwork/form.ts';
import { readTexts } from '../fieldwork/texts.ts';
import type { VersionRow } from '../fieldwork/versions.ts';
import type { JsonObject } from '../json/exact.ts';
import { formKeys, versionsOfForm } from '../table/keys/forms.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Layout, LayoutReader } from './layout.ts';

const main = new Table('main');
/** Schemas that are in memory at once; each may have 1 MB. */
const schemasAWave = 4;

export const findForm = (tenant: TenantReference, formId: string): Promise<FormRow | undefined> =>
  main.get<FormRow>(formKeys.body(tenant, formId));

/**
 * The fields of a form over its published versions.
 *
 * @param upTo the number of the newest version that counts
 */
export async function layoutOf(tenant: TenantReference, formId: string, upTo: number): Promise<Layout> {
  const versions = await main.queryAll<VersionRow>(formKeys.rows(tenant, formId), { between: versionsOfForm });
  const counting = versions.filter(({ num }) => num <= upTo).sort((a, b) => b.num - a.num);
  const reader = new LayoutReader();
  for (let i = 0; i < counting.length; i += schemasAWave) {
    const wanted = counting.slice(i, i + schemasAWave).map(({ schema: stored }) => ({ formId, stored }));
    // One that is missing belongs to a form that was deleted meanwhile.
    for (const schema of await readTexts<JsonObject>(tenant, wanted)) if (schema) reader.add(schema);
  }
  return reader.layout;
}

/** The fields of a form over all versions that are published now. */
export async function publishedLayout(tenant: TenantReference, formId: string): Promise<Layout> {
  const form = await findForm(tenant, formId);
  return await layoutOf(tenant, formId, form?.published?.num ?? 0);
}
