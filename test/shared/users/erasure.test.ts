import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as deleteAccount from '../../../functions/account/delete.ts';
import * as updateAccount from '../../../functions/account/update.ts';
import * as login from '../../../functions/auth/login.ts';
import * as me from '../../../functions/auth/me.ts';
import * as refresh from '../../../functions/auth/refresh.ts';
import * as createUser from '../../../functions/users/create.ts';
import * as deleteUser from '../../../functions/users/delete.ts';
import * as invite from '../../../functions/workspaces/invite.ts';
import * as updateMember from '../../../functions/workspaces/update-member.ts';
import { mintOneTimeToken } from '../../../shared/auth/one-time-token.ts';
import { NotifyMessage } from '../../../shared/messages/notify.ts';
import { notifier } from '../../../shared/notifications/notifier.ts';
import { acceptInvitations } from '../../../shared/sessions/join.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { foundWorkspace } from '../../../shared/users/founding.ts';
import { type Attributes, DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { type Endpoint, type Invocation, type Invoked, invoke } from '../../support/invoke.ts';
import { ordersOf } from '../../support/orders.ts';
import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';

/** What is left of a person whose user was deleted: nothing that identifies the person. */

const key = newTokenKey('t1');
const password = 'Correct-horse-7';
let database: DynamoDbFake;
let owner: string;

beforeEach(async () => {
  vi.stubEnv('LOG_LEVEL', 'SILENT');
  database = new DynamoDbFake();
  useTokenKeys(key);
  signInProcess(key);
  const draft = { email: 'owner@example.com', password, name: 'Olga', emailVerified: true };
  await foundWorkspace({ name: 'Acme', slug: 'acme', plan: 'pro' }, draft);
  owner = (await signIn('owner@example.com')).access_token;
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function ask(endpoint: Endpoint, invocation: Invocation, token?: string): Promise<Invoked> {
  const headers = { ...invocation.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await invoke(endpoint, { ...invocation, headers });
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  return answer;
}
const signIn = async (email: string, address = '203.0.113.9') =>
  (await ask(login, { body: { email, password }, address })).body as { access_token: string; refresh_token: string };

/**
 * Counters of sign-ins and mails are stored under the hash of an address. They count for at most an hour and are then
 * removed; keeping them until then is their purpose.
 */
function outlives({ pk, ttl }: Attributes): boolean {
  const counts = /^.{8}#limit#(login|mail)-email#/.test(String(pk));
  if (counts) expect(Number(ttl) - Math.ceil(Date.now() / 1000)).toBeLessThanOrEqual(7200);
  return !counts;
}

/** All text in the database, also inside of compressed values; bytes are read as letters. */
function allWords(): string {
  const opened = (value: unknown): unknown => {
    if (!(value instanceof Uint8Array)) return value;
    try {
      return gunzipSync(value).toString('utf8');
    } catch {
      return Buffer.from(value).toString('latin1');
    }
  };
  const rows = ['main', 'cells', 'access', 'telemetry'].flatMap((table) => database.rows(table)).filter(outlives);
  return JSON.stringify(rows, (_, value) => opened(value)).toLowerCase();
}

const sha256 = (text: string, form: 'hex' | 'base64' | 'base64url') => createHash('sha256').update(text).digest(form);
const fast = (text: string) => (['hex', 'base64', 'base64url'] as const).map((form) => sha256(text, form));

const email = 'Wes.Worker@Org.com';
const draft = { email, password, role: 'admin', name: 'Wes Worker' };
const once = { 'idempotency-key': 'one-key' };

/** A user with every trace that a person can leave. */
async function life(): Promise<{ id: string; token: string; hash: string }> {
  const { body: user } = await ask(createUser, { body: draft, headers: once }, owner);
  await ask(createUser, { body: draft, headers: once }, owner);
  await signIn(email.toLowerCase(), '198.51.100.1');
  const tokens = await signIn(email, '198.51.100.2');
  const { body: refreshed } = await ask(refresh, { body: { refresh_token: tokens.refresh_token } });
  const token = refreshed.access_token as string;
  const change = { name: 'Wesley Worker', timezone: 'America/Guayaquil', locale: 'qu-EC' };
  await ask(updateAccount, { body: change }, token);
  await ask(invite, { body: { email: 'friend@example.com', role: 'viewer' }, headers: once }, token);
  await ask(updateMember, { params: { user_id: user.id }, body: { role: 'manager' } }, owner);
  const row = database.rows('access').find(({ id }) => id === user.id)!;
  return { id: user.id, token, hash: String(row.passwordHash) };
}

function expectNobody({ hash }: { hash: string }): void {
  const words = allWords();
  const salted = hash.split('$').slice(-2);
  const traces = [
    ...['wes.worker', '@org.com', 'wesley', 'wes worker', 'guayaquil', 'qu-ec', password, ...salted],
    ...fast(email.toLowerCase()),
    ...fast(password),
    ...fast(JSON.stringify(draft)),
    ...fast(`\n${JSON.stringify(draft)}`),
  ];
  expect(traces.filter((trace) => words.includes(trace.toLowerCase()))).toEqual([]);
}

const ways: Record<string, (of: { id: string; token: string }) => Promise<Invoked>> = {
  'DELETE /users/{user_id}': ({ id }) => ask(deleteUser, { params: { user_id: id } }, owner),
  'DELETE /account/me': ({ token }) => ask(deleteAccount, {}, token),
};

describe.each(Object.entries(ways))('after %s', (_, leave) => {
  test('no row of any table identifies the person', async () => {
    const person = await life();
    for (const trace of ['wes.worker@org.com', 'wesley worker', person.hash, ...fast(email.toLowerCase()).slice(2)]) {
      expect(allWords(), 'the test can see it').toContain(trace.toLowerCase());
    }
    await leave(person);
    expectNobody(person);
  });

  test('tokens of the person are refused, and the address is free', async () => {
    const person = await life();
    await leave(person);
    const answer = await invoke(me, { headers: { authorization: `Bearer ${person.token}` } });
    expect([answer.status, answer.body.error_code]).toEqual([401, 'TOKEN_REVOKED']);
    const again = await invoke(login, { body: { email, password }, address: '192.0.2.1' });
    expect([again.status, again.body.error_code]).toEqual([401, 'INVALID_CREDENTIALS']);
    const headers = { authorization: `Bearer ${owner}` };
    expect((await invoke(createUser, { body: draft, headers })).status).toBe(201);
  });

  test('the response to a retry with the same key and body stays the same', async () => {
    const person = await life();
    await leave(person);
    const retry = await invoke(createUser, { body: draft, headers: { ...once, authorization: `Bearer ${owner}` } });
    expect(retry).toMatchObject({ status: 201, headers: { 'Idempotency-Replayed': 'true' }, body: { id: person.id } });
  });

  test('it is still known where the same address has a user in another workspace', async () => {
    const elsewhere = { ...draft, name: 'Wes Elsewhere', emailVerified: true };
    const person = await life();
    const { owner: other } = await foundWorkspace({ name: 'Other', slug: 'other', plan: 'pro' }, elsewhere);
    await leave(person);
    expect((await signIn(email)).access_token).toMatch(/^eyJ/);
    const left = database.rows('access').filter(({ email: kept }) => kept === email);
    expect(left).toMatchObject([{ id: other.id }]);
    const networksOf = ({ id }: { id: string }) =>
      database.rows('access').filter(({ pk }) => String(pk).endsWith(`#network#${id}`)).length;
    expect([networksOf(person), networksOf(other)], 'where that one signed in is known still').toEqual([0, 1]);
  });

  test('is also erased if the networks could not be deleted at once', async () => {
    const person = await life();
    database.before = ({ operation }) => {
      if (operation === 'DeleteCommand') throw fault('ThrottlingException');
    };
    await leave(person);
    const networks = database.rows('access').filter(({ pk }) => String(pk).includes('#network#'));
    expect(networks.length).toBeGreaterThan(0);
    for (const { ttl } of networks) expect(Number(ttl) - Math.ceil(Date.now() / 1000)).toBeLessThan(90 * 86_400 + 1);
  });
});

test('notifications do not contain the name of who joined, so none remains in them', async () => {
  const { body } = await ask(invite, { body: { email, role: 'viewer' }, headers: once }, owner);
  const { pk, serial, expiresAt } = database.rows('main').find(({ sk }) => sk === body.id) as Attributes;
  const transaction = new Transaction();
  const tenant = String(pk).slice(0, 8) as never;
  const token = mintOneTimeToken(
    transaction,
    'invitation',
    { tenant, subject: body.id, serial: Number(serial) },
    Number(expiresAt),
  );
  await transaction.commit();
  const visitor = { id: 'req_TEST', address: '203.0.113.9' };
  const tokens = await acceptInvitations.open().accept({ token, password, name: 'Wesley Worker' }, visitor);
  const [joined] = database.rows('main').filter(({ action }) => action === 'user.join');
  await notifier.open().run(NotifyMessage.parse(ordersOf(joined)[0]?.message));
  const notices = database.rows('main').filter(({ type }) => type === 'member.joined');
  expect(notices).toHaveLength(1);
  const hash = String(database.rows('access').find((row) => row.email === email)!.passwordHash);
  await ask(deleteAccount, {}, tokens.access_token);
  expectNobody({ hash });
});
