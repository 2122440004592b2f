import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as takeReadings from '../../functions/devices/take-readings.ts';
import * as foldReadings from '../../functions/readings/fold.ts';
import { retakeReadings } from '../../shared/readings/replay.ts';
import { tenantReference } from '../../shared/tenancy/tenant.ts';
import { base64, deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { wavesOf } from '../shared/readings/waves.ts';
import { actingAs } from '../support/grants.ts';
import { watchDatabase } from '../support/watch.ts';
import { ago } from './location-calls.ts';
import { aMeasured, aSensor } from './reading-calls.ts';
import { aCertificate, type Certified } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** Readings of sensors, from the message of a device to what is answered. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => vi.useRealTimers());

const say = (sender: Certified, payload: unknown, more: object = {}) =>
  deliver(takeReadings, {
    topic: `hexfence/${world.workspace.id}/${sender.deviceId}/readings`,
    principal: sender.certificateId,
    payload: base64(payload),
    at: Date.now(),
    ...more,
  });

/** A device with a certificate, and the sensors of its component `boiler-1`. */
async function aGateway(...sensors: readonly object[]) {
  const sender = await aCertificate(world);
  const { deviceId } = sender;
  const component = await world.call('components/create', { body: { deviceId, name: 'boiler-1' } });
  const ids: string[] = [];
  for (const one of sensors) {
    const body = { componentId: component.body.id, key: 'temperature', valueType: 'DOUBLE', ...one };
    ids.push((await world.call('sensors/create', { body })).body.id);
  }
  return { sender, ids, componentId: component.body.id as string };
}

const kept = (deviceId: string, sign: string) =>
  platform.database
    .rows('telemetry')
    .filter((row) => JSON.stringify(row).includes(deviceId) && String(row.pk).includes(sign));

const queryOf = (given: object) => new URLSearchParams(given as Record<string, string>).toString();
const points = async (sensorId: string, more: object = {}) =>
  (await world.call('readings/raw', { query: queryOf({ sensorId, order: 'asc', ...more }) })).body.points;
const stats = async (sensorId: string) =>
  (await world.call('readings/stats', { query: queryOf({ sensorId, from: ago(60 * 24), to: ago(-5) }) })).body;

/** How many waves of calls it makes of a slow database. */
async function slowly(act: () => Promise<unknown>): Promise<number> {
  platform.database.around = async (send) => {
    const answer = await send();
    await new Promise((resolve) => setTimeout(resolve, 20));
    return answer;
  };
  try {
    return wavesOf((await watchDatabase(act)).calls);
  } finally {
    platform.database.around = (send) => send();
  }
}

const of = (key: string, value: unknown, recordedAt?: string) => ({ component: 'boiler-1', key, value, recordedAt });

describe('A message of a device', () => {
  test('stores valid readings, quarantines invalid ones with the reason, and may be delivered twice', async () => {
    const { sender, ids } = await aGateway({}, { key: 'count', valueType: 'BIGINT' });
    const readings = [
      of('temperature', 71.4, ago(2)),
      of('temperature', 'hot', ago(1)),
      { sensorId: ids[1], value: '9223372036854775807', recordedAt: ago(2) },
      of('pressure', 1, ago(2)),
      { value: 1 },
    ];
    const at = Date.now();
    for (let delivery = 0; delivery < 2; delivery++) await say(sender, { messageId: 'm-1', readings }, { at });
    expect(await points(ids[0]!)).toEqual([{ recordedAt: expect.any(String), value: 71.4 }]);
    expect(await points(ids[1]!)).toEqual([{ recordedAt: expect.any(String), value: '9223372036854775807' }]);
    const refused = kept(sender.deviceId, '#quarantine#').sort((a, b) => (a.place as number) - (b.place as number));
    expect(refused).toMatchObject([
      {
        cause: 'TYPE_MISMATCH',
        component: 'boiler-1',
        key: 'temperature',
        part: JSON.stringify(readings[1]),
        place: 1,
      },
      { cause: 'PROFILE_MISSING', component: 'boiler-1', key: 'pressure', place: 3 },
      { cause: 'MALFORMED_PAYLOAD', part: '{"value":1}', place: 4 },
    ]);
    const { body } = await world.call('sensors/get', { params: { id: ids[1]! } });
    expect(body).toMatchObject({ lastValue: '9223372036854775807', lastReadingAt: readings[2]!.recordedAt });
    expect((await world.call('devices/get', { params: { id: sender.deviceId } })).body.lastSeenAt).toBe(
      new Date(at).toISOString().replace('.000Z', 'Z'),
    );
  });

  test.each([
    ['no JSON', '{'],
    ['a list', [of('temperature', 1)]],
    ['no readings', { readings: [] }],
    ['501 readings', { readings: Array(501).fill(of('temperature', 1)) }],
  ])('that is %s is refused whole', async (_, payload) => {
    const { sender, ids } = await aGateway({});
    await say(sender, payload);
    expect(await points(ids[0]!)).toEqual([]);
    expect(kept(sender.deviceId, '#quarantine#')).toMatchObject([{ cause: 'MALFORMED_PAYLOAD' }]);
  });

  test('of another device, or of one that is inactive, leaves nothing but its refusal', async () => {
    const [mine, theirs] = [await aGateway({}), await aGateway({})];
    const readings = [of('temperature', 1), of('temperature', 2, ago(1))];
    await say(
      mine.sender,
      { readings },
      { topic: `hexfence/${world.workspace.id}/${theirs.sender.deviceId}/readings` },
    );
    await world.call('devices/patch', { params: { id: mine.sender.deviceId }, body: { status: 'INACTIVE' } });
    await say(mine.sender, { readings });
    for (const { sender, ids } of [mine, theirs]) {
      expect(await points(ids[0]!)).toEqual([]);
      expect(kept(sender.deviceId, '#touched#')).toEqual([]);
    }
    const causes = kept(mine.sender.deviceId, '#quarantine#').map(({ cause }) => cause);
    expect(causes.sort()).toEqual(['CERTIFICATE_MISMATCH', 'DEVICE_UNKNOWN', 'DEVICE_UNKNOWN']);
  });

  test('creates the sensor that the profile of the component defines, once', async () => {
    const { sender, componentId } = await aGateway();
    const profile = {
      name: `Boilers ${sender.deviceId}`,
      version: '1.0',
      sensors: [{ key: 'flow', valueType: 'DOUBLE', max: 10 }],
    };
    const { body } = await world.call('sensor-profiles/create', { body: profile });
    await world.call('components/patch', { params: { id: componentId }, body: { sensorProfileId: body.id } });
    const messages = [1, 2].map((value) => say(sender, { readings: [of('flow', value, ago(value)), of('steam', 1)] }));
    await Promise.all(messages);
    const { body: list } = await world.call('sensors/list', { query: queryOf({ componentId }) });
    expect(list.data).toMatchObject([{ key: 'flow', valueType: 'DOUBLE', max: 10, lastValue: 1 }]);
    expect(await points(list.data[0].id)).toHaveLength(2);
    expect(kept(sender.deviceId, '#quarantine#')).toMatchObject([
      { cause: 'UNKNOWN_SENSOR', key: 'steam' },
      { cause: 'UNKNOWN_SENSOR' },
    ]);
  });

  test('costs two waves of calls', async () => {
    const { sender } = await aGateway({}, { key: 'count', valueType: 'BIGINT' });
    const readings = [of('temperature', 71.4, ago(2)), of('temperature', 70, ago(65)), of('count', 1, ago(2))];
    await say(sender, { readings: [of('temperature', 1)] });
    expect(await slowly(() => say(sender, { readings }))).toBe(2);
  });

  test('costs two waves of calls over HTTP, behind the one that reads the credential', async () => {
    const { sender } = await aGateway({}, { key: 'count', valueType: 'BIGINT' });
    const { deviceId } = sender;
    const report = (readings: object[]) => world.call('readings/report', { body: { deviceId, readings } });
    await report([of('temperature', 1)]);
    const readings = [of('temperature', 71.4, ago(2)), of('temperature', 70, ago(65)), of('count', 1, ago(2))];
    const waves = await slowly(async () => expect((await report(readings)).body).toMatchObject({ accepted: 3 }));
    expect(waves).toBeLessThanOrEqual(3);
  });
});

describe('A refused reading', () => {
  test('is replayed with its original receipt: it does not replace a reading that was received later', async () => {
    const { sender, ids, componentId } = await aGateway({});
    const [early, at] = [ago(3), Date.now()];
    await say(sender, { readings: [of('flow', 1, early), of('flow', 2, early), of('flow', 3, ago(2))] }, { at });
    const body = { componentId, key: 'flow', valueType: 'DOUBLE', max: 2.5 };
    const { id } = (await world.call('sensors/create', { body })).body;
    await say(sender, { readings: [of('flow', 2.1, ago(1))] }, { at: at + 1 });
    const items = kept(sender.deviceId, '#quarantine#').sort((a, b) => (b.place as number) - (a.place as number));
    const again = (dryRun: boolean) =>
      actingAs('a replay', [retakeReadings], async () => {
        const outcomes = [];
        for (const item of items) {
          const outcome = await retakeReadings
            .open()
            .retake(tenantReference(world.workspace.id), item as never, { dryRun });
          outcomes.push(outcome?.cause);
        }
        return outcomes;
      });
    expect(await again(true)).toEqual(['OUT_OF_RANGE', undefined, undefined]);
    expect(await points(id)).toHaveLength(1);
    for (let i = 0; i < 2; i++) expect(await again(false)).toEqual(['OUT_OF_RANGE', undefined, undefined]);
    expect((await points(id)).map(({ value }: { value: number }) => value)).toEqual([2, 2.1]);
    expect(await points(ids[0]!)).toEqual([]);
  });
});

describe('Readings of a sensor', () => {
  test('are paged without gaps or repetitions, in both orders', async () => {
    const { deviceId, sensorId } = await aSensor(world);
    const readings = Array.from({ length: 25 }, (_, i) =>
      of('temperature', i, new Date(Date.now() - (25 - i) * 7001).toISOString()),
    );
    await world.call('readings/report', { body: { deviceId, readings } });
    for (const order of ['asc', 'desc']) {
      const found: number[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query: string = queryOf({ sensorId, order, limit: '4', ...(cursor ? { cursor } : {}) });
        const { body } = await world.call('readings/raw', { query });
        found.push(...body.points.map(({ value }: { value: number }) => value));
        cursor = body.nextCursor;
      }
      const all = readings.map(({ value }) => value);
      expect(found).toEqual(order === 'asc' ? all : all.reverse());
    }
  });

  test('begin at the first instant of a span and end before the last', async () => {
    const { deviceId, sensorId } = await aSensor(world);
    const [a, b] = [ago(2), ago(1)];
    await world.call('readings/report', {
      body: { deviceId, readings: [of('temperature', 1, a), of('temperature', 2, b)] },
    });
    const values = async (span: object) => (await points(sensorId, span)).map(({ value }: { value: number }) => value);
    expect(await values({ from: a, to: b })).toEqual([1]);
    expect(await values({ from: b })).toEqual([2]);
    expect(await values({ from: a, to: a })).toEqual([]);
    const day = a.slice(0, 10);
    expect((await values({ from: day, to: b.slice(0, 10) })).length).toBe(2);
  });

  test('cut an answer at 4 MiB, which continues with its cursor', async () => {
    const { deviceId, sensorId } = await aSensor(world, { key: 'text', valueType: 'TEXT' });
    const now = Date.now();
    const text = (i: number) => `${i}`.padEnd(4096, '\u00e9');
    for (let message = 0; message < 3; message++) {
      const readings = Array.from({ length: 240 }, (_, i) =>
        of('text', text(message * 240 + i), new Date(now - (720 - message * 240 - i) * 100).toISOString()),
      );
      expect((await world.call('readings/report', { body: { deviceId, readings } })).body.accepted).toBe(240);
    }
    const first = await world.call('readings/raw', { query: queryOf({ sensorId, order: 'asc' }) });
    expect(first.headers['X-Page-Cut']).toBe('true');
    expect(Buffer.byteLength(JSON.stringify(first.body))).toBeLessThan(4 * 1024 * 1024);
    const { body } = await world.call('readings/raw', {
      query: queryOf({ sensorId, order: 'asc', cursor: first.body.nextCursor }),
    });
    expect([...first.body.points, ...body.points].map(({ value }) => Number.parseInt(value, 10))).toEqual(
      Array.from({ length: 720 }, (_, i) => i),
    );
    const batch = await world.call('readings/batch', { body: { sensorIds: [sensorId, sensorId] } });
    expect(batch.headers['X-Page-Cut']).toBe('true');
    expect(Buffer.byteLength(JSON.stringify(batch.body))).toBeLessThan(4.1 * 1024 * 1024);
  });

  test('of many are answered in whole results, as many as fit', async () => {
    const minutes = async (count: number) => {
      const { deviceId, sensorId } = await aSensor(world, { key: 'text', valueType: 'TEXT' });
      const readings = Array.from({ length: count }, (_, i) => of('text', `${i}`.padEnd(4096, '\u00e9'), ago(i)));
      expect((await world.call('readings/report', { body: { deviceId, readings } })).body.accepted).toBe(count);
      return sensorId;
    };
    const [small, large] = [await minutes(150), await minutes(300)];
    const asked = { view: 'aggregated', from: ago(310), to: ago(-1), interval: '1m', functions: 'first,last' };
    const batch = (sensorIds: string[]) => world.call('readings/batch', { body: { ...asked, sensorIds } });
    const shape = ({ body }: Awaited<ReturnType<typeof batch>>) =>
      body.results.map(({ sensorId, points }: { sensorId: string; points: unknown[] }) => [sensorId, points.length]);
    const both = await batch([small, small, large]);
    expect(both.headers['X-Page-Cut']).toBe('true');
    expect(shape(both)).toEqual([[small, 150]]);
    expect(Buffer.byteLength(JSON.stringify(both.body))).toBeLessThan(4 * 1024 * 1024);
    const one = await batch([small]);
    expect([one.headers['X-Page-Cut'], shape(one)]).toEqual([undefined, [[small, 150]]]);
    const cut = await batch([large, small]);
    expect([cut.headers['X-Page-Cut'], cut.body.results.length]).toEqual(['true', 1]);
    expect(cut.body.results[0].points.length).toBeLessThan(300);
    expect(cut.body.results[0].points.length).toBeGreaterThan(150);
  });

  test('are counted in the days of a time zone, and dates name the first and the last day', async () => {
    const { deviceId, sensorId } = await aSensor(world);
    const date = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
    const midnight = Date.parse(`${date}T00:00:00Z`) - 5.5 * 3_600_000;
    const instants = [-1, 0, 86_400_000 - 1, 86_400_000].map((after) => new Date(midnight + after).toISOString());
    const readings = instants.map((recordedAt, i) => of('temperature', i, recordedAt));
    expect((await world.call('readings/report', { body: { deviceId, readings } })).body.accepted).toBe(4);
    const asked = { from: date, to: date, interval: '1d', timezone: 'Asia/Kolkata', functions: 'first,last,count' };
    const point = { start: instants[1]!.replace('.000Z', 'Z'), first: 1, last: 2, count: 2 };
    const { body } = await world.call('readings/aggregated', { query: queryOf({ sensorId, ...asked }) });
    expect(body.points).toEqual([point]);
    const batch = { sensorIds: [sensorId], view: 'aggregated', ...asked };
    expect((await world.call('readings/batch', { body: batch })).body.results[0].points).toEqual([point]);
  });

  test('of many are answered together, and continue one by one', async () => {
    const sensors = [await aMeasured(world), await aMeasured(world)];
    const sensorIds = [...sensors, sensors[0]!].map(({ sensorId }) => sensorId);
    const { body } = await world.call('readings/batch', { body: { sensorIds, limit: 2, order: 'asc' } });
    expect(body.results.map(({ sensorId }: { sensorId: string }) => sensorId)).toEqual(sensorIds);
    const { nextCursor: cursor } = body.results[1];
    expect(await points(sensorIds[1]!, { cursor })).toMatchObject([{ value: 1 }]);
  });

  test('are gone when it is deleted, and so are its buckets, whatever is still folded', async () => {
    const { deviceId, sensorId } = await aMeasured(world);
    const hour = Math.floor((Date.now() - 60_000) / 3_600_000);
    const message = { tenant: tenantReference(world.workspace.id), deviceId, hour };
    vi.useFakeTimers({ now: Date.now() + 2 * 3_600_000, toFake: ['Date'] });
    await deliver(foldReadings, message);
    expect(kept(sensorId, '#hours#')).toHaveLength(1);
    vi.useRealTimers();
    expect((await stats(sensorId)).count).toBe(3);
    await world.call('sensors/delete', { params: { id: sensorId } });
    expect((await world.call('readings/raw', { query: queryOf({ sensorId }) })).status).toBe(404);
    await relayEvents();
    expect([...kept(sensorId, '#hours#'), ...kept(sensorId, '#minutes#')]).toEqual([]);
    const { body } = await world.call('readings/report', { body: { deviceId, readings: [{ sensorId, value: 1 }] } });
    expect(body.errors).toMatchObject([{ error_code: 'UNKNOWN_SENSOR' }]);
  });

  test('end with its device', async () => {
    const { deviceId, sensorId } = await aMeasured(world);
    await world.call('devices/delete', { params: { id: deviceId } });
    await relayEvents();
    expect((await world.call('readings/raw', { query: queryOf({ sensorId }) })).status).toBe(404);
    expect(kept(deviceId, '#series#')).toEqual([]);
  });
});

test('headers of a report say how much of the events of the month is used', async () => {
  const { deviceId } = await aSensor(world);
  const { headers } = await world.call('readings/report', { body: { deviceId, readings: [of('temperature', 1)] } });
  expect(headers).toMatchObject({ 'X-Quota-Status': 'ok', 'X-Quota-Usage-Percent': expect.stringMatching(/^\d+$/) });
});
