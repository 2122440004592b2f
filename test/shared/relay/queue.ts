import { vi } from 'vitest';
import { NotifyMessage } from '../../../shared/messages/notify.ts';
import { takeMessages } from '../../support/aws-fake.ts';

/** The queues of a test: what was sent, in order, and what happens at each sending. */
export interface Sent {
  readonly messages: Record<string, unknown>[];
  /** Before a message is taken; may wait or throw. */
  before: (message: Record<string, unknown>) => void | Promise<void>;
  /** After it was taken; may wait or throw: an answer that was lost. */
  after: (message: Record<string, unknown>) => void | Promise<void>;
}

export function catchMessages(): Sent {
  vi.stubEnv('NOTIFICATIONS_NOTIFY_QUEUE_URL', `https://sqs.example.com/${NotifyMessage.worker}`);
  const sent: Sent = { messages: [], before: () => undefined, after: () => undefined };
  takeMessages(async ({ MessageBody }) => {
    const message = JSON.parse(MessageBody) as Record<string, unknown>;
    await sent.before(message);
    sent.messages.push(message);
    await sent.after(message);
  });
  return sent;
}
