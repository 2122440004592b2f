import type { Context, DynamoDBRecord, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { log } from '../log/log.ts';
import { sendTo } from '../queue/sender.ts';
import { decodeItem, type Item } from '../table/attributes.ts';
import type { StreamSource } from './worker.ts';

/** What a worker does with one message, or with one row of a stream. */
export type Run = (message: unknown) => Promise<void>;

/** What one record may take: two calls of SQS, each tried three times. No record is begun with less time left. */
const longestRecordMilliseconds = 15_000;

/**
 * Hands on the new rows of a stream in their order. A row that fails is set aside: its keys go to the queue of
 * `setAsideFor`. Where that fails too, the queues are away; the batch stops at that record, and the stream comes again
 * with it and those behind it until they are back.
 */
export function fromStream(run: Run, { setAsideFor }: StreamSource) {
  return async (event: SQSEvent | DynamoDBStreamEvent, context: Context): Promise<SQSBatchResponse> => {
    const records = (event as DynamoDBStreamEvent).Records.filter(({ eventName }) => eventName === 'INSERT');
    for (const [i, record] of records.entries()) {
      const error = await refusalOf(record, run, setAsideFor, context);
      if (error === undefined) continue;
      log().error('stream stopped', { ...keysOf(record), done: i, left: records.length - i, error: String(error) });
      // An error that Lambda counts, for the alarm; one behind others may not bring those again.
      if (i === 0) throw error;
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] };
    }
    log().info('records', { records: records.length });
    return { batchItemFailures: [] };
  };
}

/** Undefined once the record is handed on or set aside. */
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
