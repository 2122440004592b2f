import type { SQSRecord } from 'aws-lambda';
import { log } from '../log/log.ts';
import { sqs } from './client.ts';

/**
 * When a message is redelivered: soon after it failed, and soon after its worker crashed. A message that is being
 * handled is invisible to other workers until its visibility timeout ends.
 */

/** Seconds until a failed message is redelivered: after each of its first failures, and after all later ones. */
const waitSeconds = [5, 30, 120, 360] as const;
/** ± 20 %, so that messages that failed together are not redelivered together. */
const jitter = 0.2;

/** A worker without a heartbeat for this long has crashed. */
const heartbeatSeconds = 20;
const heartbeatMilliseconds = 6000;

/** Shortens the visibility timeout of a failed message: to seconds at first, and to minutes after further failures. */
export async function scheduleRedelivery(record: SQSRecord): Promise<void> {
  const failures = Number(record.attributes.ApproximateReceiveCount);
  const wait = waitSeconds[failures - 1] ?? waitSeconds[3];
  await setVisibilityTimeout(record, Math.round(wait * (1 + jitter * (2 * Math.random() - 1))));
}

/**
 * Handles a message of a FIFO queue, and renews its visibility timeout meanwhile. The message delays all later ones of
 * its group. If the worker crashes, the delay ends at most 20 seconds after its last heartbeat. A single lost heartbeat
 * does no harm, since the one after the next is still in time.
 */
export async function withHeartbeat<T>(record: SQSRecord, act: () => Promise<T>): Promise<T> {
  const beat = () =>
    setVisibilityTimeout(record, heartbeatSeconds).catch((error: unknown) =>
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
    // A heartbeat must not arrive after the next change of the message's visibility.
    await beating;
  }
}

async function setVisibilityTimeout({ eventSourceARN, receiptHandle }: SQSRecord, seconds: number): Promise<void> {
  const [, , , region, account, name] = eventSourceARN.split(':');
  await sqs.call('ChangeMessageVisibility', {
    QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: seconds,
  });
}
