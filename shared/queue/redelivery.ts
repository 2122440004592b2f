import type { SQSRecord } from 'aws-lambda';
import { sqs } from './client.ts';

/** How soon a message comes again after its first failures; after later ones when its queue says. */
const waitSeconds = [5, 30, 120];

/**
 * Brings a message that failed back before its queue would, six timeouts later: in a queue with an order it holds up all
 * behind it.
 */
export async function bringBackSoon({ eventSourceARN, receiptHandle, attributes }: SQSRecord): Promise<void> {
  const wait = waitSeconds[Number(attributes.ApproximateReceiveCount) - 1];
  if (wait === undefined) return;
  const [, , , region, account, name] = eventSourceARN.split(':');
  await sqs.call('ChangeMessageVisibility', {
    QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: wait,
  });
}
