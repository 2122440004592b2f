import { SQSClient } from '@aws-sdk/client-sqs';

let client: SQSClient | undefined;

/** The one SQS client of a process, built on first use. */
export function sqsClient(): SQSClient {
  // The address in the queue's URL is not always where this process reaches SQS: locally it is the emulator's own.
  client ??= new SQSClient({ useQueueUrlAsEndpoint: false });
  return client;
}
