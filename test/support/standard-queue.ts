import type { Context, SQSRecord } from 'aws-lambda';
import { pollingOf } from '../../lib/constructs/polling.ts';
import type { WorkerHandler } from '../../shared/worker/work.ts';
import type { QueueWorker } from '../../shared/worker/worker.ts';
import type { SentMessage } from './aws-fake.ts';

/**
 * A standard queue of SQS, and Lambda that polls it for its worker, under the timers of a test. The queue is fair: it
 * first delivers messages of groups that have no more than their share of the messages in flight. Messages without a
 * group are one group. A message is in flight until its whole batch is done, as in Lambda.
 */

interface Message {
  readonly id: number;
  readonly group: string;
  readonly body: string;
  readonly receives: number;
}

const redeliveryMilliseconds = 5000;
const milliseconds = 1000;
/** A group with more than this share of the messages in flight is noisy. */
const share = 0.1;

export class StandardQueue {
  readonly #handler: WorkerHandler;
  readonly #polling: ReturnType<typeof pollingOf>;
  readonly #inFlight = new Map<string, number>();
  #visible: Message[] = [];
  #running = 0;
  #gathers = false;
  #sent = 0;

  constructor({ source }: QueueWorker, handler: WorkerHandler) {
    [this.#handler, this.#polling] = [handler, pollingOf(source)];
  }

  send({ MessageBody: body, MessageGroupId: group = '', DelaySeconds: delay = 0 }: SentMessage): void {
    this.#sent += 1;
    this.#put({ id: this.#sent, group, body, receives: 1 }, delay * milliseconds);
  }

  #put(message: Message, delay: number): void {
    setTimeout(() => {
      this.#visible.push(message);
      this.#gather();
    }, delay);
  }

  /** Begins to wait for a batch, unless it already waits or all functions are busy. */
  #gather(): void {
    const { batchSize, windowSeconds, maxConcurrency } = this.#polling;
    if (this.#visible.length === 0 || this.#running === maxConcurrency) return;
    if (this.#visible.length >= batchSize || windowSeconds === 0) return this.#begin();
    if (this.#gathers) return;
    this.#gathers = true;
    setTimeout(() => {
      this.#gathers = false;
      if (this.#visible.length > 0 && this.#running < maxConcurrency) this.#begin();
    }, windowSeconds * milliseconds);
  }

  #begin(): void {
    this.#running += 1;
    const batch = this.#receive();
    void this.#run(batch).finally(() => {
      this.#running -= 1;
      for (const { group } of batch) this.#inFlight.set(group, this.#inFlight.get(group)! - 1);
      this.#gather();
    });
    this.#gather();
  }

  /** Takes a batch: the oldest of quiet groups, and if that is not enough, the oldest of all. */
  #receive(): readonly Message[] {
    const batch: Message[] = [];
    while (batch.length < this.#polling.batchSize && this.#visible.length > 0) {
      const quiet = this.#visible.findIndex(({ group }) => !this.#isNoisy(group));
      const [message] = this.#visible.splice(Math.max(0, quiet), 1);
      batch.push(message!);
      this.#inFlight.set(message!.group, (this.#inFlight.get(message!.group) ?? 0) + 1);
    }
    return batch;
  }

  #isNoisy(group: string): boolean {
    const all = [...this.#inFlight.values()].reduce((sum, one) => sum + one, 0);
    return (this.#inFlight.get(group) ?? 0) > share * all;
  }

  async #run(batch: readonly Message[]): Promise<void> {
    const { batchItemFailures } = await this.#handler({ Records: batch.map(recordOf) }, {} as Context);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const one of batch) {
      if (failed.has(String(one.id))) this.#put({ ...one, receives: one.receives + 1 }, redeliveryMilliseconds);
    }
  }
}

const recordOf = ({ id, body, receives }: Message): SQSRecord =>
  ({
    messageId: String(id),
    receiptHandle: String(id),
    body,
    attributes: { ApproximateReceiveCount: String(receives) },
    eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:queue',
  }) as SQSRecord;
