import { keyIdOf } from '../auth/api-key.ts';
import type { KeyRow } from '../auth/key-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { notFound } from '../problems/problem.ts';
import { apiKeyKeys } from '../table/keys/api-keys.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { showKey } from './show.ts';

const access = new Table('access');

/**
 * The row of a key by its `id`. One read is enough, since the key id is derived from it.
 *
 * @throws NOT_FOUND
 */
export async function requireKey({ reference }: Tenant, id: string): Promise<KeyRow> {
  const row = await access.get<KeyRow>(apiKeyKeys.apiKey(reference, keyIdOf(reference, id)));
  if (!row) throw notFound('API key');
  return row;
}

export const getKeys = defineCapability({
  tables: { access: ['GetItem'] },
  open: () => ({
    get: async (tenant: Tenant, id: string) => showKey(await requireKey(tenant, id), Date.now()),
  }),
});
