import { expect } from 'vitest';
import { workerUses } from '../../shared/http/uses.ts';
import type { WorkerHandler } from '../../shared/worker/work.ts';
import type { Worker } from '../../shared/worker/worker.ts';
import { actingAs } from '../support/grants.ts';

/** Messages of devices, as the broker's rules send them to workers. */

interface Taking {
  readonly worker: Worker;
  readonly handler: unknown;
}

/** Delivers one message to a worker, which must accept it. */
export async function deliver({ worker, handler }: Taking, message: object): Promise<void> {
  const record = { messageId: 'm', body: JSON.stringify(message), eventSource: 'aws:sqs', attributes: {} };
  const event = { Records: [record] } as never;
  const run = handler as WorkerHandler;
  const { batchItemFailures } = await actingAs('a worker', workerUses(worker), () => run(event, {} as never));
  expect(batchItemFailures).toEqual([]);
}

/** The payload of a message: JSON, or a text as it is. */
export const base64 = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
