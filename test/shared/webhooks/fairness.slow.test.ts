import { setTimeout as realSleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as attempt from '../../../functions/webhooks/attempt.ts';
import * as attemptSlow from '../../../functions/webhooks/attempt-slow.ts';
import * as match from '../../../functions/webhooks/match.ts';
import { AttemptMessage, MatchMessage, SlowAttemptMessage } from '../../../shared/messages/webhooks.ts';
import { answerTargetsWith } from '../../../shared/outbound/connector.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { StandardQueue } from '../../support/standard-queue.ts';
import { caller, tenant } from '../support/people.ts';
import { Yard } from './yard.ts';

/**
 * A webhook of the same workspace, and one of another, beside many calls of slow targets: queues as SQS has them, as
 * many workers as Lambda starts, a database that takes 5 ms, and no other clock than the test's.
 */

const second = 1000;
const databaseMilliseconds = 5;
const other = caller(tenant(2));

let yard: Yard;
let arrivals: { readonly host: string; readonly at: number }[];

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, no) => signal.addEventListener('abort', () => no('late')));

beforeEach(async () => {
  yard = new Yard({ timers: true });
  yard.settle(other);
  arrivals = [];
  const queues = new Map([
    [MatchMessage.worker, new StandardQueue(match.worker, match.handler)],
    [AttemptMessage.worker, new StandardQueue(attempt.worker, attempt.handler)],
    [SlowAttemptMessage.worker, new StandardQueue(attemptSlow.worker, attemptSlow.handler)],
  ]);
  takeMessages((sent) => {
    const { webhookId, tenant } = JSON.parse(sent.MessageBody);
    expect(sent.MessageGroupId, 'SQS is fair by webhook, and before that by workspace').toBe(webhookId ?? tenant);
    queues.get(sent.QueueUrl.replace('https://sqs.example.com/', ''))?.send(sent);
  });
  answerTargetsWith(async ({ host }, _addresses, _request, signal) => {
    arrivals.push({ host, at: Date.now() });
    if (host.startsWith('hangs')) await aborted(signal);
    await sleep(host.startsWith('slow') ? second : 50);
    return { status: 200, retryAfter: undefined, body: 'ok' };
  });
  await yard.webhook({ url: 'https://same.example/', events: ['device.offline'] });
  await yard.webhook({ url: 'https://other.example/', events: ['device.offline'] }, other);
});
afterEach(async () => {
  yard.end();
  await realSleep(0);
});

interface Flood {
  readonly webhooks: number;
  readonly host: string;
  readonly events: number;
}

/** Publishes many events at once for webhooks with such a target. */
async function flood({ webhooks, host, events }: Flood): Promise<void> {
  for (let i = 0; i < webhooks; i++) {
    const limits = { timeout_seconds: 30, rate_limit_per_minute: 1000 };
    await yard.webhook({ url: `https://${host}/${i}`, events: ['device.online'], ...limits });
  }
  vi.setSystemTime(Date.now() + second);
  for (let i = 0; i < events; i++) await yard.happens();
  await yard.relay();
  yard.database.before = async () => {
    await sleep(databaseMilliseconds);
  };
}

/** How many seconds an event takes to the targets of the quiet webhooks, measured every five seconds for a minute. */
async function delays(): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < 12; i++) {
    await pass(5 * second);
    const [at, before] = [Date.now(), arrivals.length];
    const published = Promise.all(
      [yard, other].map((by) => yard.happens({ type: 'device.offline' }, by === yard ? yard.me : other)),
    );
    await pass(100);
    await published;
    await yard.relay();
    for (const host of ['same.example', 'other.example']) {
      const arrived = () => arrivals.slice(before).find((one) => one.host === host);
      for (let waits = 0; !arrived() && waits < 200; waits++) await pass(second);
      all.push(((arrived()?.at ?? Number.POSITIVE_INFINITY) - at) / second);
    }
  }
  return all;
}

test('300 events for a target that hangs delay neither another webhook nor another workspace', async () => {
  await flood({ webhooks: 1, host: 'hangs.example', events: 300 });
  expect(Math.max(...(await delays()))).toBeLessThan(2);
});

test('3,000 events for webhooks with slow targets delay neither another webhook nor another workspace', async () => {
  await flood({ webhooks: 3, host: 'slow.example', events: 3000 });
  expect(Math.max(...(await delays()))).toBeLessThan(2);
});

test('4,000 calls of ten targets that hang delay neither another webhook nor another workspace', async () => {
  await flood({ webhooks: 10, host: 'hangs.example', events: 400 });
  expect(Math.max(...(await delays()))).toBeLessThan(2);
});

test('3,000 calls of thirty targets that hang delay neither another webhook nor another workspace', async () => {
  await flood({ webhooks: 30, host: 'hangs.example', events: 100 });
  expect(Math.max(...(await delays()))).toBeLessThan(2);
});

test.each(['quick.example', 'slow.example'])(
  '500 events at once reach %s, of which nothing is known, within seconds',
  async (host) => {
    await flood({ webhooks: 1, host, events: 500 });
    const from = Date.now();
    await pass(30 * second);
    const took = arrivals.filter((one) => one.host === host).map(({ at }) => (at - from) / second);
    expect(took).toHaveLength(500);
    expect(Math.max(...took)).toBeLessThan(5);
  },
);

test('500 events at once reach a target that was quick lately within two seconds', async () => {
  await yard.webhook({ url: 'https://quick.example/', events: ['device.online'], rate_limit_per_minute: 1000 });
  await yard.happens();
  await yard.relay();
  await pass(5 * second);
  for (let i = 0; i < 500; i++) await yard.happens();
  await yard.relay();
  yard.database.before = async () => {
    await sleep(databaseMilliseconds);
  };
  const from = Date.now();
  await pass(10 * second);
  const took = arrivals.slice(1).map(({ at }) => (at - from) / second);
  expect(took).toHaveLength(500);
  expect(Math.max(...took)).toBeLessThan(2);
});
