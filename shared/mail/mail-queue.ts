import { defineCapability } from '../capability/capability.ts';
import { sendTo } from '../queue/sender.ts';
import { type MailMessage, mailWorker } from './mail-message.ts';

/** Mails that somebody without a credential asks for. */
export type AskedMail = Extract<MailMessage, { email: string }>;

class MailQueue {
  /**
   * Asks for a mail whether or not the address has a user: what is known of it is looked up by the worker, so that the
   * answer and its time tell nothing.
   */
  async ask(message: AskedMail): Promise<void> {
    await sendTo(mailWorker, message);
  }
}

/** For requests that change nothing. One that writes hands its mail over through the outbox; see `recordEvent`. */
export const mailQueue = defineCapability({ sendsTo: [mailWorker], open: () => new MailQueue() });
