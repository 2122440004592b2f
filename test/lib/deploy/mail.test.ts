import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MailConfig } from '../../../lib/config/mail.ts';
import { mailWarning, unverifiedSender } from '../../../lib/deploy/mail.ts';

const ses = mockClient(SESv2Client);
beforeEach(() => ses.reset());

const mail = (identity: MailConfig['identity']): MailConfig => ({
  from: 'Acme <no-reply@acme.com>',
  address: 'no-reply@acme.com',
  domain: 'acme.com',
  identity,
});
const missing = Object.assign(new Error('Email identity acme.com does not exist.'), { name: 'NotFoundException' });

describe('before a deployment', () => {
  test('without a sender it says what will not work and how it would', async () => {
    expect(await mailWarning({})).toMatch(/invitations.*dead-letter queue.*-c mailFrom=/);
    expect(ses.calls()).toEqual([]);
  });

  test('a sandbox is reported, with the way out', async () => {
    ses.on(GetAccountCommand).resolves({ ProductionAccessEnabled: false });
    expect(await mailWarning({ mail: mail('address') })).toMatch(/sandbox.*https:/);
  });

  test('an account that may send to everybody has no warning', async () => {
    ses.on(GetAccountCommand).resolves({ ProductionAccessEnabled: true });
    expect(await mailWarning({ mail: mail('address') })).toBeUndefined();
  });

  test('credentials that may not ask SES do not stop a deployment', async () => {
    ses.on(GetAccountCommand).rejects(new Error('AccessDeniedException'));
    expect(await mailWarning({ mail: mail('address') })).toBeUndefined();
  });
});

describe('after a deployment', () => {
  const known = (EmailIdentity: string, rest: object) =>
    ses.on(GetEmailIdentityCommand, { EmailIdentity }).resolves(rest);

  beforeEach(() => {
    ses.on(GetEmailIdentityCommand).rejects(missing);
  });

  test.each(['no-reply@acme.com', 'acme.com'])('%s verified is enough', async (identity) => {
    known(identity, { VerifiedForSendingStatus: true });
    expect(await unverifiedSender({ mail: mail('address') })).toBeUndefined();
  });

  test('an address is pending until its link is opened', async () => {
    known('no-reply@acme.com', { VerifiedForSendingStatus: false });
    expect(await unverifiedSender({ mail: mail('address') })).toMatch(
      /until no-reply@acme.com is verified: open the link/,
    );
  });

  test('a domain is pending until its DNS records exist; they are listed', async () => {
    known('acme.com', { VerifiedForSendingStatus: false, DkimAttributes: { Tokens: ['aaa', 'bbb'] } });
    const advice = await unverifiedSender({ mail: mail('domain') });
    expect(advice).toContain('\n  aaa._domainkey.acme.com  CNAME  aaa.dkim.amazonses.com');
    expect(advice).toContain('\n  bbb._domainkey.acme.com  CNAME  bbb.dkim.amazonses.com');
  });

  test('an identity that was said to exist and does not is named', async () => {
    expect(await unverifiedSender({ mail: mail('existing') })).toContain('no-reply@acme.com or acme.com');
  });

  test('SES is not asked if the stage sends no mail', async () => {
    expect(await unverifiedSender({})).toBeUndefined();
    expect(ses.calls()).toEqual([]);
  });
});
