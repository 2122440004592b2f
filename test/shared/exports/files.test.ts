import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { annotationClasses } from '../../../shared/analytics/annotation-classes.ts';
import { annotations } from '../../../shared/analytics/annotations.ts';
import { creates } from '../../../shared/entity/create.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { newId } from '../../../shared/table/ids.ts';
import { deviceEventKeys } from '../../../shared/table/keys/device-events.ts';
import { locationKeys } from '../../../shared/table/keys/locations.ts';
import { tripKeys } from '../../../shared/table/keys/trips.ts';
import { sha256 } from '../archives/reading.ts';
import { day, lines, now, Yard, yesterday } from './yard.ts';

/** The content of the files of an export. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

const minute = 60_000;
const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z');

async function exported(draft: Parameters<Yard['ask']>[0]) {
  const { id } = await yard.ask(draft);
  await yard.work();
  return { id, files: await yard.filesOf(id), job: await yard.get(id) };
}

describe('readings', () => {
  test('are those of the object and all below it: sensor after sensor, each in order of time', async () => {
    const siteId = await yard.site();
    const deviceId = await yard.device({ siteId });
    const other = await yard.device();
    const warm = await yard.sensor(deviceId, 'temperature', { unit: '°C' });
    const open = await yard.sensorOf(warm.componentId, 'open', { valueType: 'BOOLEAN' });
    const foreign = await yard.sensor(other);
    yard.readings(warm.id, [
      [yesterday + 2 * minute, -0.5],
      [yesterday + minute, 20],
    ]);
    yard.readings(open.id, [[yesterday, true]]);
    yard.readings(foreign.id, [[yesterday, 1]]);
    const header = 'device_id,component,sensor_id,key,unit,recorded_at,value';
    const ofWarm = [
      `${deviceId},boiler-1,${warm.id},temperature,°C,${iso(yesterday + minute)},20`,
      `${deviceId},boiler-1,${warm.id},temperature,°C,${iso(yesterday + 2 * minute)},-0.5`,
    ];
    const ofOpen = `${deviceId},boiler-1,${open.id},open,,${iso(yesterday)},true`;
    const cases = {
      SITE: [siteId, [...ofWarm, ofOpen]],
      DEVICE: [deviceId, [...ofWarm, ofOpen]],
      COMPONENT: [warm.componentId, [...ofWarm, ofOpen]],
      SENSOR: [warm.id, ofWarm],
    } as const;
    for (const [scopeType, [scopeId, rows]] of Object.entries(cases)) {
      const { files, job } = await exported({ scopeType: scopeType as 'SITE', scopeId, includes: ['READINGS'] });
      expect(lines(files['readings.csv']!), scopeType).toEqual([header, ...rows]);
      expect(job.readingCount).toBe(rows.length);
    }
  });

  test('begin at "from" and end before "to", to the millisecond', async () => {
    const sensor = await yard.sensor(await yard.device());
    const [from, to] = [yesterday + 500, yesterday + 10 * minute + 500];
    yard.readings(
      sensor.id,
      [from - 1, from, from + 1, to - 1, to, to + 1].map((at, i) => [at, i] as const),
    );
    const { files } = await exported({ scopeType: 'SENSOR', scopeId: sensor.id, includes: ['READINGS'], from, to });
    const values = lines(files['readings.csv']!)
      .slice(1)
      .map((line) => line.split(',').at(-1));
    expect(values).toEqual(['1', '2', '3']);
  });

  test('that look like formulas are neutralised, and numbers are not', async () => {
    const deviceId = await yard.device();
    const text = await yard.sensor(deviceId, 'text', { valueType: 'TEXT' });
    const big = await yard.sensorOf(text.componentId, 'big', { valueType: 'BIGINT' });
    yard.readings(text.id, [
      [yesterday, '=HYPERLINK("http://x")'],
      [yesterday + 1, 'a "quoted", text\r\nin 二 lines'],
      [yesterday + 2, '-5'],
    ]);
    yard.readings(big.id, [[yesterday, '-9223372036854775808']]);
    const { files } = await exported({ scopeType: 'DEVICE', scopeId: deviceId, includes: ['READINGS'] });
    const rows = parse(files['readings.csv']!, { columns: true, record_delimiter: '\r\n' }) as { value: string }[];
    expect(rows.map(({ value }) => value)).toEqual([
      `'=HYPERLINK("http://x")`,
      'a "quoted", text\r\nin 二 lines',
      '-5',
      '-9223372036854775808',
    ]);
  });

  test('as NDJSON have the columns as keys, and typed values', async () => {
    const deviceId = await yard.device();
    const sensor = await yard.sensor(deviceId, 'open', { valueType: 'BOOLEAN' });
    yard.readings(sensor.id, [[yesterday, false]]);
    const { files } = await exported({
      scopeType: 'SENSOR',
      scopeId: sensor.id,
      includes: ['READINGS'],
      format: 'NDJSON',
    });
    expect(JSON.parse(files['readings.ndjson']!)).toEqual({
      device_id: deviceId,
      component: 'boiler-1',
      sensor_id: sensor.id,
      key: 'open',
      unit: null,
      recorded_at: iso(yesterday),
      value: false,
    });
  });
});

describe('locations', () => {
  test('are the points of devices, with the session that each belongs to', async () => {
    const siteId = await yard.site();
    const [first, second] = [await yard.device({ siteId }), await yard.device({ siteId })];
    const more = JSON.stringify({ altitudeMeters: 540.5, speedMps: 3, headingDegrees: 90, batteryPercent: 70 });
    yard.points(first, [yesterday, yesterday + minute, yesterday + 2 * minute], { accuracy: 8, more });
    yard.points(second, [yesterday]);
    const tripId = newId(yesterday + minute);
    yard.database.set('main', {
      ...tripKeys.trip(yard.tenant.reference, first, tripId),
      status: 'ENDED',
      startedAt: yesterday + minute,
      from: yesterday + minute,
      endedAt: yesterday + minute + 1,
      pauses: '[]',
    });
    const head = { id: tripId, status: 'ENDED', at: yesterday + minute + 1, points: 1, millimeters: 0 };
    const [row] = yard.database.rows('main', ({ pk, sk }) => sk === 'head' && String(pk).endsWith(first));
    yard.database.set('main', { ...row, trip: JSON.stringify(head) } as never);
    const { files, job } = await exported({ scopeType: 'SITE', scopeId: siteId, includes: ['LOCATIONS'] });
    const lineOf = (session: string, at: number) => `${first},${session},${iso(at)},46.9,-7.4,8,540.5,3,90,70`;
    expect(lines(files['locations.csv']!)).toEqual([
      'device_id,session_id,recorded_at,latitude,longitude,accuracy_meters,altitude_meters,speed_mps,heading_degrees,battery_percent',
      lineOf('', yesterday),
      lineOf(tripId, yesterday + minute),
      lineOf('', yesterday + 2 * minute),
      `${second},,${iso(yesterday)},46.9,-7.4,,,,,`,
    ]);
    expect(job.locationCount).toBe(4);
  });

  test('begin at "from", end before "to", and are not shown after their retention', async () => {
    const deviceId = await yard.device();
    const [from, to] = [yesterday, yesterday + minute];
    yard.points(deviceId, [from - 1, from, to - 1, to]);
    yard.points(deviceId, [from + 5], { ttl: now / 1000 - 1 });
    yard.points(deviceId, [from - 1, to]);
    const { files } = await exported({ scopeType: 'DEVICE', scopeId: deviceId, includes: ['LOCATIONS'], from, to });
    const times = lines(files['locations.csv']!)
      .slice(1)
      .map((line) => line.split(',')[2]);
    expect(times).toEqual([iso(from), iso(to - 1)]);
  });
});

/** An event at a geofence, with both of its rows. */
function atFence(deviceId: string, geofenceId: string, occurredAt: number, shard = 0) {
  const { reference } = yard.tenant;
  const event = {
    id: newId(occurredAt),
    type: 'enter',
    geofenceId,
    geofenceName: 'Zürich =1',
    geofenceVersion: 1,
    deviceId,
    deviceName: 'Van 7',
    sessionId: null,
    occurredAt,
    decidedAt: occurredAt,
    receivedAt: occurredAt + 2000,
    latitude: 1,
    longitude: 2,
    accuracyMeters: null,
    distance: 1,
    distanceToEdgeMeters: -1,
    dwellMinutes: null,
    initial: false,
    evidence: 'point',
    crossing: null,
    triggerOn: 'enter',
    action: '{"n":1.10}',
    actionFired: true,
    suppressedBy: null,
    cooldownEndsAt: null,
    late: false,
    supersedes: null,
    supersededBy: null,
    retracted: false,
    ttl: (now + day) / 1000,
  };
  yard.database.set('telemetry', { ...locationKeys.event(reference, deviceId, occurredAt, event.id), ...event });
  const key = locationKeys.geofenceEvent(reference, geofenceId, shard, occurredAt, event.id);
  yard.database.set('telemetry', { ...key, ...event });
  return event.id;
}

function sentBy(deviceId: string, occurredAt: number, ttl = (now + day) / 1000, more: object = {}) {
  const id = newId(occurredAt);
  const key = deviceEventKeys.event(yard.tenant.reference, deviceId, occurredAt, id);
  const event = { id, type: 'door.opened', severity: 'WARNING', occurredAt, receivedAt: occurredAt, ttl };
  yard.database.set('telemetry', { ...key, ...event, data: '{"door":12345678901234567890}', ...more });
  return id;
}

describe('events', () => {
  test('that a workflow has created have their own type and source', async () => {
    const deviceId = await yard.device();
    const made = { type: 'custom.door.stuck', source: 'SYSTEM' };
    const id = sentBy(deviceId, yesterday, (now + day) / 1000, made);
    const { files } = await exported({ scopeType: 'DEVICE', scopeId: deviceId, includes: ['EVENTS'] });
    const [, row] = parse(files['events.csv']!, { record_delimiter: '\r\n' }) as string[][];
    expect(row!.slice(0, 3)).toEqual([id, 'custom.door.stuck', 'SYSTEM']);
  });

  test('of a device are what it sent and what it did at geofences, in order of time', async () => {
    const deviceId = await yard.device();
    const geofenceId = newId(yesterday);
    const entered = atFence(deviceId, geofenceId, yesterday + minute);
    const opened = sentBy(deviceId, yesterday);
    sentBy(deviceId, yesterday, now / 1000 - 5);
    sentBy(deviceId, now);
    sentBy(deviceId, yesterday - 1);
    const { files, job } = await exported({ scopeType: 'DEVICE', scopeId: deviceId, includes: ['EVENTS'] });
    const [, first, second, ...more] = parse(files['events.csv']!, { record_delimiter: '\r\n' }) as string[][];
    expect(more).toEqual([]);
    expect(first).toEqual([
      opened,
      'device.door.opened',
      'DEVICE',
      'WARNING',
      deviceId,
      '',
      iso(yesterday),
      iso(yesterday),
      '{"door":12345678901234567890}',
    ]);
    expect(second!.slice(0, 8)).toEqual([
      entered,
      'geofence.enter',
      'GEOFENCE',
      'INFO',
      deviceId,
      geofenceId,
      iso(yesterday + minute),
      iso(yesterday + minute + 2000),
    ]);
    const data = JSON.parse(second![8]!);
    expect(data).toMatchObject({ id: entered, tenantId: yard.tenant.id, type: 'enter', geofenceName: 'Zürich =1' });
    expect(Object.keys(data)).not.toContain('pk');
    expect(second![8]).toContain('"n":1.10');
    expect(job.eventCount).toBe(2);
  });

  test('of a geofence are those of all devices, whatever shard they are in', async () => {
    const geofenceId = newId(yesterday);
    yard.database.set('main', { pk: `${yard.tenant.reference}#geofence`, sk: geofenceId });
    const ids = Array.from({ length: 30 }, (_, i) => atFence(newId(i), geofenceId, yesterday + i * 1000, (i * 7) % 10));
    const { files } = await exported({ scopeType: 'GEOFENCE', scopeId: geofenceId, includes: ['EVENTS'] });
    const rows = lines(files['events.csv']!).slice(1);
    expect(rows.map((line) => line.split(',')[0])).toEqual(ids);
  });
});

describe('annotations', () => {
  test('are those that overlap the range, of the object and all below it', async () => {
    const siteId = await yard.site();
    const deviceId = await yard.device({ siteId });
    const sensor = await yard.sensor(deviceId);
    const { id: classId } = await creates(annotationClasses)
      .open()
      .create(
        yard.owner,
        { name: 'Störung, =1', fields: [{ key: 'n', type: 'number', required: false, options: null }] } as never,
        unrecorded,
      );
    const annotate = async (scopeType: string, scopeId: string, from: number, to: number | null, note?: string) =>
      (
        await creates(annotations)
          .open()
          .create(
            yard.owner,
            {
              classId,
              scopeType,
              scopeId,
              from: iso(from),
              to: to === null ? null : iso(to),
              values: { n: 1 },
              note: note ?? null,
              createdBy: 'system',
            } as never,
            unrecorded,
          )
      ).id;
    const before = await annotate('SITE', siteId, yesterday - 2 * minute, yesterday);
    const inside = await annotate('SITE', siteId, yesterday, null, '+1 for the team');
    const ofDevice = await annotate('DEVICE', deviceId, yesterday - day, now + day);
    const ofComponent = await annotate('COMPONENT', sensor.componentId, now - 1, null);
    const ofSensor = await annotate('SENSOR', sensor.id, yesterday + 1, yesterday + 2);
    await annotate('SENSOR', sensor.id, now, null);
    await annotate('SENSOR', sensor.id, yesterday - 5, yesterday - 1);
    const { files, job } = await exported({ scopeType: 'SITE', scopeId: siteId, includes: ['ANNOTATIONS'] });
    const [header, ...rows] = parse(files['annotations.csv']!, { record_delimiter: '\r\n' }) as string[][];
    expect(header).toEqual(['id', 'class', 'scope_type', 'scope_id', 'from', 'to', 'source', 'values_json', 'note']);
    expect(rows.map(([id]) => id)).toEqual([before, inside, ofDevice, ofComponent, ofSensor]);
    expect(rows[1]).toEqual([
      inside,
      'Störung, =1',
      'SITE',
      siteId,
      iso(yesterday),
      '',
      'MANUAL',
      '{"n":1}',
      "'+1 for the team",
    ]);
    expect(job.annotationCount).toBe(5);
    const below = await exported({ scopeType: 'COMPONENT', scopeId: sensor.componentId, includes: ['ANNOTATIONS'] });
    expect(below.job.annotationCount).toBe(2);
  });
});

test('an export of nothing has the header rows, counts of 0, and a manifest', async () => {
  const deviceId = await yard.device();
  const { id, files, job } = await exported({
    scopeType: 'DEVICE',
    scopeId: deviceId,
    includes: ['READINGS', 'ANNOTATIONS', 'LOCATIONS', 'EVENTS'],
  });
  expect(Object.keys(files)).toEqual([
    'readings.csv',
    'annotations.csv',
    'locations.csv',
    'events.csv',
    'manifest.json',
  ]);
  for (const name of Object.keys(files).slice(0, 4)) expect(lines(files[name]!)).toHaveLength(1);
  expect(job).toMatchObject({ readingCount: 0, annotationCount: 0, locationCount: 0, eventCount: 0 });
  expect(JSON.parse(files['manifest.json']!)).toEqual({
    exportId: id,
    createdAt: job.createdAt,
    scope: { scopeType: 'DEVICE', scopeId: deviceId },
    from: iso(yesterday),
    to: iso(now),
    files: Object.keys(files)
      .slice(0, 4)
      .map((name) => ({ name, rows: 0, sha256: sha256(files[name]!) })),
  });
});
