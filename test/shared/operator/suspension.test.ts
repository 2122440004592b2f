import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as me from '../../../functions/auth/me.ts';
import * as check from '../../../functions/geofences/check.ts';
import { mintOneTimeToken } from '../../../shared/auth/one-time-token.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { recipientsOf } from '../../../shared/mail/recipients.ts';
import { resumeWorkspace, suspendWorkspace } from '../../../shared/operator/suspension.ts';
import { acceptInvitations } from '../../../shared/sessions/join.ts';
import { startSessions } from '../../../shared/sessions/login.ts';
import { recoverAccounts } from '../../../shared/sessions/recover.ts';
import { refreshSessions } from '../../../shared/sessions/refresh.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { createUsers } from '../../../shared/users/create.ts';
import { inviteUsers } from '../../../shared/users/invite.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { invoke } from '../../support/invoke.ts';
import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';
import { keyOf } from '../support/platform.ts';
import { Crew, outcome } from '../users/crew.ts';

/** A suspended workspace: every credential is refused at once, and is valid again after it is resumed. */

const now = Date.parse('2026-03-22T10:00:00Z');
const tokenKey = newTokenKey('t1');
const email = 'ana@example.com';
const password = 'Correct-horse-7';
const home = { id: 'req_TEST', address: '203.0.113.9' };
let database: DynamoDbFake;
let crew: Crew;
let owner: string;

beforeEach(async () => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  vi.stubEnv('LOG_LEVEL', 'SILENT');
  database = new DynamoDbFake();
  useTokenKeys(tokenKey);
  signInProcess(tokenKey);
  crew = await Crew.of(database);
  owner = (await crew.add('owner')).id;
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const newUser = (of = crew, by = owner) =>
  createUsers.open().create(of.caller(by), { email, password, role: 'editor', name: '' }, unrecorded);
const signIn = (given = password) => startSessions.open().login({ email, password: given }, home);
const outcomeOf = async (credential: string, endpoint: typeof me | typeof check = me) => {
  const body = endpoint === check ? { latitude: 0, longitude: 0 } : undefined;
  const answer = await invoke(endpoint, { headers: { 'x-api-key': credential }, ...(body ? { body } : {}) });
  return [answer.status, answer.body.error_code, answer.body.detail];
};
const sentence = 'This workspace is suspended; ask the operator of this platform.';

describe('a workspace that is suspended', () => {
  test('refuses its keys and tokens from the next request on, and lets them in again once it is resumed', async () => {
    await newUser();
    const [key, { access_token, refresh_token }] = [await keyOf(crew.workspace), await signIn()];
    await suspendWorkspace(crew.workspace);
    for (const endpoint of [me, check]) {
      expect(await outcomeOf(key, endpoint)).toEqual([401, 'KEY_REVOKED', sentence]);
      expect(await outcomeOf(access_token, endpoint)).toEqual([401, 'TOKEN_REVOKED', sentence]);
    }
    await expect(refreshSessions.open().refresh(refresh_token, home)).rejects.toMatchObject({
      code: 'TOKEN_REVOKED',
      message: sentence,
    });
    await resumeWorkspace(crew.workspace);
    expect([(await outcomeOf(key))[0], (await outcomeOf(access_token))[0]]).toEqual([200, 200]);
    expect(await outcome(refreshSessions.open().refresh(refresh_token, home))).toBe('done');
  });

  test('is reported only to callers whose credential is right', async () => {
    await newUser();
    const key = await keyOf(crew.workspace);
    await suspendWorkspace(crew.workspace);
    const other = await keyOf((await Crew.of(database)).workspace);
    const wrong = key.slice(0, 34) + other.slice(34);
    expect((await outcomeOf(wrong))[1]).toBe('KEY_INVALID');
    await expect(signIn()).rejects.toMatchObject({ code: 'USER_DISABLED', message: sentence });
    expect(await outcome(signIn('wrong'))).toBe('INVALID_CREDENTIALS');
  });

  test('does not affect its users in their other workspaces', async () => {
    await newUser();
    const there = await Crew.of(database);
    await newUser(there, (await there.add('owner')).id);
    expect(await outcome(signIn())).toBe('WORKSPACE_REQUIRED');
    await suspendWorkspace(crew.workspace);
    expect(await outcome(signIn())).toBe('done');
    expect((await recipientsOf(email, undefined)).map(({ workspace }) => workspace.id)).toEqual([there.workspace.id]);
  });

  test('accepts no token of a mail, which is valid again afterwards', async () => {
    const { id } = await newUser();
    const draft = { email: 'new@example.com', role: 'viewer' } as const;
    const invitation = await inviteUsers.open().invite(crew.caller(owner), draft, unrecorded);
    const transaction = new Transaction();
    const subject = { tenant: crew.workspace.reference, serial: 1 };
    const token = {
      invitation: mintOneTimeToken(transaction, 'invitation', { ...subject, subject: invitation.id }),
      reset: mintOneTimeToken(transaction, 'password_reset', { ...subject, subject: id }),
      verify: mintOneTimeToken(transaction, 'verify_email', { ...subject, subject: id }),
    };
    await transaction.commit();
    const uses = () => [
      outcome(acceptInvitations.open().accept({ token: token.invitation, password, name: '' }, home)),
      outcome(recoverAccounts.open().resetPassword(token.reset, 'NewPass123!', home)),
      outcome(recoverAccounts.open().verifyEmail(token.verify, home)),
    ];
    await suspendWorkspace(crew.workspace);
    expect(await Promise.all(uses())).toEqual(Array(3).fill('ONE_TIME_TOKEN_INVALID'));
    await resumeWorkspace(crew.workspace);
    for (const use of uses()) expect(await use).toBe('done');
  });

  test('takes effect once, and its audit log says when', async () => {
    const suspended = await suspendWorkspace(crew.workspace);
    vi.setSystemTime(now + 1000);
    expect((await suspendWorkspace(crew.workspace)).suspendedAt).toBe(suspended.suspendedAt);
    await resumeWorkspace(crew.workspace);
    expect((await resumeWorkspace(crew.workspace)).suspendedAt).toBeUndefined();
    const entries = [...crew.events('workspace.suspend'), ...crew.events('workspace.resume')];
    expect(entries.map(({ actor, changes }) => [actor, JSON.parse(String(changes))])).toEqual([
      ['system', { suspended: [false, true] }],
      ['system', { suspended: [true, false] }],
    ]);
  });
});
