import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Opened, openAll } from '../capability/capability.ts';
import { log } from '../log/log.ts';
import { bringBack, withHeartbeat } from '../queue/redelivery.ts';
import { fromStream, type Run } from './stream.ts';
import { readSuspensions } from './suspension.ts';
import type { QueueSource, Worker } from './worker.ts';

type Input<W extends Worker> = Opened<W['uses']> & { readonly message: ReturnType<W['message']['parse']> };
type Job<W extends Worker> = (input: Input<W>) => Promise<void>;

export type WorkerHandler = (event: SQSEvent | DynamoDBStreamEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * Turns a worker and what it does with one message into a Lambda handler.
 *
 * From a queue every message fails for itself and comes again until it rests in the dead-letter queue. A record of the
 * stream holds up all behind it while it fails, so its row is set aside for a queue worker, which tries it again by
 * itself. Only while the queues take nothing at all does the stream wait.
 */
export function work<W extends Worker>(worker: W, job: Job<W>): WorkerHandler {
  const run = async (message: unknown): Promise<void> => {
    const parsed = worker.message.parse(message);
    if (worker.source.kind === 'queue' && !(await readSuspensions.open().isWanted(parsed as object))) return;
    await job({ ...openAll(worker.uses), message: parsed } as Input<W>);
  };
  return worker.source.kind === 'queue' ? fromQueue(run, worker.source) : fromStream(run, worker.source);
}

function fromQueue(run: Run, { ordered }: QueueSource): WorkerHandler {
  const handle = async (record: SQSRecord): Promise<void> => {
    const act = async () => run(JSON.parse(record.body));
    try {
      await (ordered ? withHeartbeat(record, act) : act());
    } catch (error) {
      log().warn('message failed', { message_id: record.messageId, error: String(error) });
      // It comes again in any case, when its queue says.
      await bringBack(record).catch((cause: unknown) => log().warn('not brought back', { error: String(cause) }));
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
