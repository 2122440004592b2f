import type { SQSRecord } from 'aws-lambda';
import { sqs } from './client.ts';

/**
 * How soon a message comes again after its first failures, give or take a fifth, so that what failed together does not
 * come again together; after later failures when its queue says.
 */
const waitSeconds = [5, 30, 120];
const jitter = 0.2;

/** Brings a message that failed back when its queue would not: soon at first, for one that fails holds others up. */
export async function bringBackSoon({ eventSourceARN, receiptHandle, attributes }: SQSRecord): Promise<void> {
  const wait = waitSeconds[Number(attributes.ApproximateReceiveCount) - 1];
  if (wait === undefined) return;
  const [, , , region, account, name] = eventSourceARN.split(':');
  await sqs.call('ChangeMessageVisibility', {
    QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: Math.round(wait * (1 + jitter * (2 * Math.random() - 1))),
  });
}
