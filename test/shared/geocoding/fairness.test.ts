import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Search } from '../../../shared/geocoding/answer.ts';
import { Geocoder } from '../../../shared/geocoding/geocoder.ts';
import { geocodeWorkers } from '../../../shared/geocoding/pace.ts';
import { isDone, readRun, startRun } from '../../../shared/geocoding/run.ts';
import { geocodingRuns } from '../../../shared/geocoding/run-worker.ts';
import { mostSent } from '../../../shared/geocoding/turns.ts';
import { ChunkMessage } from '../../../shared/messages/geocode.ts';
import { newId } from '../../../shared/table/ids.ts';
import { geocodingOf } from '../../../shared/tenancy/geocoding-settings.ts';
import type { TenantReference } from '../../../shared/tenancy/tenant.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

/**
 * Many addresses of one workspace beside one of another, in virtual time: AWS's first quota of 50 look-ups a second,
 * five workers, a provider that takes 50 ms, and a queue that is not fair and takes 50 ms to deliver a message.
 */

const perSecond = 50;
const lookUpMilliseconds = 50;
const queueMilliseconds = 50;
const [many, few, third] = [tenant(1).reference, tenant(2).reference, tenant(3).reference];
const settings = geocodingOf({});

let database: DynamoDbFake;
let queue: ChunkMessage[];
let mostWaiting: number;
/** Idle workers. */
let idle: Geocoder[];
let lookUps: number[];

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const search: Search = async ({ text }) => {
  lookUps.push(Date.now());
  await sleep(lookUpMilliseconds);
  return [{ latitude: 50, longitude: 8, label: text, confidence: 1, precision: 'address' }];
};

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z') });
  vi.stubEnv('GEOCODING_GEOCODE_QUEUE_URL', 'chunks');
  database = new DynamoDbFake();
  queue = [];
  mostWaiting = 0;
  lookUps = [];
  idle = Array.from({ length: geocodeWorkers }, () => new Geocoder(search, perSecond));
  takeMessages(async ({ MessageBody, MessageGroupId }) => {
    const message = ChunkMessage.parse(JSON.parse(MessageBody));
    expect(MessageGroupId, 'SQS is fair by workspace').toBe(message.tenant);
    setTimeout(() => {
      queue.push(message);
      mostWaiting = Math.max(mostWaiting, queue.filter((one) => one.tenant === message.tenant).length);
      hand();
    }, queueMilliseconds);
  });
});
afterEach(() => {
  database.restore();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** First come, first served. */
function hand(): void {
  while (idle.length > 0 && queue.length > 0) {
    const [message, geocoder] = [queue.shift()!, idle.shift()!];
    void geocodingRuns([])
      .open()
      .geocode(message, geocoder)
      .finally(() => {
        idle.push(geocoder);
        hand();
      });
  }
}

let number = 0;
const addressesOf = (count: number) => Array.from({ length: count }, () => `${number++} St`);

async function ask(who: TenantReference, count: number, waitedFor: boolean): Promise<string> {
  const id = newId(Date.now());
  const until = waitedFor ? Date.now() + 14_000 : null;
  await startRun(who, id, { addresses: addressesOf(count), settings, until, waitedFor, whenDone: null });
  return id;
}

/** Milliseconds until a run is done, up to a limit. */
async function tookOf(who: TenantReference, id: string, most = 60_000): Promise<number> {
  const from = Date.now();
  while (Date.now() < from + most) {
    const row = await readRun(who, id);
    if (row && isDone(row)) return Date.now() - from;
    await vi.advanceTimersByTimeAsync(25);
  }
  return most;
}
const timeOf = async (who: TenantReference, count: number, waitedFor = true) =>
  await tookOf(who, await ask(who, count, waitedFor));

const mostInAnySecond = () =>
  Math.max(...lookUps.map((from) => lookUps.filter((at) => at >= from && at < from + 1000).length));

describe('one address of a workspace', () => {
  let alone: number;
  beforeEach(async () => {
    alone = await timeOf(few, 1);
    lookUps.length = 0;
  });

  test.each([
    ['ten imports of 500 that nobody waits for', Array(10).fill(500), false],
    ['ten imports of 500 that somebody waits for', Array(10).fill(500), true],
    ['one of 5,000', [5000], false],
    ['200 requests with one address each', Array(200).fill(1), false],
  ])('waits at most 3 seconds longer beside %s of another', async (_, imports, waitedFor) => {
    for (const count of imports) await ask(many, count, waitedFor);
    const waits: number[] = [];
    // At several instants, since the address may arrive when all workers have just begun.
    for (let i = 0; i < 8; i++) {
      await vi.advanceTimersByTimeAsync(170);
      waits.push((await timeOf(few, 1)) - alone);
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(3000);
    expect(mostWaiting).toBeLessThanOrEqual(mostSent);
    expect(mostInAnySecond()).toBeLessThanOrEqual(perSecond);
  });

  test('waits at most 3 seconds longer beside two others with 5,000 each', async () => {
    for (const who of [many, third]) for (let i = 0; i < 10; i++) await ask(who, 500, false);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await timeOf(few, 1)) - alone).toBeLessThanOrEqual(3000);
  });

  test('waits no longer beside 5,000 addresses of its own workspace, if a caller waits for it', async () => {
    for (let i = 0; i < 10; i++) await ask(few, 500, false);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await timeOf(few, 1)) - alone).toBeLessThanOrEqual(3000);
  });
});

test('500 addresses get the whole quota while nobody else asks, and half of it beside another 500', async () => {
  expect(await timeOf(many, 500)).toBeLessThan(11_000);
  const other = await ask(third, 500, false);
  expect(await timeOf(many, 250)).toBeLessThan(12_000);
  expect(await tookOf(third, other)).toBeLessThan(7000);
});
