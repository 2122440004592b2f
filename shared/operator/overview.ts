import type { UserRow } from '../auth/user-record.ts';
import { monthOf } from '../billing/month.ts';
import { readUsage } from '../billing/usage.ts';
import { userKeys } from '../table/keys/users.ts';
import { Table } from '../table/table.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { listKeysOf } from './keys.ts';

/** What a workspace contains. The operator reads this before a decision about it. */

export interface Overview {
  /** Addresses of the owners who can sign in. */
  readonly owners: readonly string[];
  readonly users: number;
  /** Keys that work now. */
  readonly keys: number;
  readonly geofences: number;
  /** Requests of this calendar month, UTC. */
  readonly requests: number;
}

const access = new Table('access');

export async function overviewOf(workspace: WorkspaceRow): Promise<Overview> {
  const tenant = tenantOf(workspace);
  const [users, keys, { metrics }] = await Promise.all([
    access.queryAll<UserRow>(userKeys.users(workspace.reference)),
    listKeysOf(workspace),
    readUsage.open().of(tenant, monthOf(Date.now())),
  ]);
  const present = users.filter(({ status }) => status !== 'deleted');
  return {
    owners: present.filter(({ role, status }) => role === 'owner' && status === 'active').map(({ email }) => email),
    users: present.length,
    keys: keys.filter(({ status }) => status === 'active').length,
    geofences: metrics.geofences.used,
    requests: metrics.api_requests.used,
  };
}
