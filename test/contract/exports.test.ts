import { parse } from 'csv-parse/sync';
import { beforeAll, expect, test } from 'vitest';
import { chunkKey, chunksOf } from '../../shared/readings/chunk.ts';
import { rawUntil } from '../../shared/readings/retention.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { unzipped } from '../shared/archives/reading.ts';
import { aDevice } from './device-calls.ts';
import { newWorld, type World } from './world.ts';

/** The round trip of an export, with the rights that its endpoints and workers declare. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

const minute = 60_000;
const iso = (at: number) => new Date(at).toISOString();

async function made(name: Parameters<World['call']>[0], body: object) {
  const answer = await world.call(name, { body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

/** A device with a sensor, two readings and an annotation. */
async function measuringDevice() {
  const deviceId = (await aDevice(world)).params.id;
  const component = await made('components/create', { deviceId, name: 'boiler-1' });
  const sensor = await made('sensors/create', { componentId: component.id, key: 'temperature', valueType: 'DOUBLE' });
  const readings = [20.5, -3].map((value, i) => ({ at: Date.now() - (10 - i) * minute, value, place: i }));
  for (const chunk of chunksOf(readings, Date.now())) {
    const key = chunkKey(world.workspace.reference, sensor.id, chunk);
    const ttl = rawUntil(chunk.newestAt, 30);
    platform.database.set('telemetry', { ...key, readings: chunk.readings, ttl });
  }
  const { id: classId } = await made('annotation-classes/create', { name: `Störung ${deviceId}` });
  const [from, to] = [iso(Date.now() - 20 * minute), iso(Date.now() - 15 * minute)];
  await made('annotations/create', { classId, scopeType: 'SENSOR', scopeId: sensor.id, from, to, note: '=1+1' });
  return deviceId;
}

const hourOf = (scopeId: string, includes: string[]) => ({
  scopeType: 'DEVICE',
  scopeId,
  from: iso(Date.now() - 60 * minute),
  to: iso(Date.now() + minute),
  includes,
});

test('an export is created, pending, ready, and opened, as the documentation prints it', async () => {
  const deviceId = await measuringDevice();
  const draft = hourOf(deviceId, ['READINGS', 'ANNOTATIONS', 'LOCATIONS', 'EVENTS']);
  const created = await made('exports/create', draft);
  expect(created).toEqual({
    id: expect.any(String),
    ...draft,
    format: 'CSV',
    status: 'PENDING',
    requestedBy: expect.stringMatching(/^key_/),
    createdAt: expect.any(String),
  });
  const params = { id: created.id };
  expect((await world.call('exports/get', { params })).body).toEqual(created);
  await relayEvents();
  const { body: ready } = await world.call('exports/get', { params });
  expect(ready).toEqual({
    ...created,
    status: 'READY',
    sizeBytes: expect.any(Number),
    readingCount: 2,
    annotationCount: 1,
    locationCount: 0,
    eventCount: 0,
    completedAt: expect.any(String),
    expiresAt: expect.any(String),
    downloadUrl: expect.stringMatching(new RegExp(`^https://[^/]+/.*exports/${created.id}\\.zip\\?.*X-Amz-Signature=`)),
  });
  const files = await unzipped(platform.store.open(ready.downloadUrl));
  const rows = parse(files.get('readings.csv')!, { columns: true }) as Record<string, string>[];
  expect(rows.map(({ device_id, component, value }) => [device_id, component, value])).toEqual([
    [deviceId, 'boiler-1', '20.5'],
    [deviceId, 'boiler-1', '-3'],
  ]);
  const [annotation] = parse(files.get('annotations.csv')!, { columns: true }) as Record<string, string>[];
  expect(annotation).toMatchObject({ class: `Störung ${deviceId}`, scope_type: 'SENSOR', note: "'=1+1" });
  const { downloadUrl: _, ...listed } = ready;
  const { body: list } = await world.call('exports/list', { query: `status=READY&scopeId=${deviceId}` });
  expect(list).toMatchObject({ data: [listed], total: 1 });
  const { body: none } = await world.call('exports/list', { query: `status=EXPIRED&scopeId=${deviceId}` });
  expect(none).toMatchObject({ data: [], total: 0 });
});

test('the requests of the documentation are taken with the key as a bearer, and find nothing of 2024', async () => {
  const { params } = await aDevice(world);
  const byBearer = { key: undefined, headers: { authorization: `Bearer ${world.key}` } };
  const draft = {
    scopeType: 'DEVICE',
    scopeId: params.id,
    from: '2024-01-01T00:00:00Z',
    to: '2024-02-01T00:00:00Z',
    includes: ['READINGS', 'ANNOTATIONS'],
  };
  const { status, body: created } = await world.call('exports/create', { ...byBearer, body: draft });
  expect([status, created]).toEqual([201, expect.objectContaining({ ...draft, status: 'PENDING' })]);
  await relayEvents();
  const { body } = await world.call('exports/get', { ...byBearer, params: { id: created.id } });
  const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
  expect(body).toMatchObject({
    id: created.id,
    status: 'READY',
    sizeBytes: expect.any(Number),
    readingCount: 0,
    annotationCount: 0,
    completedAt: instant,
    expiresAt: instant,
    downloadUrl: expect.stringContaining(`exports/${created.id}.zip?`),
  });
});

test('a deleted export has no file, and no record', async () => {
  const { params } = await aDevice(world);
  const { id } = await made('exports/create', hourOf(params.id, ['LOCATIONS']));
  await relayEvents();
  const { body } = await world.call('exports/get', { params: { id } });
  expect(platform.store.open(body.downloadUrl).length).toBe(body.sizeBytes);
  expect((await world.call('exports/delete', { params: { id } })).status).toBe(204);
  await relayEvents();
  expect(() => platform.store.open(body.downloadUrl)).toThrow('NoSuchKey');
  expect((await world.call('exports/get', { params: { id } })).status).toBe(404);
});

test('an export of a device that is deleted fails', async () => {
  const { params } = await aDevice(world);
  const { id } = await made('exports/create', hourOf(params.id, ['EVENTS']));
  await world.call('devices/delete', { params });
  await relayEvents();
  expect((await world.call('exports/get', { params: { id } })).body).toMatchObject({
    status: 'FAILED',
    errorCode: 'SCOPE_GONE',
    errorMessage: expect.any(String),
  });
});

test('a person who asked for an export is notified', async () => {
  const { params } = await aDevice(world);
  const asked = await world.call('exports/create', { as: 'viewer', body: hourOf(params.id, ['EVENTS']) });
  expect(asked.body.requestedBy).toMatch(/^user_/);
  await relayEvents();
  // Relays what the worker has recorded.
  await relayEvents();
  const { body } = await world.call('account/list-notifications', { as: 'viewer' });
  expect(body.data).toMatchObject([{ type: 'export.ready', link: `/api/v1/exports/${asked.body.id}` }]);
});
