import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Opened, openAll } from '../capability/capability.ts';
import { log } from '../log/log.ts';
import { scheduleRedelivery, withHeartbeat } from '../queue/redelivery.ts';
import { fromStream, type Run } from './stream.ts';
import { readSuspensions } from './suspension.ts';
import type { QueueSource, Worker } from './worker.ts';

type Input<W extends Worker> = Opened<W['uses']> & { readonly message: ReturnType<W['message']['parse']> };
type Job<W extends Worker> = (input: Input<W>) => Promise<void>;

export type WorkerHandler = (event: SQSEvent | DynamoDBStreamEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * Turns a worker and its job for one message into a Lambda handler.
 *
 * In a queue, each message fails separately and is redelivered until it ends in the dead-letter queue. In the stream, a
 * failing record would delay all later ones, so its row is set aside for a queue worker, which retries it. The stream
 * waits only while the queues accept nothing at all.
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
      // The queue redelivers the message in any case, after its own visibility timeout.
      await scheduleRedelivery(record).catch((cause: unknown) =>
        log().warn('redelivery not scheduled', { error: String(cause) }),
      );
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
