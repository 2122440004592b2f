import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBRecord, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import { type Opened, openAll } from '../capability/capability.ts';
import { countMetric, log } from '../log/log.ts';
import { readSuspensions } from './suspension.ts';
import type { Worker } from './worker.ts';

type Input<W extends Worker> = Opened<W['uses']> & { readonly message: z.output<W['message']> };
type Job<W extends Worker> = (input: Input<W>) => Promise<void>;

export type WorkerHandler = (event: SQSEvent | DynamoDBStreamEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * Turns a worker and what it does with one message into a Lambda handler.
 *
 * From a queue every message fails for itself and comes again until it rests in the dead-letter queue. A record of the
 * stream may not fail, since it would hold up all behind it: a stream's job only hands on, is tried three times, and
 * what then fails is logged and counted for an alarm.
 *
 * @param failed what else to do about a message of a queue that failed
 */
export function work<W extends Worker>(worker: W, job: Job<W>, failed: Failed = async () => undefined): WorkerHandler {
  const run = async (message: unknown): Promise<void> => {
    const parsed = worker.message.parse(message);
    if (worker.source.kind === 'queue' && !(await readSuspensions.open().isWanted(parsed as object))) return;
    await job({ ...openAll(worker.uses), message: parsed } as Input<W>);
  };
  return worker.source.kind === 'queue' ? fromQueue(run, failed) : fromStream(run);
}

type Run = (message: unknown) => Promise<void>;
type Failed = (record: SQSRecord) => Promise<void>;

function fromQueue(run: Run, failed: Failed): WorkerHandler {
  const handle = async (record: SQSRecord): Promise<void> => {
    try {
      await run(JSON.parse(record.body));
    } catch (error) {
      log().warn('message failed', { message_id: record.messageId, error: String(error) });
      // It comes again in any case.
      await failed(record).catch((cause: unknown) => log().warn('failure not followed up', { error: String(cause) }));
      throw error;
    }
  };
  return async (event, context) => {
    const processor = new BatchProcessor(EventType.SQS);
    const answer = await processPartialResponse(event as SQSEvent, handle, processor, {
      context,
      throwOnFullBatchFailure: false,
    });
    log().info('batch', { messages: event.Records.length, failed: answer.batchItemFailures.length });
    return answer as SQSBatchResponse;
  };
}

const streamAttempts = 3;

function fromStream(run: Run): WorkerHandler {
  return async (event) => {
    const records = (event as DynamoDBStreamEvent).Records.filter((record) => record.eventName === 'INSERT');
    for (const record of records) await handOn(run, record);
    log().info('records', { records: records.length });
    return { batchItemFailures: [] };
  };
}

async function handOn(run: Run, record: DynamoDBRecord): Promise<void> {
  const image = record.dynamodb?.NewImage;
  if (!image) return;
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(unmarshall(image as Parameters<typeof unmarshall>[0]));
    } catch (error) {
      if (attempt < streamAttempts) continue;
      countMetric('RecordNotHandedOn');
      const { pk, sk } = record.dynamodb?.Keys ?? {};
      log().error('record not handed on', { pk: pk?.S, sk: sk?.S, error: String(error) });
      return;
    }
  }
}
