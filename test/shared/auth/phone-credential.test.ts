import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readClaim } from '../../../shared/auth/claim.ts';
import { type Accepted, credentials } from '../../../shared/auth/credentials.ts';
import { phoneRateLimit } from '../../../shared/auth/phone-credential.ts';
import { isOwnOnly, type Role, roles, scopes, scopesOf } from '../../../shared/auth/scopes.ts';
import type { Route } from '../../../shared/http/route.ts';
import type { PairResult } from '../../../shared/phones/wire.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { newPerson } from '../../support/persons.ts';
import { newPhone } from '../../support/phones.ts';
import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';
import { workspaceWith } from '../support/platform.ts';

/** Device tokens as credentials. */

const key = newTokenKey('t1');
const request = { id: 'req_1', address: '203.0.113.9' };
let database: DynamoDbFake;
let workspace: WorkspaceRow;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  database = new DynamoDbFake();
  useTokenKeys(key);
  signInProcess(key);
  workspace = await workspaceWith({ plan: 'free' });
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const phoneOf = async (role: Role = 'field_worker') => await newPhone(await newPerson(workspace, role));
const accept = async ({ device_token }: PairResult, route: Pick<Route, 'scope' | 'limit'> = { scope: 'any' }) =>
  credentials.open().accept(await readClaim({ authorization: `Bearer ${device_token}` }), route, request);
const outcome = (answer: Promise<Accepted>) =>
  answer.then(
    ({ refusal }) => refusal?.code ?? 'accepted',
    (error: Problem) => error.code ?? String(error),
  );
const rowOf = ({ device_id }: PairResult) =>
  database.rows('access').find(({ pk, sk }) => sk === device_id && String(pk).endsWith('#phone'))!;
const countOf = (row: Record<string, unknown>) =>
  Object.entries(row).reduce((sum, [name, value]) => sum + (/^n\d+$/.test(name) ? Number(value) : 0), 0);

test('a device token is the phone, in one wave of four calls', async () => {
  const phone = await phoneOf();
  database.calls.length = 0;
  let [now, most] = [0, 0];
  database.before = async () => {
    most = Math.max(most, ++now);
    await Promise.resolve();
  };
  database.after = () => void now--;
  const { caller, rates } = await accept(phone);
  expect(most).toBe(4);
  expect(caller).toMatchObject({
    principal: `device_${phone.device_id}`,
    user: undefined,
    key: undefined,
    phone: { deviceId: phone.device_id, user: { id: phone.user_id } },
  });
  expect(rates).toMatchObject([{ policy: 'tier', limit: phoneRateLimit, remaining: phoneRateLimit - 1 }]);
  expect(rowOf(phone)).toMatchObject({ m202603: 1, lastUsedAt: Date.now() });
});

test.each(roles)('a phone of role %s has the scopes of phones that the role has', async (role) => {
  const phone = await phoneOf('owner');
  const user = database.rows('access').find(({ sk }) => sk === phone.user_id)!;
  database.set('access', { ...user, role } as never);
  const listed = [
    ...['submissions:create', 'submissions:read', 'media:write', 'media:read', 'locations:write', 'devices:read'],
    ...['projects:read', 'settings:read', 'account:read'],
  ];
  const wanted = scopesOf(role).filter((scope) => listed.includes(scope));
  expect([...(await accept(phone)).caller.scopes].sort()).toEqual(['mobile:sync', ...wanted].sort());
  for (const scope of scopes) {
    const held = scope === 'mobile:sync' || (wanted as string[]).includes(scope);
    if (isOwnOnly(role, scope) || scope === 'mobile:sync' || scope === 'devices:write')
      expect(await outcome(accept(phone, { scope }))).toBe(held ? 'accepted' : 'SCOPE_MISSING');
  }
  expect(await outcome(accept(phone, { scope: 'session' }))).toBe('FORBIDDEN');
});

describe('its rate', () => {
  test('is a thousand requests an hour, exactly, whatever the plan and the other phones of its user', async () => {
    const person = await newPerson(workspace, 'field_worker');
    const [one, other] = [await newPhone(person), await newPhone(person)];
    for (let i = 0; i < phoneRateLimit - 20; i++) await accept(one);
    const last = await Promise.all(Array.from({ length: 50 }, () => outcome(accept(one))));
    expect(last.filter((code) => code === 'accepted')).toHaveLength(20);
    expect(last.filter((code) => code === 'RATE_LIMIT_EXCEEDED')).toHaveLength(30);
    expect(await outcome(accept(other))).toBe('accepted');
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(await outcome(accept(one))).toBe('accepted');
  });

  test('does not count what is refused because the phone was revoked', async () => {
    const phone = await phoneOf();
    await accept(phone);
    database.set('access', { ...rowOf(phone), revokedAt: 1 } as never);
    expect(await outcome(accept(phone))).toBe('TOKEN_REVOKED');
    expect(countOf(rowOf(phone))).toBe(1);
  });

  test('does not stop a phone while it cannot be counted', async () => {
    const phone = await phoneOf();
    database.before = ({ operation }) => {
      if (operation === 'UpdateCommand') throw fault('ProvisionedThroughputExceededException');
    };
    const accepted = await accept(phone);
    expect([accepted.refusal, accepted.uncounted]).toEqual([undefined, true]);
    database.set('access', { ...rowOf(phone), revokedAt: 1 } as never);
    expect(await outcome(accept(phone))).toBe('TOKEN_REVOKED');
  });
});
