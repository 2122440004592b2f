import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { roles as allRoles, type Role } from '../auth/scopes.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { shortened } from '../entity/changes.ts';
import { changesBetween } from '../json/equality.ts';
import { invalidFields, noneHasGivenId, notFound } from '../problems/problem.ts';
import { setAll } from '../table/expressions.ts';
import { formKeys } from '../table/keys/forms.ts';
import { userKeys } from '../table/keys/users.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { recordFormEvent } from './events.ts';
import { packUsers, requireForm, type ThinRow, unpackUsers } from './form.ts';
import type { Assignments, AssignmentsDraft } from './wire.ts';

type Shown = z.input<typeof Assignments>;

const [main, access] = [new Table('main'), new Table('access')];

const show = ({ users, roles = [] }: Pick<ThinRow, 'users' | 'roles'>): Shown => ({
  user_ids: unpackUsers(users),
  roles: [...roles] as Role[],
});

const sorted = ({ user_ids, roles }: Shown) => ({ user_ids: user_ids.toSorted(), roles });

async function get(caller: Caller, id: string): Promise<Shown> {
  return show((await requireForm(caller, id)).thin);
}

/** @throws VALIDATION_ERROR with each id that no user has */
async function requireUsers(tenant: TenantReference, ids: readonly string[]): Promise<void> {
  const rows = await access.getMany<UserRow>(ids.map((id) => userKeys.user(tenant, id)));
  const unknown = rows.flatMap((row, i) => (row && row.status !== 'deleted' ? [] : [i]));
  if (unknown.length === 0) return;
  const failures = unknown.slice(0, 100).map((i) => ({
    type: 'unknown_reference',
    loc: ['body', 'user_ids', i],
    msg: noneHasGivenId('user', ids[i]!),
  }));
  throw invalidFields(failures);
}

/** Replaces the assignments. Both lists empty means that the form is everyone's. */
async function replace(caller: Caller, id: string, given: z.output<typeof AssignmentsDraft>): Promise<Shown> {
  const { reference } = caller.tenant;
  const users = [...new Set(given.user_ids ?? [])];
  const roles = allRoles.filter((role) => given.roles?.includes(role));
  const { thin } = await requireForm(caller, id);
  await requireUsers(reference, users);
  const next = {
    ...(users.length > 0 ? { users: packUsers(users) } : {}),
    ...(roles.length > 0 ? { roles } : {}),
  };
  const empty = ['users', 'roles'].filter((name) => !(name in next));
  const exists = { expression: 'attribute_exists(pk)' };
  const shown = show(next);
  const differing = Object.entries(changesBetween(['user_ids', 'roles'], sorted(show(thin)), sorted(shown)));
  if (differing.length === 0) return shown;
  const changes = Object.fromEntries(
    differing.map(([name, [before, after]]) => [name, [shortened(before), shortened(after)] as const]),
  );
  await retryingRaces(async () => {
    const transaction = new Transaction();
    transaction.update(main, formKeys.thin(reference, id), setAll(next, empty), exists, () => notFound('form'));
    recordFormEvent(transaction, caller, 'assign', { id }, { changes });
    await transaction.commit();
  });
  return shown;
}

export const readAssignments = defineCapability({
  tables: { main: ['BatchGetItem'] },
  raises: ['NOT_FOUND'],
  open: () => ({ get }),
});

export const changeAssignments = defineCapability({
  tables: { main: ['BatchGetItem', 'PutItem', 'UpdateItem'], access: ['BatchGetItem'] },
  raises: ['NOT_FOUND', 'VALIDATION_ERROR'],
  open: () => ({ replace }),
});
