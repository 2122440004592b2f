import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { handler } from '../../../functions/mail/send.ts';
import { findOneTimeToken, type TokenPurpose } from '../../../shared/auth/one-time-token.ts';
import type { UserRow } from '../../../shared/auth/user-record.ts';
import type { MailMessage } from '../../../shared/messages/mail.ts';
import { invitationKeys } from '../../../shared/table/keys/invitations.ts';
import { outboxKeys } from '../../../shared/table/keys/outbox.ts';
import { Table } from '../../../shared/table/table.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import type { InvitationRow } from '../../../shared/users/invitation-record.ts';
import { emailTaken, mostRecords, newUserRow, putUser } from '../../../shared/users/register.ts';
import { catchOutput, type Output, workspaceWith } from '../../shared/support/platform.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { tokenOf, visible } from '../../support/mails.ts';

let database: DynamoDbFake;
let output: Output;
const ses = mockClient(SESv2Client);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-17T10:00:00Z') });
  vi.stubEnv('MAIL_FROM', 'Hexfence <no-reply@hexfence.example>');
  vi.stubEnv('APP_URL', 'https://app.example.com');
  database = new DynamoDbFake();
  output = catchOutput();
  ses.reset();
  ses.on(SendEmailCommand).resolves({ MessageId: '1' });
});
afterEach(() => {
  database.restore();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const main = new Table('main');

/** Ids of the messages that failed. */
async function deliver(...messages: MailMessage[]): Promise<string[]> {
  const Records = messages.map((message, i) => ({
    messageId: `m${i}`,
    body: JSON.stringify(message),
    eventSource: 'aws:sqs',
  }));
  const answer = await handler({ Records } as never, {} as never);
  return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

interface Sent {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly token: string;
}

const inputs = (): SendEmailCommandInput[] => ses.commandCalls(SendEmailCommand).map((call) => call.args[0].input);

const sent = (): Sent[] =>
  inputs().map(({ Destination, Content }) => {
    const { Subject, Body } = Content!.Simple!;
    const [text, html] = [Body!.Text!.Data!, Body!.Html!.Data!];
    return { to: Destination!.ToAddresses!.join(), subject: Subject!.Data!, text, html, token: tokenOf(text) };
  });

async function userIn(workspace: WorkspaceRow, more: Partial<UserRow> = {}): Promise<UserRow> {
  const draft = {
    email: 'ana@example.com',
    name: 'Ana Ruiz',
    role: 'editor',
    passwordHash: 'x',
    emailVerified: false,
  } as const;
  const row: UserRow = { ...newUserRow(draft, Date.now()), ...more };
  const transaction = new Transaction();
  putUser(transaction, workspace.reference, row, emailTaken);
  await transaction.commit();
  return row;
}

async function invitationIn(workspace: WorkspaceRow, more: Partial<InvitationRow> = {}): Promise<InvitationRow> {
  const now = Date.now();
  const row: InvitationRow = {
    id: `invitation-${database.rows('main').length}`,
    email: 'new@example.com',
    role: 'viewer',
    status: 'pending',
    invitedBy: 'system',
    serial: 2,
    expiresAt: now + 604_800_000,
    createdAt: now,
    ...more,
  };
  await main.put(invitationKeys.invitation(workspace.reference, row.id), { ...row });
  return row;
}

const events = () =>
  database.rows('main').filter(({ action }) => action !== undefined && action !== 'workspace.create');
const tokens = () => database.rows('access').filter(({ purpose }) => purpose !== undefined);
const found = async (purpose: TokenPurpose) =>
  await Promise.all(sent().map(({ token }) => findOneTimeToken(token, purpose)));

describe('a forgotten password', () => {
  const asked = { kind: 'password_reset', email: 'ana@example.com' } as const;

  test('brings a mail whose token is for this user and this password', async () => {
    const workspace = await workspaceWith({ name: 'Acme' });
    const user = await userIn(workspace, { passwordSerial: 7 });
    expect(await deliver(asked)).toEqual([]);
    expect(sent()).toMatchObject([{ to: 'ana@example.com', subject: 'Choose a new password for Acme' }]);
    const about = { tenant: workspace.reference, subject: user.id, serial: 7, expiresAt: Date.now() + 3_600_000 };
    expect(await found('password_reset')).toMatchObject([about]);
  });

  test('is sent by SES as text and HTML, from the address of the deployment', async () => {
    await userIn(await workspaceWith());
    await deliver(asked);
    const [{ text, html, token }] = sent() as [Sent];
    expect(inputs()).toEqual([
      {
        FromEmailAddress: 'Hexfence <no-reply@hexfence.example>',
        Destination: { ToAddresses: ['ana@example.com'] },
        Content: {
          Simple: {
            Subject: { Data: expect.any(String), Charset: 'UTF-8' },
            Body: { Text: { Data: text, Charset: 'UTF-8' }, Html: { Data: html, Charset: 'UTF-8' } },
            Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
          },
        },
      },
    ]);
    const link = `https://app.example.com/reset-password?token=${token}`;
    expect(text).toContain(link);
    expect(visible(html)).toContain(link);
  });

  test('shows the token and the request if no application is known', async () => {
    vi.stubEnv('APP_URL', '');
    await userIn(await workspaceWith());
    await deliver(asked);
    expect(sent()[0]?.text).toContain('POST /api/v1/auth/password-reset/confirm');
    expect(await found('password_reset')).toEqual([expect.anything()]);
  });

  test('is written into the audit log of the workspace, without the address and the token', async () => {
    const workspace = await workspaceWith();
    const user = await userIn(workspace);
    await deliver(asked);
    expect(events()).toMatchObject([
      {
        pk: outboxKeys.events(workspace.reference, 0),
        action: 'auth.password_reset_request',
        actor: 'system',
        resourceType: 'user',
        resourceId: user.id,
      },
    ]);
    expect(JSON.stringify(events())).not.toMatch(/ana@example|token/);
    expect(JSON.stringify(database.rows('access'))).not.toContain(sent()[0]!.token);
  });

  test('of an address that nobody has sends nothing, writes nothing and is done', async () => {
    await userIn(await workspaceWith());
    const emails = ['nobody@example.com', '', 'mi\u212ae@example.com', 'a'.repeat(10_000), '\u0000'];
    expect(await deliver(...emails.map((email) => ({ ...asked, email })))).toEqual([]);
    expect([sent(), tokens(), events()]).toEqual([[], [], []]);
  });

  test('goes to the address of the record, however it was typed', async () => {
    await userIn(await workspaceWith(), { email: 'Ana@Example.com' });
    await deliver({ ...asked, email: ' aNA@eXample.COM ' });
    expect(sent().map(({ to }) => to)).toEqual(['Ana@Example.com']);
  });

  test('never goes to an address that only looks the same', async () => {
    // "K" (Kelvin) in lower case is "k": the typed address differs, and the mail goes to the stored one.
    await userIn(await workspaceWith(), { email: 'kim@example.com' });
    await deliver({ ...asked, email: '\u212aim@example.com' });
    expect(sent().map(({ to }) => to)).toEqual(['kim@example.com']);
  });

  test.each(['disabled', 'deleted'] as const)('of a %s user sends nothing', async (status) => {
    await userIn(await workspaceWith(), { status });
    expect(await deliver(asked)).toEqual([]);
    expect([sent(), tokens(), events()]).toEqual([[], [], []]);
  });

  test('sends one mail a workspace, or that of the workspace that is named by id or slug', async () => {
    const [one, other, third] = [await workspaceWith(), await workspaceWith(), await workspaceWith()];
    for (const workspace of [one, other]) await userIn(workspace);
    await deliver(asked);
    const tenants = async () => (await found('password_reset')).map((row) => row?.tenant).sort();
    expect(await tenants()).toEqual([one.reference, other.reference].sort());
    for (const wanted of [other.id, other.slug]) {
      ses.resetHistory();
      await deliver({ ...asked, workspace: wanted });
      expect(await tenants()).toEqual([other.reference]);
    }
    ses.resetHistory();
    for (const wanted of [third.id, third.slug, 'no-such', '']) await deliver({ ...asked, workspace: wanted });
    expect(sent()).toEqual([]);
  });

  test('goes to the workspace of an id, not to one that took the id for its slug', async () => {
    const meant = await workspaceWith();
    const other = await workspaceWith({ slug: meant.id });
    for (const workspace of [meant, other]) await userIn(workspace);
    await deliver({ ...asked, workspace: meant.id });
    expect((await found('password_reset')).map((row) => row?.tenant)).toEqual([meant.reference]);
  });

  test('is sent five times an hour, by whichever name of the workspace it is asked for', async () => {
    const workspace = await workspaceWith();
    await userIn(workspace);
    for (let i = 0; i < 9; i++) {
      await deliver({ ...asked, ...[{}, { workspace: workspace.id }, { workspace: workspace.slug }][i % 3] });
    }
    expect(sent()).toHaveLength(5);
  });

  test('that could not be sent does not count', async () => {
    await userIn(await workspaceWith());
    ses.on(SendEmailCommand).rejects(new Error('away'));
    for (let i = 0; i < 8; i++) expect(await deliver(asked)).toHaveLength(1);
    ses.on(SendEmailCommand).resolves({ MessageId: '1' });
    ses.resetHistory();
    expect(await deliver(asked)).toEqual([]);
    expect(sent()).toHaveLength(1);
  });

  test('sends a limited number of mails to an address in many workspaces', async () => {
    const workspaces = [];
    for (let i = 0; i <= mostRecords; i++) workspaces.push(await workspaceWith());
    for (const workspace of workspaces) await userIn(workspace);
    await deliver(asked);
    expect(sent()).toHaveLength(mostRecords);
    for (const { slug } of workspaces) {
      ses.resetHistory();
      await deliver({ ...asked, workspace: slug });
      expect(sent()).toHaveLength(1);
    }
  });
});

describe('a verification', () => {
  test('brings a mail to the user whom sign-up made', async () => {
    const workspace = await workspaceWith({ name: 'Acme' });
    const user = await userIn(workspace);
    expect(await deliver({ kind: 'verify_email', tenant: workspace.reference, userId: user.id })).toEqual([]);
    expect(sent()).toMatchObject([{ to: user.email, subject: 'Verify your e-mail address for Acme' }]);
    const about = { tenant: workspace.reference, subject: user.id, serial: 1, expiresAt: Date.now() + 172_800_000 };
    expect(await found('verify_email')).toMatchObject([about]);
    expect(events()).toEqual([]);
  });

  test('that is asked for again is audited', async () => {
    const workspace = await workspaceWith();
    const user = await userIn(workspace);
    await deliver({ kind: 'resend_verification', email: user.email });
    expect(await found('verify_email')).toMatchObject([{ subject: user.id }]);
    expect(events()).toMatchObject([{ action: 'auth.resend_verification', resourceId: user.id }]);
  });

  test('is not sent to users who are verified, disabled or unknown', async () => {
    const workspace = await workspaceWith();
    const verified = await userIn(workspace, { emailVerified: true });
    const disabled = await userIn(workspace, { email: 'bob@example.com', status: 'disabled' });
    for (const { id, email } of [verified, disabled, { id: 'no-such', email: 'eve@example.com' }]) {
      expect(await deliver({ kind: 'verify_email', tenant: workspace.reference, userId: id })).toEqual([]);
      expect(await deliver({ kind: 'resend_verification', email })).toEqual([]);
    }
    expect([sent(), tokens(), events()]).toEqual([[], [], []]);
  });
});

describe('an invitation', () => {
  test('brings a mail that says who, where and as what, and ends with the invitation', async () => {
    const workspace = await workspaceWith({ name: 'Acme' });
    const expiresAt = Date.now() + 3_600_000;
    const inviter = await userIn(workspace, { role: 'admin' });
    const { id } = await invitationIn(workspace, { expiresAt, invitedBy: `user_${inviter.id}` });
    expect(await deliver({ kind: 'invitation', tenant: workspace.reference, invitationId: id })).toEqual([]);
    expect(sent()).toMatchObject([{ to: 'new@example.com', subject: 'You are invited to Acme' }]);
    expect(sent()[0]?.text).toContain('Ana Ruiz invites new@example.com to join the workspace Acme as a viewer.');
    const about = { tenant: workspace.reference, subject: id, serial: 2, expiresAt };
    expect(await found('invitation')).toMatchObject([about]);
  });

  test('of someone who may not give its role any more sends nothing', async () => {
    const workspace = await workspaceWith();
    const senders = [
      await userIn(workspace, { role: 'editor' }),
      await userIn(workspace, { email: 'bob@example.com', role: 'admin', status: 'disabled' }),
    ];
    for (const { id: sender } of [...senders, { id: 'no-such' }]) {
      const { id } = await invitationIn(workspace, { invitedBy: `user_${sender}` });
      expect(await deliver({ kind: 'invitation', tenant: workspace.reference, invitationId: id })).toEqual([]);
    }
    expect([sent(), tokens()]).toEqual([[], []]);
  });

  test('that has ended, or is gone, or is of another workspace, sends nothing', async () => {
    const [workspace, other] = [await workspaceWith(), await workspaceWith()];
    const ended = await invitationIn(workspace, { expiresAt: Date.now() });
    const open = await invitationIn(workspace);
    const of = (tenant: WorkspaceRow, invitationId: string) =>
      ({ kind: 'invitation', tenant: tenant.reference, invitationId }) as const;
    expect(await deliver(of(workspace, ended.id), of(workspace, 'no-such'), of(other, open.id))).toEqual([]);
    expect([sent(), tokens()]).toEqual([[], []]);
  });
});

describe('a mail that cannot be sent', () => {
  const asked = { kind: 'password_reset', email: 'ana@example.com' } as const;

  test('fails its message, and its message alone', async () => {
    const workspace = await workspaceWith();
    await userIn(workspace);
    await userIn(workspace, { email: 'bob@example.com' });
    ses.on(SendEmailCommand).callsFake(async ({ Destination }: SendEmailCommandInput) => {
      if (Destination?.ToAddresses?.[0] === 'ana@example.com') throw fault('MessageRejected');
      return { MessageId: '1' };
    });
    expect(await deliver(asked, { ...asked, email: 'bob@example.com' })).toEqual(['m0']);
  });

  test('does not delay those of other workspaces, and is redelivered with a token as valid as the first', async () => {
    const [one, other] = [await workspaceWith(), await workspaceWith()];
    for (const workspace of [one, other]) await userIn(workspace);
    ses.on(SendEmailCommand).rejectsOnce(fault('TooManyRequestsException')).resolves({ MessageId: '1' });
    expect(await deliver(asked)).toEqual(['m0']);
    expect(sent()).toHaveLength(2);
    expect(await deliver(asked)).toEqual([]);
    expect(sent()).toHaveLength(4);
    expect((await found('password_reset')).filter((row) => row === undefined)).toEqual([]);
  });

  test('makes no token where the deployment has no sender', async () => {
    vi.stubEnv('MAIL_FROM', '');
    await userIn(await workspaceWith());
    expect(await deliver(asked)).toEqual(['m0']);
    expect([sent(), tokens(), events()]).toEqual([[], [], []]);
    expect(output.text()).toContain('mailFrom');
  });

  test('is not sent where its token was not kept', async () => {
    await userIn(await workspaceWith());
    database.before = ({ operation }) => {
      if (operation === 'TransactWriteCommand') throw fault('InternalServerError');
    };
    expect(await deliver(asked)).toEqual(['m0']);
    expect(sent()).toEqual([]);
  });

  test('is logged without addresses and tokens', async () => {
    await userIn(await workspaceWith());
    const message =
      'Email address is not verified. The following identities failed the check: ana@example.com, <b@c.de>';
    ses.on(SendEmailCommand).rejects(fault('MessageRejected', { message }));
    await deliver(asked);
    expect(output.text()).toContain('MessageRejected');
    expect(output.text()).toContain('is not verified');
    expect(output.text()).not.toMatch(/ana@example|b@c\.de/);
  });
});

test('no log line holds a token or a link', async () => {
  const workspace = await workspaceWith();
  const user = await userIn(workspace);
  const { id } = await invitationIn(workspace);
  const tenant = workspace.reference;
  await deliver(
    { kind: 'password_reset', email: user.email },
    { kind: 'resend_verification', email: user.email },
    { kind: 'verify_email', tenant, userId: user.id },
    { kind: 'invitation', tenant, invitationId: id },
  );
  expect(sent()).toHaveLength(4);
  expect(output.text()).not.toBe('');
  for (const { token } of sent()) expect(output.text()).not.toContain(token);
});

test('messages that are none of these fail', async () => {
  const none = [
    {},
    { kind: 'greeting' },
    { kind: 'verify_email', tenant: '../x', userId: 'u' },
    { kind: 'password_reset' },
  ];
  expect(await deliver(...(none as never[]))).toEqual(['m0', 'm1', 'm2', 'm3']);
});

describe('against a model', () => {
  const emails = ['ana@example.com', 'bob@example.com'] as const;
  const person = fc.record({
    workspace: fc.nat(2),
    email: fc.constantFrom(...emails),
    status: fc.constantFrom('active' as const, 'active' as const, 'disabled' as const, 'deleted' as const),
    emailVerified: fc.boolean(),
    passwordSerial: fc.integer({ min: 1, max: 9 }),
  });
  const people = fc.uniqueArray(person, { selector: ({ workspace, email }) => `${workspace} ${email}`, maxLength: 6 });
  const request = fc.record({
    kind: fc.constantFrom('password_reset' as const, 'resend_verification' as const),
    email: fc.constantFrom(...emails, 'nobody@example.com'),
    shout: fc.boolean(),
    wanted: fc.option(fc.tuple(fc.nat(3), fc.boolean()), { nil: undefined }),
  });

  test('mails go to exactly those who should have them, with tokens for exactly what was asked', async () => {
    await fc.assert(
      fc.asyncProperty(people, request, async (population, { kind, email, shout, wanted }) => {
        database.restore();
        database = new DynamoDbFake();
        database.pageRows = 1;
        ses.resetHistory();
        const workspaces = [await workspaceWith(), await workspaceWith(), await workspaceWith()];
        const users: UserRow[] = [];
        for (const { workspace, ...of } of population) users.push(await userIn(workspaces[workspace]!, of));
        const meant = wanted && workspaces[wanted[0]];
        const workspace = wanted && ((wanted[1] ? meant?.id : meant?.slug) ?? 'no-such-workspace');
        const typed = shout ? email.toUpperCase() : email;
        expect(await deliver({ kind, email: typed, ...(workspace === undefined ? {} : { workspace }) })).toEqual([]);

        const purpose = kind === 'password_reset' ? 'password_reset' : 'verify_email';
        const expected = population.flatMap((one, i) => {
          const hasIt =
            one.email === email &&
            one.status === 'active' &&
            (wanted === undefined || meant === workspaces[one.workspace]);
          const needsIt = kind === 'password_reset' || !one.emailVerified;
          return hasIt && needsIt ? [{ to: email, subject: users[i]?.id, serial: one.passwordSerial }] : [];
        });
        const rows = await found(purpose);
        const actual = sent().map(({ to }, i) => ({ to, subject: rows[i]?.subject, serial: rows[i]?.serial }));
        const sorted = <T>(list: T[]) => list.map((one) => JSON.stringify(one)).sort();
        expect(sorted(actual)).toEqual(sorted(expected));
        expect(
          events()
            .map(({ resourceId }) => resourceId)
            .sort(),
        ).toEqual(expected.map(({ subject }) => subject).sort());
      }),
      { numRuns: 150 },
    );
  });
});
