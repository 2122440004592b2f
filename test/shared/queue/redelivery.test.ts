import type { SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { defineMessage, type MessageOf } from '../../../shared/queue/message.ts';
import { work } from '../../../shared/worker/work.ts';
import { defineWorker } from '../../../shared/worker/worker.ts';
import { answerFor } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { catchOutput, type Output } from '../support/platform.ts';

/** When a message is redelivered, in virtual time: after its worker failed, and after it crashed. */

const url = 'https://sqs.eu-west-1.amazonaws.com/123456789012/hexfence-dev-x.fifo';
/** The visibility timeout of the queue: the timeout of the function. */
const baseSeconds = 55;

let database: DynamoDbFake;
let output: Output;
/** When others may see the message, in milliseconds since 1970. */
let visibleAt: number;
let changes: { readonly at: number; readonly seconds: number }[];
let refuse: () => Promise<void> | void;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  database = new DynamoDbFake();
  output = catchOutput();
  changes = [];
  refuse = () => undefined;
  answerFor('sqs', async (operation, { QueueUrl, ReceiptHandle, VisibilityTimeout: seconds }) => {
    expect([operation, QueueUrl, ReceiptHandle]).toEqual(['ChangeMessageVisibility', url, 'receipt']);
    await refuse();
    changes.push({ at: Date.now(), seconds });
    visibleAt = Date.now() + seconds * 1000;
  });
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const message = defineMessage('things/do', z.object({ seconds: z.number(), fails: z.boolean() }));
const job = async ({ message: { seconds, fails } }: { message: MessageOf<typeof message> }) => {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  if (fails) throw new Error('it failed');
};
const handlers = Object.fromEntries(
  [true, undefined].map((ordered) => {
    const source = { kind: 'queue', ordered } as never;
    return [
      ordered ? 'ordered' : 'plain',
      work(defineWorker({ summary: '', impact: '', source, message, uses: {} }), job),
    ];
  }),
);

/** A delivery; returns how many failed. */
function deliver(kind: 'ordered' | 'plain', seconds: number, fails = false, receives = 1) {
  visibleAt = Date.now() + baseSeconds * 1000;
  const record = {
    messageId: 'm',
    body: JSON.stringify({ seconds, fails }),
    receiptHandle: 'receipt',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:hexfence-dev-x.fifo',
    attributes: { ApproximateReceiveCount: String(receives) },
  } as SQSRecord;
  return handlers[kind]!({ Records: [record] }, {} as never).then(({ batchItemFailures }) => batchItemFailures.length);
}
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const hiddenFor = () => (visibleAt - Date.now()) / 1000;

describe('a message of a queue with an order', () => {
  test('stays invisible while its worker runs, and is visible 20 seconds after it crashed', async () => {
    const ending = deliver('ordered', 54);
    for (let second = 0; second < 54; second++) {
      await pass(1);
      // If it crashed now, its workspace would wait for this time.
      expect(hiddenFor()).toBeGreaterThan(10);
      expect(hiddenFor()).toBeLessThanOrEqual(20);
    }
    expect(await ending).toBe(0);
  });

  test('is no longer renewed once it is done, or has failed', async () => {
    for (const fails of [false, true]) {
      const ending = deliver('ordered', 15, fails);
      await pass(15);
      expect(await ending).toBe(fails ? 1 : 0);
      const { length } = changes;
      await pass(120);
      expect(changes).toHaveLength(length);
      changes = [];
    }
  });

  test('stays hidden while some heartbeats are lost, and is never hidden for a minute', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }), async (lost) => {
        const bounded = lost.map((one, i) => one && !lost[i - 1]);
        let beat = 0;
        refuse = () => {
          if (bounded[beat++]) throw new Error('lost');
        };
        const ending = deliver('ordered', 54);
        for (let second = 0; second < 54; second++) {
          await pass(1);
          expect(hiddenFor()).toBeGreaterThan(0);
          expect(hiddenFor()).toBeLessThan(60);
        }
        expect(await ending).toBe(0);
      }),
      { numRuns: 30 },
    );
    expect(output.text()).toContain('visibility not renewed');
  });

  test('that failed comes back when it should, though a heartbeat was under way', async () => {
    refuse = () => new Promise((resolve) => setTimeout(resolve, 3000));
    const ending = deliver('ordered', 7, true);
    await pass(30);
    expect(await ending).toBe(1);
    expect(changes.map(({ seconds }) => seconds).slice(0, -1)).toEqual([20, 20]);
    expect(changes.at(-1)?.seconds).toBeLessThanOrEqual(6);
  });
});

describe('a message that failed', () => {
  test.each(['ordered', 'plain'] as const)('in a queue that is %s is redelivered soon, with backoff', async (kind) => {
    const waits: number[] = [];
    for (const receives of [1, 2, 3, 4, 5, 8]) {
      changes = [];
      const ending = deliver(kind, 0, true, receives);
      await pass(1);
      expect(await ending).toBe(1);
      waits.push(changes.at(-1)!.seconds);
    }
    for (const [i, seconds] of [5, 30, 120, 360, 360, 360].entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(seconds * 0.8);
      expect(waits[i]).toBeLessThanOrEqual(seconds * 1.2);
    }
  });

  test('is redelivered in any case', async () => {
    refuse = () => {
      throw new Error('away');
    };
    const ending = deliver('plain', 0, true);
    await pass(1);
    expect(await ending).toBe(1);
    expect(output.text()).toContain('redelivery not scheduled');
  });

  test('in a queue without an order is hidden for as long as the queue says while it is worked on', async () => {
    const ending = deliver('plain', 30);
    await pass(30);
    expect([await ending, changes]).toEqual([0, []]);
  });
});
