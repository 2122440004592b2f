import { mintOneTimeToken, type TokenPurpose } from '../auth/one-time-token.ts';
import { defineCapability } from '../capability/capability.ts';
import { environment } from '../capability/environment.ts';
import { countAgainst, undoCounts, unlessLimited } from '../limits/limiter.ts';
import type { MailMessage } from '../messages/mail.ts';
import { invitationKeys } from '../table/keys/invitations.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { type Row, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { recordUserEvent } from '../users/changes.ts';
import type { InvitationRow } from '../users/invitation-record.ts';
import { invitersOf, isValid } from '../users/inviter.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { type Recipient, readRecipients, recipientsOf } from './recipients.ts';
import { type Letter, render } from './render.ts';
import { mailFrom, sendMail } from './sender.ts';
import { invitationLetter, passwordResetLetter, verificationLetter } from './templates.ts';

const main = new Table('main');

/**
 * Makes the token of a mail, stores its hash, and sends the mail. No mail is sent when the user or invitation is gone,
 * disabled, verified or expired, or when the inviter may no longer invite. A redelivered message sends a second mail,
 * and both tokens are valid.
 */
class Mailer {
  async run(message: MailMessage): Promise<void> {
    mailFrom();
    switch (message.kind) {
      case 'invitation':
        return await this.#invite(message.tenant, message.invitationId);
      case 'verify_email':
        return await eachOf(await readRecipients([message]), (one) => this.#verify(one));
      case 'resend_verification':
        return await eachOf(await recipientsOf(message.email, message.workspace), (one) =>
          this.#verify(one, 'auth.resend_verification'),
        );
      case 'password_reset':
        return await eachOf(await recipientsOf(message.email, message.workspace), (one) =>
          this.#toUser(one, 'password_reset', passwordResetLetter, 'auth.password_reset_request'),
        );
    }
  }

  async #invite(tenant: TenantReference, invitationId: string): Promise<void> {
    const keys = [workspaceKeys.workspace(tenant), invitationKeys.invitation(tenant, invitationId)];
    const [workspace, invitation] = (await main.getMany<Row>(keys)) as unknown as [WorkspaceRow?, InvitationRow?];
    if (!workspace || invitation?.status !== 'pending' || invitation.expiresAt <= Date.now()) return;
    const { serial, expiresAt, email } = invitation;
    const [inviter] = await invitersOf(tenant, [invitation]);
    if (!isValid(invitation, inviter)) return;
    const transaction = new Transaction();
    const token = mintOneTimeToken(transaction, 'invitation', { tenant, subject: invitationId, serial }, expiresAt);
    await transaction.commit();
    await send(email, invitationLetter(workspace, invitation, inviter?.name ?? '', token));
  }

  async #verify(recipient: Recipient, action?: string): Promise<void> {
    if (!recipient.user.emailVerified) await this.#toUser(recipient, 'verify_email', verificationLetter, action);
  }

  /** @param action recorded in the audit log when the mail itself was requested */
  async #toUser(
    { workspace, user }: Recipient,
    purpose: TokenPurpose,
    write: typeof passwordResetLetter,
    action: string | undefined,
  ): Promise<void> {
    // A workspace has several names (id and slug), and a mail can be requested under each of them; this counter is the
    // same for all.
    const counter = { policy: 'mail-email', subject: `${purpose} ${user.id}` } as const;
    const counted = action ? await countAgainst(workspace.reference, [counter]).catch(unlessLimited) : [];
    if (!counted) return;
    try {
      const transaction = new Transaction();
      const about = { tenant: workspace.reference, subject: user.id, serial: user.passwordSerial };
      const token = mintOneTimeToken(transaction, purpose, about);
      if (action) recordUserEvent(transaction, systemCaller(workspace), user.id, action);
      await transaction.commit();
      await send(user.email, write(workspace, user, token));
    } catch (error) {
      await undoCounts(counted);
      throw error;
    }
  }
}

async function send(to: string, letter: Letter): Promise<void> {
  await sendMail(to, render(letter, environment.setting('APP_URL')));
}

/** If one mail cannot be sent, the others are sent all the same, and then the message fails. */
async function eachOf(recipients: readonly Recipient[], mail: (recipient: Recipient) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const recipient of recipients) await mail(recipient).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

export const sendMails = defineCapability({
  tables: { access: ['Query', 'BatchGetItem', 'PutItem', 'UpdateItem'], main: ['BatchGetItem', 'PutItem'] },
  settings: ['MAIL_FROM', 'APP_URL'],
  mails: true,
  open: () => new Mailer(),
});
