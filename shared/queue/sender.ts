import { environment } from '../capability/environment.ts';
import { sqs } from './client.ts';

/** A message to a worker whose queue keeps an order. */
export interface OrderedMessage {
  readonly worker: string;
  readonly message: object;
  /** Messages of one group come one after the other. */
  readonly group: string;
  /** What is sent twice under one name within five minutes comes once. */
  readonly name: string;
}

/**
 * Sends one JSON message to a worker's queue.
 *
 * @param group whose message it is: SQS delivers those of groups that have little under way first
 */
export async function sendTo(worker: string, message: object, group?: string): Promise<void> {
  await send(worker, message, { MessageGroupId: group });
}

/** Sends one JSON message to a worker's queue that keeps an order. */
export async function sendOrdered({ worker, message, group, name }: OrderedMessage): Promise<void> {
  await send(worker, message, { MessageGroupId: group, MessageDeduplicationId: name });
}

async function send(worker: string, message: object, order: object): Promise<void> {
  const body = { QueueUrl: environment.queueUrl(worker), MessageBody: JSON.stringify(message) };
  await sqs.call('SendMessage', { ...body, ...order });
}
