import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { defineCapability } from '../../../shared/capability/capability.ts';
import { defineMessage } from '../../../shared/queue/message.ts';
import { work } from '../../../shared/worker/work.ts';
import { defineWorker } from '../../../shared/worker/worker.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { catchOutput, type Output } from '../support/platform.ts';

let output: Output;
beforeEach(() => {
  output = catchOutput();
  takeMessages(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const context = {} as never;
const done: number[] = [];
const uses = { store: defineCapability({ open: () => ({ do: (n: number) => done.push(n) }) }) };
const message = defineMessage('things/do', z.object({ n: z.number() }));
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
    Records: bodies.map((body, i) => ({
      messageId: `m${i}`,
      body,
      attributes: {},
      eventSourceARN: 'arn:aws:sqs:eu-west-1:1:q',
    })),
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

  test('logs what failed by its id, never by its content', async () => {
    await run('{"n":-1,"secret":"hunter2"}', '{"hunter2"');
    expect(output.text()).toContain('m0');
    expect(output.text()).toContain('m1');
  });
});
