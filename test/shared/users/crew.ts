import { vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import { type Role, scopesOf } from '../../../shared/auth/scopes.ts';
import type { UserRow } from '../../../shared/auth/user-record.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { reserveIn } from '../../../shared/quota/reserve.ts';
import { outboxSuffix } from '../../../shared/table/keys/outbox.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { type Tenant, tenantReference } from '../../../shared/tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import type { InvitationRow } from '../../../shared/users/invitation-record.ts';
import { userQuota } from '../../../shared/users/quota.ts';
import { emailTaken, newUserRow, putUser } from '../../../shared/users/register.ts';
import type { WorkspaceDraft } from '../../../shared/workspaces/workspaces.ts';
import type { Attributes, DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { workspaceWith } from '../support/platform.ts';

/** A workspace in the database of the test, and its people as callers. */
export class Crew {
  readonly workspace: WorkspaceRow;
  readonly #database: DynamoDbFake;

  private constructor(database: DynamoDbFake, workspace: WorkspaceRow) {
    [this.#database, this.workspace] = [database, workspace];
  }

  static async of(database: DynamoDbFake, draft: Partial<WorkspaceDraft> = {}): Promise<Crew> {
    return new Crew(database, await workspaceWith({ plan: 'enterprise', ...draft }));
  }

  get tenant(): Tenant {
    return tenantOf(this.workspace);
  }

  /** A user who counts toward the quota. */
  async add(role: Role, more: Partial<UserRow> = {}): Promise<UserRow> {
    const passwordHash = '$argon2id$v=19$m=19456,t=2,p=1$nobody$knows';
    const email = `${role}-${this.rows().length}@example.com`;
    const draft = { email, name: `A ${role}`, role, passwordHash, emailVerified: true };
    const row = { ...newUserRow(draft, Date.now()), ...more };
    const transaction = new Transaction();
    putUser(transaction, this.workspace.reference, row, emailTaken);
    reserveIn(transaction, this.workspace.reference, userQuota);
    await transaction.commit();
    return row;
  }

  #partition(table: string, suffix: string): Attributes[] {
    const pk = tenantReference(this.workspace.id) + suffix;
    return this.#database.rows(table).filter((row) => row.pk === pk);
  }

  /** Rows of all users, including deleted ones. */
  rows(): (UserRow & Attributes)[] {
    return this.#partition('access', '#user') as unknown as (UserRow & Attributes)[];
  }

  row(id: string): UserRow & Attributes {
    return this.rows().find((row) => row.id === id)!;
  }

  /** Users who are not deleted. */
  present(): UserRow[] {
    return this.rows().filter(({ status }) => status !== 'deleted');
  }

  owners(): string[] {
    return this.rows().flatMap(({ id, role, status }) => (role === 'owner' && status === 'active' ? [id] : []));
  }

  /** Rows of invitations, including expired ones. */
  invitations(): (InvitationRow & Attributes)[] {
    return this.#partition('main', '#invitation') as unknown as (InvitationRow & Attributes)[];
  }

  /** The invitation of each invited address. */
  guards(): string[] {
    return this.#partition('main', '#invitation-email').map(({ id }) => String(id));
  }

  quotaUsed(): number {
    return Number(this.#partition('access', '#quota').find(({ sk }) => sk === 'users')?.used ?? 0);
  }

  events(action?: string): Attributes[] {
    const reference = tenantReference(this.workspace.id);
    return this.#database
      .rows('main')
      .filter(({ pk }) => String(pk).startsWith(reference) && String(pk).endsWith(outboxSuffix))
      .filter((row) => action === undefined || row.action === action)
      .sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1));
  }

  /** The user as the resolver returns it: with the rights of its present role. */
  caller(id: string, address = '203.0.113.9'): Caller {
    const row = this.row(id);
    if (row?.status !== 'active') throw new Error('Tokens of this user are refused');
    return {
      tenant: this.tenant,
      workspace: this.workspace,
      principal: `user_${id}`,
      user: { id, role: row.role, sessionId: 'x'.repeat(20), row },
      key: undefined,
      scopes: new Set(scopesOf(row.role)),
      address,
      requestId: 'req_TEST0000000000',
    };
  }
}

/** `done`, or the code of the problem. */
export const outcome = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'done',
    (error: Problem) => error.code ?? `${error.name}: ${error.message}`,
  );

/** Waits between attempts are short, so that many races fit into a test. */
export function hurry(): void {
  const { random } = Math;
  vi.spyOn(Math, 'random').mockImplementation(() => random() * 0.02);
}

/** Runs another action just before the next transaction reaches the database. */
export function meanwhile(database: DynamoDbFake, act: () => unknown): void {
  database.before = async ({ operation }) => {
    if (operation !== 'TransactWriteCommand') return;
    database.before = () => undefined;
    await act();
  };
}

/** Each call of the database, and each item of a transaction, lets others run first this many times. */
export function interleave(database: DynamoDbFake, pauses: readonly number[]): void {
  let at = 0;
  const pause = async () => {
    for (let times = pauses[at++ % pauses.length] ?? 0; times > 0; times--) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  database.before = pause;
  database.between = pause;
}
