import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as createUser from '../../../functions/users/create.ts';
import * as deleteUser from '../../../functions/users/delete.ts';
import * as invite from '../../../functions/workspaces/invite.ts';
import * as removeMember from '../../../functions/workspaces/remove-member.ts';
import * as updateMember from '../../../functions/workspaces/update-member.ts';
import { type Role, roles } from '../../../shared/auth/scopes.ts';
import { sessionAttribute } from '../../../shared/auth/session-marker.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { type Endpoint, type Invocation, type Invoked, invoke } from '../../support/invoke.ts';
import { forge, issuer, newTokenKey, useTokenKeys } from '../../support/token-keys.ts';
import { Crew } from './crew.ts';

/**
 * Who may manage whom, through the endpoints, compared with the sentences of the contract: owners manage everybody;
 * admins manage everybody except owners, and may not make anybody an owner; the others manage nobody.
 */

const key = newTokenKey('t1');
const session = 'x'.repeat(20);
let database: DynamoDbFake;
let crew: Crew;

beforeEach(async () => {
  vi.stubEnv('LOG_LEVEL', 'SILENT');
  database = new DynamoDbFake();
  useTokenKeys(key);
  crew = await Crew.of(database);
  await crew.add('owner'); // so that no owner of a test is the last
});
afterEach(() => {
  database.restore();
  vi.unstubAllEnvs();
});

type Verdict = 'passed' | 'SCOPE_MISSING' | 'FORBIDDEN';

/** Whether a caller of this role may manage a user with these roles (present and future). */
function verdict(caller: Role, ...touched: readonly Role[]): Verdict {
  if (caller === 'owner') return 'passed';
  if (caller === 'admin') return touched.includes('owner') ? 'FORBIDDEN' : 'passed';
  return 'SCOPE_MISSING';
}

const now = () => Math.floor(Date.now() / 1000);
const signedIn = (role: Role) => crew.add(role, { [sessionAttribute(session)]: Date.now() + 60_000 });

async function ask(caller: Role, endpoint: Endpoint, invocation: Invocation): Promise<Invoked> {
  const { id } = await signedIn(caller);
  const claims = { sub: id, tid: crew.workspace.id, sid: session, role: caller, iat: now(), exp: now() + 60, jti: 'j' };
  const authorization = `Bearer ${forge(key, { ...claims, iss: issuer })}`;
  return await invoke(endpoint, { ...invocation, headers: { authorization } });
}

const verdictOf = ({ status, body }: Invoked): Verdict | string => (status < 300 ? 'passed' : body.error_code);
const pairs = roles.flatMap((caller) => roles.map((target) => [caller, target] as const));

describe.each(pairs)('%s and a member who is %s', (caller, target) => {
  test.each(roles)('made %s', async (role) => {
    const { id } = await crew.add(target);
    const answer = await ask(caller, updateMember, { params: { user_id: id }, body: { role } });
    expect(verdictOf(answer)).toBe(verdict(caller, target, role));
    expect(crew.row(id).role).toBe(answer.status === 200 ? role : target);
    if (answer.status === 403 && caller !== 'admin')
      expect(answer.body.details).toEqual({ required_scope: 'users:write' });
  });

  test('disabled, and enabled', async () => {
    const { id } = await crew.add(target);
    for (const [status, before] of [
      ['disabled', 'active'],
      ['active', 'disabled'],
    ] as const) {
      database.set('access', { ...crew.row(id), status: before });
      const answer = await ask(caller, updateMember, { params: { user_id: id }, body: { status } });
      expect(verdictOf(answer)).toBe(verdict(caller, target));
      expect(crew.row(id).status).toBe(answer.status === 200 ? status : before);
    }
  });

  test.each([
    ['DELETE /users', deleteUser],
    ['DELETE /workspaces/members', removeMember],
  ] as const)('removed by %s', async (_, endpoint) => {
    const { id } = await crew.add(target);
    const answer = await ask(caller, endpoint, { params: { user_id: id } });
    expect(verdictOf(answer)).toBe(verdict(caller, target));
    expect(crew.row(id).status).toBe(answer.status === 204 ? 'deleted' : 'active');
  });
});

describe.each(pairs)('%s and a new user with the role %s', (caller, role) => {
  const expected = (): Verdict | 'VALIDATION_ERROR' => {
    if (verdict(caller) === 'SCOPE_MISSING') return 'SCOPE_MISSING';
    return role === 'owner' ? 'VALIDATION_ERROR' : 'passed'; // only members can become owners
  };

  test('made', async () => {
    const body = { email: 'new@example.com', password: 'Pass123!', role };
    const answer = await ask(caller, createUser, { body });
    expect(verdictOf(answer)).toBe(expected());
    expect(crew.rows().filter(({ email }) => email === 'new@example.com')).toHaveLength(answer.status === 201 ? 1 : 0);
  });

  test('invited', async () => {
    const answer = await ask(caller, invite, { body: { email: 'new@example.com', role } });
    expect(verdictOf(answer)).toBe(expected());
    expect(crew.invitations()).toHaveLength(answer.status === 201 ? 1 : 0);
  });
});

describe('oneself', () => {
  test.each(roles)('as %s may take a lower role, and no higher one', async (role) => {
    const { id } = await signedIn(role);
    const claims = { sub: id, tid: crew.workspace.id, sid: session, role, iat: now(), exp: now() + 60, jti: 'j' };
    const authorization = `Bearer ${forge(key, { ...claims, iss: issuer })}`;
    const become = (wanted: Role) =>
      invoke(updateMember, { params: { user_id: id }, body: { role: wanted }, headers: { authorization } });
    expect(verdictOf(await become('owner'))).toBe(verdict(role, role, 'owner'));
    expect(verdictOf(await become('viewer'))).toBe(verdict(role));
    if (verdict(role) === 'passed') {
      expect(verdictOf(await become('admin')), 'with the rights of the new role from now on').toBe('SCOPE_MISSING');
    }
  });
});
