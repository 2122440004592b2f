import { keyIdOf } from '../auth/api-key.ts';
import type { KeyRow } from '../auth/key-record.ts';
import { notFound } from '../problems/problem.ts';
import { accessKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';

const access = new Table('access');

/**
 * The row of a key by its `id`: one read, since the key id follows from it.
 *
 * @throws NOT_FOUND
 */
export async function requireKey({ reference }: Tenant, id: string): Promise<KeyRow> {
  const row = await access.get<KeyRow>(accessKeys.apiKey(reference, keyIdOf(reference, id)));
  if (!row) throw notFound('API key');
  return row;
}
