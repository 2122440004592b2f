import type { Caller } from '../../../shared/auth/caller.ts';
import type { KeyRow } from '../../../shared/auth/key-record.ts';
import type { Role } from '../../../shared/auth/scopes.ts';
import { tenantOf, type WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import type { Attributes, DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { person } from '../support/people.ts';

/** A user with this role in a workspace of the test. */
export function personOf(workspace: WorkspaceRow, role: Role = 'admin'): Caller {
  return { ...person(role, tenantOf(workspace)), workspace };
}

export const keyRows = (database: DynamoDbFake): KeyRow[] =>
  database.rows('access').filter(({ pk }) => String(pk).endsWith('#key')) as unknown as KeyRow[];

export const quotaUsed = (database: DynamoDbFake): number =>
  Number(database.rows('access').find(({ pk, sk }) => String(pk).endsWith('#quota') && sk === 'api_keys')?.used ?? 0);

/** In the order in which they were written. */
export const events = (database: DynamoDbFake): (Attributes & { readonly action: string })[] =>
  database
    .rows('main')
    .filter(({ pk, action }) => String(pk).endsWith('#outbox') && String(action).startsWith('api_key.'))
    .map((row) => ({ ...row, action: String(row.action), changes: JSON.parse(String(row.changes)) }));
