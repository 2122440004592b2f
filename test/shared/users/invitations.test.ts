import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findOneTimeToken, mintOneTimeToken } from '../../../shared/auth/one-time-token.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { acceptInvitations } from '../../../shared/sessions/join.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { createUsers } from '../../../shared/users/create.ts';
import type { InvitedRole } from '../../../shared/users/invitation-record.ts';
import { readInvitations } from '../../../shared/users/invitations.ts';
import { inviteUsers } from '../../../shared/users/invite.ts';
import { removeUsers } from '../../../shared/users/remove.ts';
import { withdrawInvitations } from '../../../shared/users/withdraw.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { newTokenKey, signInProcess, useTokenKeys } from '../../support/token-keys.ts';
import { Crew, hurry, interleave, meanwhile, outcome } from './crew.ts';

/** Invitations: one open invitation for each address, none for a member, valid until it expires. */

const now = Date.parse('2026-03-22T10:00:00.500Z');
const week = 604_800_000;
const key = newTokenKey('t1');
let database: DynamoDbFake;
let crew: Crew;
let admin: string;

async function freshCrew(plan: 'enterprise' | 'free' = 'enterprise'): Promise<void> {
  database?.restore();
  database = new DynamoDbFake();
  crew = await Crew.of(database, { plan });
  admin = (await crew.add('admin', { name: 'Ada Admin' })).id;
}

beforeEach(async () => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  hurry();
  useTokenKeys(key);
  signInProcess(key);
  await freshCrew();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const invite = (email = 'ana@example.com', role: InvitedRole = 'editor') =>
  inviteUsers.open().invite(crew.caller(admin), { email, role }, unrecorded);
const withdraw = (id: string) => withdrawInvitations.open().withdraw(crew.caller(admin), id);
const create = (email: string) =>
  createUsers.open().create(crew.caller(admin), { email, password: 'Pass123!', role: 'viewer', name: '' }, unrecorded);
const list = async () => {
  const page = { limit: 50, offset: 0, after: undefined, counted: true };
  const { rows, total } = await readInvitations.open().list(crew.tenant, page);
  expect(total).toBe(rows.length);
  return rows.map(({ item }) => item);
};
const accept = (token: string) =>
  acceptInvitations
    .open()
    .accept({ token, password: 'Pass123!', name: 'New' }, { id: 'req_TEST', address: '203.0.113.9' });

/** The effect of the worker that sends the mail. */
async function mailed(id: string): Promise<string> {
  const { serial, expiresAt } = crew.invitations().find((row) => row.id === id)!;
  const transaction = new Transaction();
  const subject = { tenant: crew.workspace.reference, subject: id, serial };
  const token = mintOneTimeToken(transaction, 'invitation', subject, expiresAt);
  await transaction.commit();
  return token;
}

describe('an invitation', () => {
  test('is returned in its stored form, and sends a mail', async () => {
    const shown = await invite('Ana@Example.com', 'field_worker');
    expect(shown).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: 'Ana@Example.com',
      role: 'field_worker',
      status: 'pending',
      expires_at: '2026-03-29T10:00:00.500Z',
      created_at: '2026-03-22T10:00:00.500Z',
    });
    expect(await list()).toEqual([shown]);
    const [event] = crew.events('invitation.create');
    expect(event).toMatchObject({ resourceId: shown.id, actor: `user_${admin}` });
    const [{ worker, message }] = JSON.parse(String(event!.orders));
    expect(worker).toBe('mail/send');
    expect(message).toEqual({
      kind: 'invitation',
      tenant: crew.workspace.reference,
      invitationId: shown.id,
    });
    expect(JSON.stringify(event)).not.toMatch(/ana@/i);
    expect(crew.quotaUsed(), 'quota is reserved on acceptance').toBe(1);
  });

  test('of an address in another case renews the first: same id, new role, life and serial', async () => {
    const first = await invite();
    vi.advanceTimersByTime(3_600_000);
    const second = await invite('ANA@example.com', 'viewer');
    expect(second).toEqual({
      ...first,
      email: 'ANA@example.com',
      role: 'viewer',
      expires_at: '2026-03-29T11:00:00.500Z',
    });
    expect(await list()).toEqual([second]);
    expect(crew.invitations()).toMatchObject([{ serial: 2, ttl: Math.ceil((now + 3_600_000 + week) / 1000) }]);
    expect(crew.events('invitation.renew')).toMatchObject([
      { resourceId: first.id, orders: expect.stringContaining('"mail/send"') },
    ]);
  });

  test('of a member’s address is refused in any case, and of a former member’s not', async () => {
    const { id } = await create('ana@example.com');
    expect(await outcome(invite('ANA@example.com'))).toBe('EMAIL_TAKEN');
    await removeUsers.open().remove(crew.caller(admin), id);
    expect(await outcome(invite('ANA@example.com'))).toBe('done');
  });

  test('may be open for one address in many workspaces', async () => {
    await invite();
    const there = await Crew.of(database);
    const caller = there.caller((await there.add('owner')).id);
    await inviteUsers.open().invite(caller, { email: 'ana@example.com', role: 'viewer' }, unrecorded);
    expect([crew.invitations().length, there.invitations().length]).toEqual([1, 1]);
    const { id } = crew.invitations()[0]!;
    expect(await outcome(withdrawInvitations.open().withdraw(caller, id))).toBe('NOT_FOUND');
    expect(crew.invitations()).toHaveLength(1);
  });

  test('needs room in the plan, and reserves none', async () => {
    await freshCrew('free');
    await crew.add('viewer');
    expect(await outcome(invite())).toBe('done');
    await crew.add('viewer');
    const refusal = (await invite('bob@example.com').catch((error: Problem) => error)) as Problem;
    expect([refusal.code, refusal.details]).toEqual(['QUOTA_EXCEEDED', { resource: 'users', limit: 3, used: 3 }]);
    expect(crew.quotaUsed()).toBe(3);
    expect(await list()).toHaveLength(1);
  });

  test('is mailed to one address five times an hour, and to a hundred of any', async () => {
    const toOne: string[] = [];
    for (let i = 0; i < 6; i++) toOne.push(await outcome(invite(i % 2 ? 'Ana@example.com' : 'ana@example.com')));
    expect(toOne).toEqual([...Array<string>(5).fill('done'), 'RATE_LIMIT_EXCEEDED']);
    const toMany: string[] = [];
    for (let i = 0; i < 96; i++) toMany.push(await outcome(invite(`u${i}@example.com`)));
    expect(toMany.slice(-2)).toEqual(['done', 'RATE_LIMIT_EXCEEDED']);
    vi.advanceTimersByTime(3_600_000);
    expect(await outcome(invite())).toBe('done');
  });

  test('reserves no quota, so a user can take the last of it', async () => {
    await freshCrew('free');
    await crew.add('viewer');
    const racing = [create('new@example.com'), ...Array.from({ length: 5 }, (_, i) => invite(`u${i}@example.com`))];
    expect((await Promise.all(racing.map(outcome)))[0]).toBe('done');
  });

  test('finds quota that was never released', async () => {
    await freshCrew('free');
    const dead = [await crew.add('viewer'), await crew.add('viewer')];
    for (const { pk, sk } of dead.map(({ id }) => crew.row(id))) database.remove('access', String(pk), String(sk));
    expect(await outcome(invite())).toBe('QUOTA_EXCEEDED');
    vi.advanceTimersByTime(60_001);
    expect(await outcome(invite())).toBe('done');
    expect(crew.quotaUsed()).toBe(1);
  });

  test('ends when it is withdrawn, once', async () => {
    const { id } = await invite();
    expect(await Promise.all([1, 2].map(() => outcome(withdraw(id))))).toEqual(
      expect.arrayContaining(['done', 'NOT_FOUND']),
    );
    expect([await list(), crew.invitations(), crew.guards()]).toEqual([[], [], []]);
    expect(crew.events('invitation.delete')).toHaveLength(1);
    expect((await invite()).id).not.toBe(id);
  });

  test('is over after seven days to the millisecond, swept or not', async () => {
    const { id } = await invite();
    vi.advanceTimersByTime(week - 1);
    expect(await list()).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(await list()).toEqual([]);
    expect(await outcome(withdraw(id))).toBe('NOT_FOUND');
    expect(await outcome(invite())).toBe('done');
    expect(await list()).toHaveLength(1);
  });

  test('can be sent again, whichever of its rows was removed', async () => {
    for (const swept of ['#invitation', '#invitation-email'] as const) {
      const { email } = await invite(`${swept.slice(1)}@example.com`);
      vi.advanceTimersByTime(week + 1000);
      for (const { pk, sk } of database.rows('main').filter((row) => String(row.pk).endsWith(swept))) {
        database.remove('main', String(pk), String(sk));
      }
      expect(await outcome(invite(email)), swept).toBe('done');
      expect(await list()).toMatchObject([{ email }]);
      expect(await outcome(create(email)), swept).toBe('done');
      expect(await list()).toEqual([]);
    }
  });

  test('is withdrawn by making its user', async () => {
    const { id } = await invite();
    const token = await mailed(id);
    await create('ANA@example.com');
    expect([crew.invitations(), crew.guards()]).toEqual([[], []]);
    expect(await outcome(accept(token))).toBe('ONE_TIME_TOKEN_INVALID');
  });
});

test('a user and an invitation of one address never exist at the same time', async () => {
  meanwhile(database, () => invite('a@example.com'));
  expect(await outcome(create('a@example.com'))).toBe('done');
  meanwhile(database, () => create('b@example.com'));
  expect(await outcome(invite('b@example.com'))).toBe('EMAIL_TAKEN');
  expect([crew.invitations(), crew.guards(), crew.present().length]).toEqual([[], [], 3]);
});

const emails = ['a@example.com', 'b@example.com'];
const step = fc.record({
  kind: fc.constantFrom('invite', 'invite', 'invite', 'withdraw', 'create', 'accept', 'accept stale', 'remove'),
  email: fc.constantFrom(...emails),
  shout: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const round = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  pauses: fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
  later: fc.constantFrom('nothing', 'nothing', 'a day', 'a week', 'sweep rows', 'sweep guards'),
});

/** The state of an address in the naive reference. */
interface Known {
  member: boolean;
  open: boolean;
}

test('any history of invitations, members and sweeps keeps one open invitation an address, and none of a member', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(round, { maxLength: 8 }), async (rounds) => {
      vi.setSystemTime(now);
      await freshCrew();
      const tokens = new Map<string, string[]>(emails.map((email) => [email, []]));
      const used = new Set<string>();
      const openOf = (email: string) =>
        crew.invitations().filter((row) => row.email.toLowerCase() === email && row.expiresAt > Date.now());
      const memberOf = (email: string) => crew.present().filter((row) => row.email.toLowerCase() === email);
      const knownOf = (email: string): Known => ({
        member: memberOf(email).length > 0,
        open: openOf(email).length > 0,
      });

      const act = async ({ kind, email, shout }: Step): Promise<string> => {
        const spelled = shout ? email.toUpperCase() : email;
        const [open] = openOf(email);
        const minted = tokens.get(email)!;
        switch (kind) {
          case 'invite':
            return await outcome(invite(spelled));
          case 'create':
            return await outcome(create(spelled));
          case 'withdraw':
            return await outcome(withdraw(open?.id ?? 'none'));
          case 'remove': {
            const [member] = memberOf(email);
            return await outcome(removeUsers.open().remove(crew.caller(admin), member?.id ?? 'none'));
          }
          default: {
            const token = (kind === 'accept' ? minted.at(-1) : minted.at(-2)) ?? 'none';
            const result = await outcome(accept(token));
            if (result === 'done') {
              expect(used.has(token), 'a token is good once').toBe(false);
              used.add(token);
            }
            return result;
          }
        }
      };
      /** The expected outcome of one step by itself. */
      const expected = async ({ kind, email }: Step): Promise<string> => {
        const { member, open } = knownOf(email);
        const last = tokens.get(email)!.at(-1);
        const fresh = last !== undefined && (await findOneTimeToken(last, 'invitation')) !== undefined;
        switch (kind) {
          case 'invite':
          case 'create':
            return member ? 'EMAIL_TAKEN' : 'done';
          case 'withdraw':
            return open ? 'done' : 'NOT_FOUND';
          case 'remove':
            return member ? 'done' : 'NOT_FOUND';
          case 'accept':
            return open && fresh ? 'done' : 'ONE_TIME_TOKEN_INVALID';
          default:
            return 'ONE_TIME_TOKEN_INVALID';
        }
      };

      for (const { steps, pauses, later } of rounds) {
        for (const { pk, sk } of database.rows('access')) {
          if (String(pk).includes('#limit#')) database.remove('access', String(pk), String(sk));
        }
        const alone = steps.length === 1 ? await expected(steps[0]!) : undefined;
        interleave(database, pauses);
        const outcomes = await Promise.all(steps.map(act));
        database.before = () => undefined;
        if (alone !== undefined) expect(outcomes).toEqual([alone]);
        for (const one of outcomes) expect(one).toMatch(/^(done|EMAIL_TAKEN|NOT_FOUND|ONE_TIME_TOKEN_INVALID)$/);
        for (const email of emails) {
          const [members, open] = [memberOf(email).length, openOf(email)];
          expect(members + open.length, 'a member, or one open invitation, or neither').toBeLessThanOrEqual(1);
          if (open[0]) expect(crew.guards()).toContain(open[0].id);
        }
        expect(crew.quotaUsed()).toBe(crew.present().length);
        // Each renewal is mailed; the mails of earlier invitations remain.
        for (const email of emails) {
          const [open] = openOf(email);
          const last = await findOneTimeToken(tokens.get(email)!.at(-1) ?? '', 'invitation');
          if (open && (last?.serial !== open.serial || last.subject !== open.id))
            tokens.get(email)!.push(await mailed(open.id));
        }
        if (later === 'a day') vi.advanceTimersByTime(86_400_000);
        if (later === 'a week') vi.advanceTimersByTime(week);
        if (later.startsWith('sweep')) {
          const suffix = later === 'sweep rows' ? '#invitation' : '#invitation-email';
          for (const { pk, sk, ttl } of database.rows('main')) {
            if (String(pk).endsWith(suffix) && Number(ttl) <= Date.now() / 1000)
              database.remove('main', String(pk), String(sk));
          }
        }
      }
    }),
    { numRuns: 150 },
  );
}, 120_000);
