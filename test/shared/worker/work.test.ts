import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { defineCapability } from '../../../shared/capability/capability.ts';
import { bringBackSoon } from '../../../shared/queue/redelivery.ts';
import { work } from '../../../shared/worker/work.ts';
import { defineWorker } from '../../../shared/worker/worker.ts';
import { type Answers, answerFor } from '../../support/aws-fake.ts';
import { catchOutput, type Output } from '../support/platform.ts';

let output: Output;
beforeEach(() => {
  output = catchOutput();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const context = {} as never;
const done: number[] = [];
const uses = { store: defineCapability({ open: () => ({ do: (n: number) => done.push(n) }) }) };
const message = z.object({ n: z.number() });
beforeEach(() => {
  done.length = 0;
});

describe('a worker of a queue', () => {
  const worker = defineWorker({ summary: '', impact: '', source: { kind: 'queue' }, message, uses });
  const handler = work(worker, async ({ message: { n }, store }) => {
    if (n < 0) throw new Error(`cannot do ${n}`);
    store.do(n);
  });
  const batch = (...bodies: string[]) => ({
    Records: bodies.map((body, i) => ({ messageId: `m${i}`, body, eventSource: 'aws:sqs' })),
  });
  const run = async (...bodies: string[]) => (await handler(batch(...bodies) as never, context)).batchItemFailures;

  test('does each message, and sends none back', async () => {
    expect(await run('{"n":1}', '{"n":2,"more":true}')).toEqual([]);
    expect(done).toEqual([1, 2]);
  });

  test('sends back each message that failed, for itself alone', async () => {
    const failed = await run('{"n":1}', '{"n":-1}', '{"n":2}', '{', '{"m":1}', 'null');
    expect(failed.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(['m1', 'm3', 'm4', 'm5']);
    expect(done).toEqual([1, 2]);
  });

  test('sends all back where all failed, and throws not', async () => {
    expect(await run('{"n":-1}', 'x')).toHaveLength(2);
  });

  test('in order brings back soon what failed, later each time, and in the end when the queue says', async () => {
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    const queue = vi.fn<Answers>(async () => ({}));
    answerFor('sqs', queue);
    const fails = async ({ message: { n } }: { message: { n: number } }) => {
      if (n < 0) throw new Error(`cannot do ${n}`);
    };
    const ordered = work(worker, fails, bringBackSoon);
    const record = (n: number, receives: number) => ({
      messageId: 'm0',
      body: JSON.stringify({ n }),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:hexfence-dev-x.fifo',
      receiptHandle: 'receipt',
      attributes: { ApproximateReceiveCount: String(receives) },
    });
    const failures = async (n: number, receives: number) =>
      (await ordered({ Records: [record(n, receives)] } as never, context)).batchItemFailures.length;
    expect(await failures(1, 1)).toBe(0);
    for (const receives of [1, 2, 3, 4]) expect(await failures(-1, receives)).toBe(1);
    expect(queue.mock.calls.map(([operation]) => operation)).toEqual(Array(3).fill('ChangeMessageVisibility'));
    const waits = queue.mock.calls.map(([, input]) => input);
    for (const [i, seconds] of [5, 30, 120].entries()) {
      expect(waits[i].VisibilityTimeout).toBeGreaterThanOrEqual(seconds * 0.8);
      expect(waits[i].VisibilityTimeout).toBeLessThanOrEqual(seconds * 1.2);
    }
    expect(waits[0]).toMatchObject({
      QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/hexfence-dev-x.fifo',
      ReceiptHandle: 'receipt',
    });
    queue.mockRejectedValue(new Error('no'));
    expect(await failures(-1, 1), 'it comes again in any case').toBe(1);
  });

  test('logs what failed by its id, never by its content', async () => {
    await run('{"n":-1,"secret":"hunter2"}', '{"hunter2"');
    expect(output.text()).toContain('m0');
    expect(output.text()).toContain('m1');
  });
});
