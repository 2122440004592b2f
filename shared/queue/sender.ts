import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { environment } from '../capability/environment.ts';

let client: SQSClient | undefined;

/** Sends one JSON message to a worker's queue. */
export async function sendTo(worker: string, message: object): Promise<void> {
  // The address in the queue's URL is not always where this process reaches SQS: locally it is the emulator's own.
  client ??= new SQSClient({ useQueueUrlAsEndpoint: false });
  await client.send(
    new SendMessageCommand({ QueueUrl: environment.queueUrl(worker), MessageBody: JSON.stringify(message) }),
  );
}
