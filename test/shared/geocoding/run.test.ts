import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Geocode } from '../../../shared/geocoding/geocode.ts';
import type { Geocoder } from '../../../shared/geocoding/geocoder.ts';
import {
  awaitRun,
  chunkSize,
  geocodesOf,
  isDone,
  readRun,
  resumeRun,
  startRun,
} from '../../../shared/geocoding/run.ts';
import { geocodingRuns } from '../../../shared/geocoding/run-worker.ts';
import { DecideMessage } from '../../../shared/messages/decide-batch.ts';
import { ChunkMessage } from '../../../shared/messages/geocode.ts';
import { geocodingOf } from '../../../shared/tenancy/geocoding-settings.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

/** Runs of geocoding: chunks are delivered in any order and any number of times, and the run ends once. */

const { reference } = tenant();
const now = Date.parse('2026-03-22T10:00:00Z');
const settings = geocodingOf({});
const whenDone = { ...DecideMessage.order({ batch: 'b' } as never), group: 'g', name: 'n' };
const addresses = Array.from({ length: 2 * chunkSize + 5 }, (_, i) => `${i} St`);
let database: DynamoDbFake;
let sent: { url: string; body: Record<string, unknown>; group: string | undefined; name: string | undefined }[];

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  vi.stubEnv('GEOCODING_GEOCODE_QUEUE_URL', 'chunks');
  vi.stubEnv('GEOFENCES_DECIDE_BATCH_QUEUE_URL', 'decisions');
  database = new DynamoDbFake();
  geocodeAll.mockClear();
  sent = [];
  takeMessages(({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId }) => {
    sent.push({ url: QueueUrl, body: JSON.parse(MessageBody), group: MessageGroupId, name: MessageDeduplicationId });
  });
});
afterEach(() => {
  database.restore();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const found = (address: string, latitude = 50): Geocode => ({
  kind: 'found',
  latitude,
  longitude: 8,
  label: address,
  confidence: 1,
});
const geocodeAll = vi.fn(async (asked: readonly string[], _settings: unknown, _until: number) =>
  asked.map((address) => found(address)),
);
const start = (plan: Partial<Parameters<typeof startRun>[2]> = {}) =>
  startRun(reference, 'r', { addresses, settings, until: now + 14_000, waitedFor: true, whenDone, ...plan });
const chunk = async (number: number, geocoder: Pick<Geocoder, 'geocodeAll'> = { geocodeAll }) =>
  await geocodingRuns([])
    .open()
    .geocode(ChunkMessage.parse({ tenant: reference, run: 'r', chunk: number }), geocoder);
const run = async () => (await readRun(reference, 'r'))!;
const labels = async () =>
  (await geocodesOf(reference, 'r', await run())).map((one) => (one?.kind === 'found' ? one.label : undefined));
const ended = () => sent.filter(({ url }) => url === 'decisions');

test('a run is sent in chunks, each with its own addresses, the settings and the time that is left', async () => {
  await start();
  expect(sent).toEqual(
    [0, 1, 2].map((number) => ({
      url: 'chunks',
      body: { tenant: reference, run: 'r', chunk: number },
      group: reference,
      name: undefined,
    })),
  );
  await chunk(2);
  expect(geocodeAll).toHaveBeenCalledWith(addresses.slice(2 * chunkSize), settings, now + 13_600);
});

test('a run that nobody waits for gives each chunk twenty seconds', async () => {
  await start({ until: null });
  vi.setSystemTime(now + 3_600_000);
  await chunk(0);
  expect(geocodeAll.mock.calls[0]?.[2]).toBe(now + 3_620_000);
});

test.each([[[0, 1, 2]], [[2, 0, 1]], [[1, 1, 0, 0, 2]]])(
  'chunks in the order %j end it once they are all there',
  async (order) => {
    await start();
    for (const number of order.slice(0, -1)) await chunk(number);
    expect([isDone(await run()), ended()]).toEqual([false, []]);
    await chunk(order.at(-1)!);
    expect(isDone(await run())).toBe(true);
    expect(ended()).toEqual([{ url: 'decisions', body: { batch: 'b' }, group: 'g', name: 'n' }]);
    expect((await labels()).slice(0, addresses.length)).toEqual(addresses);
  },
);

test('chunks at once end it, and none is lost', async () => {
  await start();
  await Promise.all([0, 1, 2, 0, 1, 2].map((number) => chunk(number)));
  expect((await run()).geocoded).toEqual(new Set([0, 1, 2]));
  expect(ended().length).toBeGreaterThan(0);
  expect(new Set(ended().map(({ name }) => name)).size).toBe(1);
});

describe('of a chunk that is delivered twice', () => {
  const others = vi.fn(async (asked: readonly string[]) => asked.map((address) => found(`other ${address}`)));
  beforeEach(() => {
    others.mockClear();
  });

  test('the first outcome is kept, and the provider is not called again', async () => {
    await start();
    await chunk(0);
    await chunk(0, { geocodeAll: others });
    expect((await labels())[0]).toBe('0 St');
    expect(others).not.toHaveBeenCalled();
  });

  test('at once, the outcome that was written first is kept', async () => {
    await start();
    const slower = async (asked: readonly string[]) => {
      await chunk(0);
      return await others(asked);
    };
    await chunk(0, { geocodeAll: slower });
    expect(others).toHaveBeenCalledOnce();
    expect((await labels())[0]).toBe('0 St');
  });

  test('the end is reported again, for a worker that crashed before it reported it', async () => {
    await start({ addresses: addresses.slice(0, 10) });
    await chunk(0);
    await chunk(0);
    expect(ended()).toHaveLength(2);
  });
});

describe('nothing is asked', () => {
  test('when nobody waits any more', async () => {
    await start();
    vi.setSystemTime(now + 14_000);
    await chunk(0);
    expect(geocodeAll).not.toHaveBeenCalled();
    expect((await run()).geocoded).toBeUndefined();
  });

  test('for a deleted run', async () => {
    await chunk(0);
    expect(geocodeAll).not.toHaveBeenCalled();
    expect(database.rows('main')).toEqual([]);
  });
});

test('a chunk that was never written fails its message', async () => {
  await start();
  await expect(chunk(3)).rejects.toThrow('no chunk 3');
});

test('a geocoder or a database that fails leaves the chunk to the next delivery', async () => {
  await start({ addresses: addresses.slice(0, 5) });
  const broken = { geocodeAll: () => Promise.reject(new Error('broken')) };
  await expect(chunk(0, broken)).rejects.toThrow('broken');
  database.after = ({ operation }) => {
    if (operation === 'PutCommand') throw fault('TimeoutError');
  };
  await expect(chunk(0)).rejects.toThrow('TimeoutError');
  database.after = () => undefined;
  await chunk(0);
  expect((await labels()).slice(0, 5)).toEqual(addresses.slice(0, 5));
  expect(ended()).toHaveLength(1);
});

test('a run without addresses is done at once', async () => {
  await start({ addresses: [] });
  expect(sent.map(({ url }) => url)).toEqual(['decisions']);
  expect(await labels()).toEqual([]);
});

test('a run without an order for its end sends nothing', async () => {
  await start({ addresses: [], whenDone: null });
  expect(sent).toEqual([]);
});

test('what a run still lacks is sent again, or its end', async () => {
  await start();
  await chunk(1);
  sent.length = 0;
  await resumeRun(reference, 'r', await run());
  expect(sent.map(({ body }) => body.chunk)).toEqual([0, 2]);
  await chunk(0);
  await chunk(2);
  sent.length = 0;
  await resumeRun(reference, 'r', await run());
  expect(sent.map(({ url }) => url)).toEqual(['decisions']);
});

test('addresses whose chunk was not delivered have no geocode, each in its place', async () => {
  await start();
  await chunk(1);
  const known = await labels();
  expect(known.slice(0, chunkSize)).toEqual(Array(chunkSize).fill(undefined));
  expect(known.slice(chunkSize, 2 * chunkSize)).toEqual(addresses.slice(chunkSize, 2 * chunkSize));
  expect(known.slice(2 * chunkSize)).toEqual(Array(chunkSize).fill(undefined));
});

test('a waiting request gets the run as it is when the time is over', async () => {
  await start();
  await chunk(0);
  expect((await awaitRun(reference, 'r', Date.now())).geocoded).toEqual(new Set([0]));
  await chunk(1);
  await chunk(2);
  expect(isDone(await awaitRun(reference, 'r', now + 1_000_000))).toBe(true);
  await expect(awaitRun(reference, 'other', now)).rejects.toThrow('gone');
});
