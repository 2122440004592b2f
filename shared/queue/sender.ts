import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { environment } from '../capability/environment.ts';
import { sqsClient } from './client.ts';

/** Of a message to a worker whose queue keeps an order. */
export interface Order {
  /** Messages of one group come one after the other. */
  readonly group: string;
  /** What is sent twice under one name within five minutes comes once. */
  readonly name: string;
}

/** Sends one JSON message to a worker's queue. */
export async function sendTo(worker: string, message: object, order?: Order): Promise<void> {
  await sqsClient().send(
    new SendMessageCommand({
      QueueUrl: environment.queueUrl(worker),
      MessageBody: JSON.stringify(message),
      ...(order ? { MessageGroupId: order.group, MessageDeduplicationId: order.name } : {}),
    }),
  );
}
