import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { verifyPassword } from '../../../shared/auth/password.ts';
import { sessionAttribute, sessionsOf } from '../../../shared/auth/session-marker.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { startSessions } from '../../../shared/sessions/login.ts';
import { signUpOwners } from '../../../shared/sessions/sign-up.ts';
import { changeMembers } from '../../../shared/users/change-member.ts';
import { foundWorkspace, installOwner } from '../../../shared/users/founding.ts';
import { inviteUsers } from '../../../shared/users/invite.ts';
import { findWorkspace } from '../../../shared/workspaces/workspaces.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';
import { Crew, hurry, interleave, outcome } from './crew.ts';

/** Owners who are created with their workspace, by sign-up or by the operator. */

const now = Date.parse('2026-03-22T10:00:00Z');
const key = newTokenKey('t1');
const visitor = { id: 'req_TEST', address: '203.0.113.9' };
const password = 'Correct-horse-7';
let database: DynamoDbFake;

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  database = new DynamoDbFake();
  hurry();
  useTokenKeys(key);
  signInProcess(key);
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const founder = { email: 'Ana@Example.com', password, name: 'Ana Ruiz', emailVerified: false };
const signInAs = (email: string, given = password) =>
  outcome(startSessions.open().login({ email, password: given }, visitor));
const quota = () => database.rows('access').filter(({ sk, pk }) => sk === 'users' && String(pk).endsWith('#quota'));
const entries = () => database.rows('main').filter(({ action }) => action !== undefined);

describe('a workspace', () => {
  test('is founded with its owner, who can sign in and counts toward the quota', async () => {
    const { workspace, owner } = await foundWorkspace({ name: 'Acme', slug: 'acme', plan: 'free' }, founder);
    expect(await findWorkspace('acme')).toMatchObject({ id: workspace.id, name: 'Acme', plan: 'free', version: 1 });
    expect(owner).toMatchObject({ email: 'Ana@Example.com', role: 'owner', emailVerified: false, version: 1 });
    expect(quota()).toMatchObject([{ used: 1 }]);
    expect(await signInAs('ana@example.com')).toBe('done');
    const actions = entries().map(({ action, actor }) => [action, actor]);
    expect(actions).toEqual(
      expect.arrayContaining([
        ['workspace.create', 'system'],
        ['user.create', 'system'],
      ]),
    );
    expect(JSON.stringify(entries())).not.toMatch(/ana@|ruiz|horse/i);
  });

  test('is founded whole or not at all', async () => {
    database.before = ({ operation }) => {
      if (operation === 'TransactWriteCommand') throw fault('ThrottlingException');
    };
    await outcome(foundWorkspace({ name: 'Acme', slug: 'acme', plan: 'free' }, founder));
    expect([database.rows('main'), database.rows('access')]).toEqual([[], []]);
    database.before = () => undefined;
    database.after = ({ operation }) => {
      if (operation === 'TransactWriteCommand') throw fault('TimeoutError');
    };
    await outcome(foundWorkspace({ name: 'Acme', slug: 'acme', plan: 'free' }, founder));
    database.after = () => undefined;
    expect(await signInAs('ana@example.com'), 'the answer was lost, nothing else').toBe('done');
    expect(quota()).toMatchObject([{ used: 1 }]);
  });

  test('is created once if several race for its slug', async () => {
    interleave(database, [1, 0, 2]);
    const outcomes = await Promise.all(
      [1, 2, 3].map((i) =>
        outcome(foundWorkspace({ name: 'A', slug: 'acme', plan: 'free' }, { ...founder, email: `u${i}@example.com` })),
      ),
    );
    expect(outcomes.sort()).toEqual(['CONFLICT', 'CONFLICT', 'done']);
    expect(database.rows('access').filter(({ role }) => role === 'owner')).toHaveLength(1);
  });
});

describe('sign-up', () => {
  const request = { email: 'ana@example.com', password, name: 'Ana Ruiz', workspaceName: 'Acme & Söhne' };
  const signingUp = (more = {}) => signUpOwners.open().signUp({ ...request, ...more }, visitor);

  test('is closed unless the deployment opens it', async () => {
    for (const setting of ['', 'false', 'TRUE']) {
      vi.stubEnv('SIGN_UP', setting);
      expect(await outcome(signingUp())).toBe('SIGNUP_DISABLED');
    }
    expect(database.calls).toEqual([]);
  });

  test('creates a workspace with the plan free, and sends the mail that verifies the address', async () => {
    vi.stubEnv('SIGN_UP', 'true');
    const { workspace, owner } = await signingUp();
    expect(workspace).toMatchObject({ name: 'Acme & Söhne', slug: 'acme-sohne', plan: 'free', environment: 'live' });
    expect(owner).toMatchObject({ role: 'owner', emailVerified: false });
    const [event] = entries().filter(({ action }) => action === 'user.create');
    const [{ worker, message }] = JSON.parse(String(event!.orders));
    expect(worker).toBe('mail/send');
    expect(message).toEqual({
      kind: 'verify_email',
      tenant: workspace.reference,
      userId: owner.id,
    });
    expect(await signInAs('ana@example.com')).toBe('done');
  });

  test('under a name that others have gets another slug', async () => {
    vi.stubEnv('SIGN_UP', 'true');
    await signingUp();
    const { workspace } = await signingUp({ email: 'bob@example.com' });
    expect(workspace.slug).toMatch(/^acme-sohne-[a-z0-9]{8}$/);
    expect(quota()).toHaveLength(2);
  });

  test('is limited to ten an hour from one network', async () => {
    vi.stubEnv('SIGN_UP', 'true');
    const outcomes: string[] = [];
    for (let i = 0; i < 12; i++) outcomes.push(await outcome(signingUp({ email: `u${i}@example.com` })));
    expect(outcomes.filter((result) => result === 'done')).toHaveLength(10);
    expect(outcomes.slice(10)).toEqual(['RATE_LIMIT_EXCEEDED', 'RATE_LIMIT_EXCEEDED']);
  });
});

describe('sign-ups of somebody else’s address', () => {
  test('are five an hour, from wherever they come', async () => {
    vi.stubEnv('SIGN_UP', 'true');
    const from = (i: number) => ({ id: 'req_TEST', address: `203.0.113.${i}` });
    const sign = (i: number) =>
      signUpOwners
        .open()
        .signUp(
          { email: i % 2 ? 'Ana@example.com' : 'ana@example.com', password: 'Pass123!', name: '', workspaceName: 'W' },
          from(i),
        );
    const outcomes: string[] = [];
    for (let i = 0; i < 7; i++) outcomes.push(await outcome(sign(i)));
    expect(outcomes).toEqual([...Array<string>(5).fill('done'), 'RATE_LIMIT_EXCEEDED', 'RATE_LIMIT_EXCEEDED']);
  });
});

describe('an owner whom the operator installs', () => {
  const draft = { email: 'Ana@Example.com', password: 'Another-horse-8', name: 'Ana', emailVerified: true };

  test('is a new user where the address has none, even above the plan', async () => {
    const crew = await Crew.of(database, { plan: 'free' });
    for (let i = 0; i < 3; i++) await crew.add('admin');
    const owner = await installOwner(crew.workspace, draft);
    expect(crew.owners()).toEqual([owner.id]);
    expect([crew.present().length, crew.quotaUsed()]).toEqual([4, 4]);
    expect(await signInAs('ana@example.com', draft.password)).toBe('done');
  });

  test('replaces an invitation of the address', async () => {
    const crew = await Crew.of(database);
    const { id } = await crew.add('admin');
    await inviteUsers.open().invite(crew.caller(id), { email: 'ana@example.com', role: 'viewer' }, unrecorded);
    await installOwner(crew.workspace, draft);
    expect([crew.invitations(), crew.guards()]).toEqual([[], []]);
  });

  test('is the existing user with the address, enabled, verified and with the new password; old sessions end', async () => {
    const crew = await Crew.of(database);
    const session = sessionAttribute('a'.repeat(20));
    const known = await crew.add('viewer', {
      email: 'ana@example.com',
      status: 'disabled',
      emailVerified: false,
      [session]: now + 1000,
    });
    const owner = await installOwner(crew.workspace, draft);
    const row = crew.row(known.id);
    expect(owner).toMatchObject({ id: known.id, role: 'owner', status: 'active', emailVerified: true, version: 2 });
    expect(row).toMatchObject({
      role: 'owner',
      status: 'active',
      emailVerified: true,
      name: 'A viewer',
      version: 2,
      passwordSerial: 2,
    });
    expect(sessionsOf(row)).toEqual([]);
    expect(await verifyPassword(row.passwordHash, draft.password)).toBe(true);
    expect(owner.passwordHash).toBe(row.passwordHash);
    expect([crew.present().length, crew.quotaUsed()]).toEqual([1, 1]);
    expect(JSON.parse(String(crew.events('user.install_owner')[0]!.changes))).toEqual({
      role: ['viewer', 'owner'],
      status: ['disabled', 'active'],
    });
  });

  test('is created once, however many operators install at once', async () => {
    const crew = await Crew.of(database);
    interleave(database, [1, 0, 2, 0, 1]);
    await Promise.all([1, 2, 3].map(() => installOwner(crew.workspace, draft)));
    expect([crew.owners().length, crew.quotaUsed()]).toEqual([1, 1]);
  });

  test('is not removed by an admin who still saw a viewer', async () => {
    const crew = await Crew.of(database);
    const admin = (await crew.add('admin')).id;
    const known = await crew.add('viewer', { email: 'ana@example.com' });
    for (const pauses of [[0], [1, 0], [0, 2, 1], [2, 0, 0, 1]]) {
      database.set('access', { ...crew.row(known.id), role: 'viewer', status: 'active' });
      interleave(database, pauses);
      const [installed, removed] = await Promise.all([
        outcome(installOwner(crew.workspace, draft)),
        outcome(changeMembers.open().change(crew.caller(admin), known.id, { status: 'disabled' })),
      ]);
      database.before = () => undefined;
      expect(installed).toBe('done');
      expect(['done', 'FORBIDDEN']).toContain(removed);
      expect(crew.owners(), 'the operator has the last word, or the admin came first').toEqual([known.id]);
    }
  });
});
