import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { notFound } from '../problems/problem.ts';
import { formKeys, versionsOfForm } from '../table/keys/forms.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { printInstant } from '../wire/schema.ts';
import { requireForm, schemaAt } from './form.ts';
import type { StoredText } from './texts.ts';
import type { FormVersion, FormVersionWithSchema } from './wire.ts';

/** Published versions, which never change. */

export interface VersionRow {
  readonly id: string;
  readonly formId: string;
  readonly num: number;
  readonly publishedAt: number;
  readonly publishedBy: string;
  readonly schema: StoredText;
}

const main = new Table('main');

export const showVersion = ({
  id,
  formId,
  num,
  publishedAt,
  publishedBy,
}: VersionRow): z.input<typeof FormVersion> => ({
  id,
  form_id: formId,
  version_num: num,
  published_at: printInstant(publishedAt),
  published_by: publishedBy,
});

/** All versions of a form, newest first. */
async function list(caller: Caller, formId: string): Promise<z.input<typeof FormVersion>[]> {
  const rows = formKeys.rows(caller.tenant.reference, formId);
  const [, versions] = await Promise.all([
    requireForm(caller, formId),
    main.queryAll<VersionRow>(rows, { between: versionsOfForm }),
  ]);
  return versions.sort((a, b) => b.num - a.num).map(showVersion);
}

async function get(caller: Caller, formId: string, id: string): Promise<z.input<typeof FormVersionWithSchema>> {
  const { tenant } = caller;
  return await retryingRaces(async () => {
    const [, row] = await Promise.all([
      requireForm(caller, formId),
      main.get<VersionRow>(formKeys.version(tenant.reference, formId, id)),
    ]);
    if (!row) throw notFound('form version');
    return { ...showVersion(row), schema: { ...(await schemaAt(tenant, formId, row.schema)) } };
  });
}

export const listVersions = defineCapability({
  tables: { main: ['BatchGetItem', 'Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ list }),
});

export const readVersions = defineCapability({
  tables: { main: ['BatchGetItem', 'GetItem'] },
  raises: ['NOT_FOUND'],
  open: () => ({ get }),
});
