import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import type { MailConfig } from '../config/mail.ts';
import type { StageConfig } from '../config.ts';

/**
 * What a person must do in Amazon SES before mails are sent. All of it is advice: if SES cannot be asked, the advice is
 * left out.
 */

/** Before a deployment: why mails will reach nobody, or only few; undefined when there is no such reason. */
export async function mailWarning({ mail }: Pick<StageConfig, 'mail'>): Promise<string | undefined> {
  if (!mail) {
    return 'Mails have no sender yet: invitations, password resets and verifications wait in the dead-letter queue. Add -c mailFrom="Acme <no-reply@acme.com>".';
  }
  const account = await new SESv2Client({}).send(new GetAccountCommand({})).catch(() => undefined);
  if (account?.ProductionAccessEnabled !== false) return undefined;
  return 'Amazon SES is in its sandbox in this account and region: mails reach verified addresses only. Ask for production access: https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html';
}

/** After a deployment: what is still to be done until SES sends from this address; undefined when it already does. */
export async function unverifiedSender({ mail }: Pick<StageConfig, 'mail'>): Promise<string | undefined> {
  if (!mail) return undefined;
  const ses = new SESv2Client({});
  const look = (EmailIdentity: string) =>
    ses.send(new GetEmailIdentityCommand({ EmailIdentity })).catch(() => undefined);
  const [address, domain] = await Promise.all([look(mail.address), look(mail.domain)]);
  if (address?.VerifiedForSendingStatus || domain?.VerifiedForSendingStatus) return undefined;
  return stepOf(mail, domain?.DkimAttributes?.Tokens ?? []);
}

function stepOf({ identity, address, domain }: MailConfig, tokens: readonly string[]): string {
  if (identity === 'address') {
    return `Mails wait until ${address} is verified: open the link that AWS has mailed there. If nobody reads that mailbox, verify the domain instead: -c mailIdentity=domain.`;
  }
  if (identity === 'existing') {
    return `Mails wait until ${address} or ${domain} is verified in Amazon SES in this region. Leave "mailIdentity" out to have the address verified for you.`;
  }
  const records = tokens.map((token) => `\n  ${token}._domainkey.${domain}  CNAME  ${token}.dkim.amazonses.com`);
  return `Mails wait until ${domain} is verified: add these records to its DNS.${records.join('')}`;
}
