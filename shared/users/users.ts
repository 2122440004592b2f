import type { Role } from '../auth/scopes.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { notFound } from '../problems/problem.ts';
import { userKeys } from '../table/keys/users.ts';
import { type PageRequest, type PageResult, pageOfPartition } from '../table/page.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';

import type { UserStatus } from './user-wire.ts';

/** The people of a workspace. */

interface UserFilters {
  readonly role?: Role | undefined;
  readonly status?: UserStatus | undefined;
}

const access = new Table('access');

/** Users who were not deleted. */
export const present: Expression = {
  expression: '#status <> :deleted',
  names: { '#status': 'status' },
  values: { ':deleted': 'deleted' },
};

function filterOf({ role, status }: UserFilters): Expression {
  if (!role && !status) return present;
  const terms = [status ? '#status = :status' : present.expression, ...(role ? ['#role = :role'] : [])];
  return {
    expression: terms.join(' AND '),
    names: { '#status': 'status', ...(role ? { '#role': 'role' } : {}) },
    values: { ...(status ? { ':status': status } : present.values), ...(role ? { ':role': role } : {}) },
  };
}

/** Newest first. */
async function list({ reference }: Tenant, filters: UserFilters, page: PageRequest): Promise<PageResult<UserRow>> {
  const of = userKeys.users(reference);
  return await pageOfPartition<UserRow & { sk: string }>(access, of, page, { filter: filterOf(filters) });
}

/** Undefined where the user was deleted. */
export async function readUser({ reference }: Tenant, id: string): Promise<UserRow | undefined> {
  const row = await access.get<UserRow>(userKeys.user(reference, id));
  return row?.status === 'deleted' ? undefined : row;
}

/** @throws NOT_FOUND */
export async function findUser(tenant: Tenant, id: string): Promise<UserRow> {
  const row = await readUser(tenant, id);
  if (!row) throw notFound('user');
  return row;
}

export const readUsers = defineCapability({ tables: { access: ['Query'] }, open: () => ({ list }) });
