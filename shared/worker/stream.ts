import type { Context, DynamoDBRecord, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { log } from '../log/log.ts';
import { sendTo } from '../queue/sender.ts';
import { decodeItem, type Item } from '../table/attributes.ts';
import type { StreamSource } from './worker.ts';

/** What a worker does with one message, or with one row of a stream. */
export type Run = (message: unknown) => Promise<void>;

/**
 * The longest time for one record: two calls of SQS, each tried three times. No record is started with less time left.
 */
const longestRecordMilliseconds = 15_000;

/**
 * Hands on the new rows of a stream in their order. If a row fails, its keys are sent to the queue of `setAsideFor`. If
 * that fails too, the queues are unavailable: the batch stops at that record, and the stream delivers this record and
 * the later ones again until the queues are available.
 */
export function fromStream(run: Run, { setAsideFor }: StreamSource) {
  return async (event: SQSEvent | DynamoDBStreamEvent, context: Context): Promise<SQSBatchResponse> => {
    const records = (event as DynamoDBStreamEvent).Records.filter(({ eventName }) => eventName === 'INSERT');
    for (const [i, record] of records.entries()) {
      const error = await refusalOf(record, run, setAsideFor, context);
      if (error === undefined) continue;
      log().error('stream stopped', { ...keysOf(record), done: i, left: records.length - i, error: String(error) });
      // Lambda counts this error, for the alarm. It is thrown only for the first record, since an error after others
      // would cause those to be delivered again.
      if (i === 0) throw error;
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] };
    }
    log().info('records', { records: records.length });
    return { batchItemFailures: [] };
  };
}

/** Undefined if the record was handed on or set aside. */
async function refusalOf(
  record: DynamoDBRecord,
  run: Run,
  setAsideFor: StreamSource['setAsideFor'],
  context: Context,
): Promise<unknown> {
  const image = record.dynamodb?.NewImage;
  if (!image) return undefined;
  if (context.getRemainingTimeInMillis() < longestRecordMilliseconds)
    return new Error('No time is left for the record');
  try {
    await run(decodeItem(image as Item));
  } catch (error) {
    log().warn('record set aside', { ...keysOf(record), error: String(error) });
    try {
      await sendTo(setAsideFor.order(keysOf(record)));
    } catch (outage) {
      return outage;
    }
  }
  return undefined;
}

function keysOf({ dynamodb }: DynamoDBRecord) {
  return { pk: dynamodb?.Keys?.pk?.S ?? '', sk: dynamodb?.Keys?.sk?.S ?? '' };
}
