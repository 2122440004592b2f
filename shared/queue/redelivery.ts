import type { SQSRecord } from 'aws-lambda';
import { log } from '../log/log.ts';
import { sqs } from './client.ts';

/**
 * When a message comes again: soon after it failed, and soon after its worker died. A message that is worked on is not
 * visible to others; what changes for how long is its visibility.
 */

/** How soon a message that failed comes again: after its first failures, and after each later one. */
const waitSeconds = [5, 30, 120, 360] as const;
/** Give or take a fifth, so that what failed together does not come again together. */
const jitter = 0.2;

/** A worker that has not been heard of for this long is dead. */
const heartbeatSeconds = 20;
const heartbeatMilliseconds = 6000;

/** Brings a message that failed back when its queue would not: soon at first, later each time. */
export async function bringBack(record: SQSRecord): Promise<void> {
  const failures = Number(record.attributes.ApproximateReceiveCount);
  const wait = waitSeconds[failures - 1] ?? waitSeconds[3];
  await hide(record, Math.round(wait * (1 + jitter * (2 * Math.random() - 1))));
}

/**
 * Works on a message of a queue with an order, and renews its visibility meanwhile. It holds up all behind it, and so does
 * a worker that dies: no longer than 20 seconds after its last heartbeat. A heartbeat that is lost does no harm, since the
 * next but one still comes in time.
 */
export async function withHeartbeat<T>(record: SQSRecord, act: () => Promise<T>): Promise<T> {
  const beat = () =>
    hide(record, heartbeatSeconds).catch((error: unknown) =>
      log().warn('visibility not renewed', { message_id: record.messageId, error: String(error) }),
    );
  let beating = beat();
  const timer = setInterval(() => {
    beating = beating.then(beat);
  }, heartbeatMilliseconds);
  try {
    return await act();
  } finally {
    clearInterval(timer);
    // It may not come after what is said of the message next.
    await beating;
  }
}

async function hide({ eventSourceARN, receiptHandle }: SQSRecord, seconds: number): Promise<void> {
  const [, , , region, account, name] = eventSourceARN.split(':');
  await sqs.call('ChangeMessageVisibility', {
    QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: seconds,
  });
}
