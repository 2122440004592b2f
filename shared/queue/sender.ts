import { environment } from '../capability/environment.ts';
import { sqs } from './client.ts';
import type { Order, OrderInLine } from './message.ts';

/**
 * Sends one order to its worker's queue.
 *
 * @param group the owner of the message: SQS first delivers messages of groups that have few in progress
 */
export async function sendTo(order: Order, group?: string): Promise<void> {
  await send(order, { MessageGroupId: group });
}

/** The longest delay of a message in SQS. */
export const mostDelaySeconds = 900;

/**
 * Sends one order with a delay.
 *
 * @param delaySeconds a whole number up to {@link mostDelaySeconds}
 */
export async function sendLater(order: Order, group: string, delaySeconds: number): Promise<void> {
  if (!(delaySeconds >= 0 && delaySeconds <= mostDelaySeconds)) {
    throw new Error(`SQS holds a message back for at most ${mostDelaySeconds} seconds, and not for ${delaySeconds}`);
  }
  await send(order, { MessageGroupId: group, DelaySeconds: Math.ceil(delaySeconds) });
}

/** Sends one order to its worker's queue, which is FIFO. */
export async function sendInLine({ group, name, ...order }: OrderInLine): Promise<void> {
  await send(order, { MessageGroupId: group, MessageDeduplicationId: name });
}

async function send({ worker, message }: Pick<Order, 'worker' | 'message'>, more: object): Promise<void> {
  const body = { QueueUrl: environment.queueUrl(worker), MessageBody: JSON.stringify(message) };
  await sqs.call('SendMessage', { ...body, ...more });
}
