import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Geocode, missed, postponed } from '../../../shared/geocoding/geocode.ts';
import { newId } from '../../../shared/table/ids.ts';
import { fault } from '../../support/dynamodb-fake.ts';
import { catchOutput } from '../support/platform.ts';
import { type Body, Yard } from './yard.ts';

let yard: Yard;

beforeEach(() => {
  catchOutput();
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  yard = new Yard();
});
afterEach(() => {
  yard.database.restore();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const items = (...all: Body[]) => ({ items: all });
const found = (address: string): Geocode => ({
  kind: 'found',
  latitude: 51,
  longitude: 9,
  label: address.toUpperCase(),
  confidence: 0.9,
});
const noted = (address: string) => ({ address, normalizedAddress: address.toUpperCase(), geocodeConfidence: 0.9 });

async function planned(body: Body, geocodeOf = found) {
  const plan = await yard.plan(body);
  expect(plan.state).toBe('COMPUTING');
  await yard.geocode(plan, geocodeOf);
  await yard.work();
  return await yard.see(plan.id);
}

test('an address is looked up only if the geofence is new or its address has changed', async () => {
  await yard.fence({ externalId: 'same', metadata: noted('Old 1') });
  await yard.fence({ externalId: 'moved', metadata: { ...noted('Old 2'), kept: 1 }, radiusMeters: 70 });
  const body = items(
    { externalId: 'new', name: 'New', address: 'New 1' },
    { externalId: 'plain', name: 'Plain', latitude: 1, longitude: 2 },
    { externalId: 'same', address: 'Old 1', name: 'Renamed' },
    { externalId: 'moved', address: 'New 2' },
  );
  const asked: string[] = [];
  const plan = await planned(body, (address) => {
    asked.push(address);
    return found(address);
  });
  expect(asked).toEqual(['New 1', 'New 2']);
  expect(plan).toMatchObject({ status: 'READY', counts: { create: 2, update: 2, unchanged: 0, error: 0 } });
  expect(plan.changes.map(({ externalId }) => externalId)).toEqual(['new', 'plain', 'same', 'moved']);
  expect(plan.changes[3]!.diff).toEqual({
    latitude: [50, 51],
    longitude: [10, 9],
    metadata: [
      { ...noted('Old 2'), kept: 1 },
      { ...noted('New 2'), kept: 1 },
    ],
  });
  await yard.apply(plan.planId);
  await yard.work();
  const fences = await yard.fences();
  expect(fences.get('new')).toMatchObject({ radiusMeters: 100, latitude: 51, metadata: noted('New 1') });
  expect(fences.get('same')).toMatchObject({ radiusMeters: 200, latitude: 50, name: 'Renamed' });
  expect(fences.get('moved')).toMatchObject({ radiusMeters: 70, latitude: 51, metadata: { kept: 1 } });
  expect(await yard.plan(body)).toMatchObject({ state: 'READY', counts: { unchanged: 4 }, sizes: [] });
});

test('metadata of an item is kept beside the facts about its address', async () => {
  await yard.fence({ externalId: 'a', metadata: noted('Old 1') });
  const body = items({ externalId: 'a', address: 'Old 1', metadata: { mine: 1 } });
  await yard.synced(body);
  expect((await yard.fences()).get('a')).toMatchObject({ metadata: { mine: 1, ...noted('Old 1') }, version: 2 });
  expect((await yard.plan(body)).counts.unchanged).toBe(1);
});

test('an address that cannot be found, or not now, is an error of its item', async () => {
  const body = items(
    { externalId: 'a', name: 'A', address: 'nowhere' },
    { externalId: 'b', name: 'B', address: 'later' },
    { externalId: 'c', name: 'C', address: 'here' },
    { externalId: 'd', address: 'nameless' },
  );
  const answers: Record<string, Geocode> = { nowhere: missed(), later: postponed('throttled'), here: found('here') };
  const { changes, counts } = await planned(body, (address) => answers[address]!);
  expect(counts).toEqual({ create: 1, update: 0, delete: 0, unchanged: 0, error: 3 });
  expect(changes.map(({ op, errorCode, message }) => [op, errorCode, message])).toEqual([
    ['error', 'GEOCODE_FAILED', 'Could not geocode address'],
    ['error', 'GEOCODER_RATE_LIMIT', expect.stringContaining('Retry in a minute')],
    ['create', undefined, undefined],
    ['error', 'CREATE_FAILED', 'name: Field required'],
  ]);
});

test('metadata that the address makes too large is an error of its item', async () => {
  const metadata = { a: 'x'.repeat(16 * 1024 - 20) };
  const { changes } = await planned(items({ externalId: 'a', name: 'A', address: 'here', metadata }));
  expect(changes).toMatchObject([{ op: 'error', message: 'metadata: Should be at most 16384 bytes as JSON' }]);
});

test('a plan is computed from what is stored when it is completed, and shows nothing before', async () => {
  const { id } = await yard.fence({ externalId: 'a' });
  const plan = await yard.plan(
    items({ externalId: 'a', address: 'here' }, { externalId: 'b', name: 'B', address: 'x' }),
  );
  expect(await yard.see(plan.id)).toMatchObject({ status: 'COMPUTING', changes: [] });
  await yard.patch(id, { name: 'Other' });
  await yard.fence({ externalId: 'b' });
  await yard.geocode(plan, found);
  await yard.work();
  expect((await yard.see(plan.id)).changes).toMatchObject([
    { op: 'update', externalId: 'a', fromVersion: 2 },
    { op: 'update', externalId: 'b', fromVersion: 1 },
  ]);
  await yard.apply(plan.id);
  await yard.work();
  expect((await yard.fences()).get('a')).toMatchObject({ name: 'Other', latitude: 51 });
});

test('a retry of a request that crashed before it sent its addresses sends them', async () => {
  const body = items({ externalId: 'a', name: 'A', address: 'here' });
  const id = newId(Date.now());
  let puts = 0;
  yard.database.before = ({ operation, input }) => {
    if (operation === 'PutCommand' && String(input.Item.pk).includes('#geocoding#') && puts++ === 0)
      throw fault('TimeoutError');
  };
  await expect(yard.plan(body, id)).rejects.toThrow('TimeoutError');
  expect(yard.chunksSent).toBe(0);
  const plan = await yard.plan(body, id);
  expect([plan.id, yard.chunksSent]).toEqual([id, 1]);
  await yard.plan(body, id);
  expect(yard.chunksSent).toBe(2); // the missing chunks of a run are sent again
});

test('a plan is completed once, however often its message is delivered and wherever the worker crashes', async () => {
  const body = items(
    ...Array.from({ length: 60 }, (_, i) => ({
      externalId: `e${i}`,
      name: `N${i}`,
      ...(i % 2 ? { address: 'x' } : { latitude: i, longitude: 1 }),
    })),
  );
  for (let dies = 1; ; dies++) {
    const plan = await yard.plan(body);
    await yard.geocode(plan, found);
    yard.queue.push(...yard.queue);
    let calls = 0;
    yard.database[dies % 2 ? 'before' : 'after'] = () => {
      if (++calls === Math.ceil(dies / 2)) throw fault('TimeoutError');
    };
    await yard.work();
    const reached = calls >= Math.ceil(dies / 2);
    yard.database.before = yard.database.after = () => undefined;
    const seen = await yard.see(plan.id);
    expect(seen).toMatchObject({ status: 'READY', counts: { create: 60 } });
    expect(seen.changes.map(({ externalId }) => externalId)).toEqual(body.items.map(({ externalId }) => externalId));
    if (!reached) break;
  }
});
