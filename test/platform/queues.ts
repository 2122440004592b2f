import { randomUUID } from 'node:crypto';
import type { Context, SQSRecord } from 'aws-lambda';
import * as routes from '../../functions/routes.ts';
import * as workers from '../../functions/workers.ts';
import { catalogueOf } from '../../lib/catalogue.ts';
import { environmentNames } from '../../shared/capability/environment.ts';
import { workerUses } from '../../shared/http/uses.ts';
import type { WorkerHandler } from '../../shared/worker/work.ts';
import type { QueueWorker } from '../../shared/worker/worker.ts';
import { type SentMessage, takeMessages } from '../support/aws-fake.ts';
import { actingAs, requireGrant } from '../support/grants.ts';

/**
 * The queues of the platform with their workers, in this process. They deliver as SQS does: after the delay of the
 * queue, in order within a group, once for each deduplication id, and again after a failure.
 */

const redeliveryMilliseconds = 50;
const usualReceives = 5;
/** New queues take 1 MiB; those that were made before August 2025 do not. */
const mostMessageBytes = 256 * 1024;
const deduplicatedMilliseconds = 5 * 60_000;

interface Queue {
  readonly name: string;
  readonly worker: QueueWorker;
  readonly handler: WorkerHandler;
}

const queueUrl = (worker: string) => `https://sqs.eu-west-1.amazonaws.com/000000000000/${worker.replace('/', '-')}`;

const handlers = new Map(Object.entries(workers).map(([name, { handler }]) => [name, handler as WorkerHandler]));

const queues: readonly Queue[] = catalogueOf(routes, workers).workers.flatMap(({ name, worker }) =>
  worker.source.kind === 'queue' ? [{ name, worker: worker as QueueWorker, handler: handlers.get(name)! }] : [],
);

/** The environment variables with the names of the queues. */
export const queueEnvironment = (): Record<string, string> =>
  Object.fromEntries(queues.map(({ name }) => [environmentNames.queueUrl(name), queueUrl(name)]));

export class Queues {
  /** Messages that failed as often as their queue allows: `<worker>: <body>`. */
  readonly dead: string[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #lines = new Map<string, Promise<void>>();
  readonly #known = new Map<string, number>();

  constructor() {
    takeMessages((sent) => this.#take(sent));
  }

  /** Waits until no message is in progress; it does not wait for messages that a queue still delays. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #take(sent: SentMessage): void {
    const queue = queues.find(({ name }) => queueUrl(name) === sent.QueueUrl);
    if (!queue) throw Object.assign(new Error(`No queue ${sent.QueueUrl}`), { name: 'QueueDoesNotExist' });
    requireGrant(`send to ${queue.name}`, ({ sendsTo = [] }) => sendsTo.some(({ worker }) => worker === queue.name));
    if (Buffer.byteLength(sent.MessageBody) > mostMessageBytes) {
      throw Object.assign(new Error('The message is too long'), { name: 'InvalidParameterValue' });
    }
    if (queue.worker.source.ordered && !sent.MessageGroupId) {
      throw Object.assign(new Error('A FIFO queue needs a group'), { name: 'MissingParameter' });
    }
    const { delaySeconds = 0 } = queue.worker.source;
    if (delaySeconds > 0) setTimeout(() => this.#begin(this.#deliver(queue, sent)), delaySeconds * 1000).unref();
    else if (queue.worker.source.ordered) this.#queueUp(queue, sent);
    else this.#begin(this.#deliver(queue, sent));
  }

  #queueUp(queue: Queue, sent: SentMessage): void {
    const line = `${queue.name}\n${sent.MessageGroupId}`;
    const name = `${line}\n${sent.MessageDeduplicationId}`;
    if (Date.now() - (this.#known.get(name) ?? 0) < deduplicatedMilliseconds) return;
    this.#known.set(name, Date.now());
    const turn = (this.#lines.get(line) ?? Promise.resolve()).then(() => this.#deliver(queue, sent));
    this.#lines.set(line, turn);
    this.#begin(turn);
  }

  #begin(delivery: Promise<void>): void {
    const ended = delivery.finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
  }

  async #deliver({ name, worker, handler }: Queue, { MessageBody }: SentMessage): Promise<void> {
    const { maxReceives = usualReceives } = worker.source;
    for (let receives = 1; receives <= maxReceives; receives++) {
      const event = { Records: [record(name, MessageBody, receives)] };
      const { batchItemFailures } = await actingAs(name, workerUses(worker), () => handler(event, context));
      if (batchItemFailures.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, redeliveryMilliseconds));
    }
    this.dead.push(`${name}: ${MessageBody}`);
  }
}

const context = { getRemainingTimeInMillis: () => 30_000 } as Context;

function record(worker: string, body: string, receives: number): SQSRecord {
  const now = String(Date.now());
  return {
    messageId: randomUUID(),
    receiptHandle: randomUUID(),
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: now,
      SenderId: 'test',
      ApproximateFirstReceiveTimestamp: now,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-west-1:000000000000:${worker.replace('/', '-')}`,
    awsRegion: 'eu-west-1',
  };
}
