import type { Context, DynamoDBRecord, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { log } from '../log/log.ts';
import { sendTo } from '../queue/sender.ts';
import { decodeItem, type Item } from '../table/attributes.ts';
import { concurrently } from './concurrently.ts';
import type { StreamSource } from './worker.ts';

/** Handles one message, or one row of a stream. */
export type Run = (message: unknown) => Promise<void>;

/**
 * The longest time for one record: two calls of SQS, each tried three times. No record is started with less time left.
 */
const longestRecordMilliseconds = 15_000;

/**
 * Hands on the new rows of a stream in parallel, but those of one line (`inLine`) one after the other. If a row fails,
 * its keys are sent to the queue of `setAsideFor`. If that fails too, the queues are unavailable: no further record is
 * started, and the stream delivers the first record that is left and all later ones again until the queues are
 * available. Later records that were already handed on are then handed on again.
 */
export function fromStream(run: Run, { inLine, setAsideFor }: StreamSource) {
  return async (event: SQSEvent | DynamoDBStreamEvent, context: Context): Promise<SQSBatchResponse> => {
    const records = (event as DynamoDBStreamEvent).Records.filter(({ eventName }) => eventName === 'INSERT');
    const left = new Set(records);
    let refusal: unknown;
    const processLine = async (line: readonly DynamoDBRecord[]) => {
      for (const record of line) {
        const error = refusal ?? (await refusalOf(record, run, setAsideFor, context));
        if (error === undefined) left.delete(record);
        else refusal ??= error;
      }
    };
    await concurrently(linesOf(records, inLine), processLine, Number.POSITIVE_INFINITY);
    const [first] = left;
    if (first) return stopAt(first, records, left.size, refusal);
    log().info('records', { records: records.length });
    return { batchItemFailures: [] };
  };
}

/** Records by line, each in the order of the stream; a record without the attribute is a line of its own. */
function linesOf(records: readonly DynamoDBRecord[], inLine: string): DynamoDBRecord[][] {
  const lines = new Map<unknown, DynamoDBRecord[]>();
  for (const record of records) {
    const line = record.dynamodb?.NewImage?.[inLine]?.S ?? record;
    const known = lines.get(line);
    if (known) known.push(record);
    else lines.set(line, [record]);
  }
  return [...lines.values()];
}

/** @throws the refusal if that is the first record: Lambda counts the error, for the alarm */
function stopAt(first: DynamoDBRecord, records: readonly DynamoDBRecord[], left: number, error: unknown) {
  log().error('stream stopped', { ...keysOf(first), done: records.length - left, left, error: String(error) });
  if (first === records[0]) throw error;
  // An error after records that were handed on would cause those to be delivered again.
  return { batchItemFailures: [{ itemIdentifier: first.dynamodb?.SequenceNumber ?? '' }] };
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
