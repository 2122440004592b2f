import { vi } from 'vitest';
import { NotifyMessage } from '../../../shared/messages/notify.ts';
import { takeMessages } from '../../support/aws-fake.ts';

/** The queues of a test: the sent messages, in order, and hooks around each sending. */
export interface Sent {
  readonly messages: Record<string, unknown>[];
  /** Runs before a message is accepted; may wait or throw. */
  before: (message: Record<string, unknown>) => void | Promise<void>;
  /** Runs after it was accepted; may wait or throw, in which case the response is lost. */
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
