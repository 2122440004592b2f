import type { Context, DynamoDBRecord, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { log } from '../log/log.ts';
import { sendTo } from '../queue/sender.ts';
import { decodeItem, type Item } from '../table/attributes.ts';
import { sideBySide } from './side-by-side.ts';
import type { StreamSource } from './worker.ts';

/** What a worker does with one message, or with one row of a stream. */
export type Run = (message: unknown) => Promise<void>;

/** What one record may take: two calls of SQS, each tried three times. No record is begun with less time left. */
const longestRecordMilliseconds = 15_000;

/**
 * Hands on the new rows of a stream side by side, and those of one line (`inLine`) one after the other. A row that fails
 * is set aside: its keys go to the queue of `setAsideFor`. Where that fails too, the queues are away: no further record
 * is begun, and the stream comes again with the first that is left and all behind it until they are back. Those behind
 * it that were handed on are handed on again then.
 */
export function fromStream(run: Run, { inLine, setAsideFor }: StreamSource) {
  return async (event: SQSEvent | DynamoDBStreamEvent, context: Context): Promise<SQSBatchResponse> => {
    const records = (event as DynamoDBStreamEvent).Records.filter(({ eventName }) => eventName === 'INSERT');
    const left = new Set(records);
    let refusal: unknown;
    const handOn = async (line: readonly DynamoDBRecord[]) => {
      for (const record of line) {
        const error = refusal ?? (await refusalOf(record, run, setAsideFor, context));
        if (error === undefined) left.delete(record);
        else refusal ??= error;
      }
    };
    await sideBySide(linesOf(records, inLine), handOn, Number.POSITIVE_INFINITY);
    const [first] = left;
    if (first) return stopAt(first, records, left.size, refusal);
    log().info('records', { records: records.length });
    return { batchItemFailures: [] };
  };
}

/** Records by line, each in the order of the stream; one without the attribute is a line of its own. */
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

/** @throws the refusal where that is the first record: Lambda counts the error, for the alarm */
function stopAt(first: DynamoDBRecord, records: readonly DynamoDBRecord[], left: number, error: unknown) {
  log().error('stream stopped', { ...keysOf(first), done: records.length - left, left, error: String(error) });
  if (first === records[0]) throw error;
  // An error behind records that were handed on would bring those again.
  return { batchItemFailures: [{ itemIdentifier: first.dynamodb?.SequenceNumber ?? '' }] };
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
