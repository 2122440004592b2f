import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import * as takeLocations from '../../functions/devices/take-locations.ts';
import { dueSweeper } from '../../shared/relay/due-sweeper.ts';
import { usageKeys } from '../../shared/table/keys/usage.ts';
import { Table } from '../../shared/table/table.ts';
import { recordCalls } from '../bench/cost/recording.ts';
import { base64, deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { newCsr } from '../support/csr.ts';
import { aDevice as newDevice } from './device-calls.ts';
import { aVisit } from './location-calls.ts';
import { aCertificate, type Certified } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** Points of devices, over HTTP and over the broker, and the events that they cause. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  vi.useRealTimers();
});

const minute = 60_000;
let places = 0;
/** A place where no other test has a geofence. */
function anotherPlace() {
  places += 1;
  const center = { latitude: 10 + places, longitude: 20 };
  /** About 111 m to the north for each thousandth of a degree. */
  const north = (thousandths: number) => ({ ...center, latitude: center.latitude + thousandths / 1000 });
  return { center, inside: north(0.2), outside: north(5) };
}

/** A geofence of 100 m that was created two hours ago, and the present time. */
async function anOldFence(center: object, more: object = {}, hours = 2) {
  const now = Math.floor(Date.now() / 1000) * 1000;
  vi.useFakeTimers({ now: now - hours * 60 * minute, toFake: ['Date'] });
  const fence = await world.fence({ ...center, radiusMeters: 100, ...more });
  vi.setSystemTime(now);
  return { fence, now };
}

const aDevice = async (more: object = {}): Promise<string> =>
  (await newDevice(world, { name: 'Van 7', ...more })).params.id;
const iso = (at: number) => new Date(at).toISOString();
const report = (id: string, body: object) => world.call('devices/report-locations', { params: { id }, body });

interface Told {
  readonly type: string;
  readonly occurredAt: string;
  readonly [field: string]: unknown;
}
async function eventsOf(id: string, query = ''): Promise<Told[]> {
  await platform.queues.idle();
  return (await world.call('devices/list-events', { params: { id }, query: `${query}&limit=200` })).body.data;
}
/** The events that are not superseded, in order of time. */
const standing = async (id: string) =>
  (await eventsOf(id))
    .filter(({ retracted, supersededBy }) => !retracted && supersededBy === null)
    .map(({ type, occurredAt }) => `${type} ${Date.parse(occurredAt)}`)
    .reverse();

const say = (sender: Certified, payload: unknown, more: object = {}) =>
  deliver(takeLocations, {
    topic: `hexfence/${world.workspace.id}/${sender.deviceId}/location`,
    principal: sender.certificateId,
    payload: base64(payload),
    at: Date.now(),
    ...more,
  });

test('a drive through a geofence is an entry and an exit, in the lists of both', async () => {
  const { center, inside, outside } = anotherPlace();
  const { fence, now } = await anOldFence(center);
  const id = await aDevice();
  const at = (place: object, minutes: number, more = {}) => ({
    ...place,
    recordedAt: iso(now - minutes * minute),
    ...more,
  });
  const points = [at(outside, 9), at(inside, 8, { accuracyMeters: 8 }), at(inside, 7), at(outside, 6)];
  const { body, headers } = await report(id, points);
  const eventOf = (type: string) => ({ type, geofenceId: fence.id, id: expect.any(String) });
  expect(body).toEqual({
    accepted: 4,
    duplicates: 0,
    rejected: 0,
    errors: [],
    events: [eventOf('enter'), eventOf('exit')],
  });
  expect(headers).toMatchObject({ 'X-Quota-Status': 'ok', 'X-Quota-Usage-Percent': '0' });
  const [exit, enter] = await eventsOf(id);
  expect(enter).toMatchObject({
    geofenceName: 'A fence',
    geofenceVersion: 1,
    deviceName: 'Van 7',
    occurredAt: iso(now - 8 * minute).replace('.000', ''),
    initial: false,
    evidence: 'point',
    accuracyMeters: 8,
    actionFired: true,
    suppressedBy: null,
    late: false,
  });
  expect(exit).toMatchObject({ type: 'exit', actionFired: false, suppressedBy: 'TRIGGER_ON' });
  const atFence = await world.call('geofences/list-events', { params: { id: fence.id } });
  expect(atFence.body.data).toEqual([exit, enter]);
  const device = await world.call('devices/get', { params: { id } });
  expect(device.body).toMatchObject({ insideGeofenceIds: [], lastSeenAt: iso(now).replace('.000', ''), version: 1 });
  const asc = await world.call('devices/list-locations', { params: { id }, query: 'order=asc&limit=3' });
  expect(asc.body.points).toHaveLength(3);
  const rest = await world.call('devices/list-locations', {
    params: { id },
    query: `order=asc&limit=3&cursor=${asc.body.nextCursor}`,
  });
  expect(rest.body).toMatchObject({
    points: [{ recordedAt: iso(now - 6 * minute).replace('.000', '') }],
    nextCursor: null,
  });
});

test('a device inside is shown, and found by where it is', async () => {
  const { center, inside, outside } = anotherPlace();
  const { fence, now } = await anOldFence(center);
  const id = await aDevice();
  await report(id, { ...inside, recordedAt: iso(now - minute) });
  const device = () => world.call('devices/get', { params: { id } });
  const found = async () =>
    (await world.call('devices/list', { query: `insideGeofenceId=${fence.id}` })).body.data.map(({ id }: Told) => id);
  expect((await device()).body).toMatchObject({ insideGeofenceIds: [fence.id], lastLocation: { metadata: {} } });
  expect(await found()).toEqual([id]);
  await report(id, { ...outside, recordedAt: iso(now) });
  expect([(await device()).body.insideGeofenceIds, await found()]).toEqual([[], []]);
});

test('a device that is deleted is inside of nothing any more', async () => {
  const { device } = await aVisit(world);
  const inside = () => platform.database.rows('main', ({ pk, sk }) => String(pk).includes('#inside#') && sk === device);
  expect(inside()).toHaveLength(1);
  await world.call('devices/delete', { params: { id: device } });
  await relayEvents();
  expect(inside()).toEqual([]);
});

test('a point may be repeated: it changes nothing, and is no event again', async () => {
  const { center, inside } = anotherPlace();
  const { now } = await anOldFence(center);
  const id = await aDevice();
  const point = { ...inside, recordedAt: iso(now - minute), metadata: { big: 1 } };
  expect((await report(id, point)).body).toMatchObject({ accepted: 1, duplicates: 0 });
  expect((await report(id, { ...point, latitude: 0.5 })).body).toMatchObject({
    accepted: 0,
    duplicates: 1,
    events: [],
  });
  expect(await eventsOf(id)).toHaveLength(1);
});

test('a thousand points are passed on, whatever they contain', async () => {
  const id = await aDevice();
  const now = Date.now();
  const metadata = { text: '"\\'.repeat(500) };
  const points = Array.from({ length: 1000 }, (_, i) => ({
    latitude: 1,
    longitude: 1,
    recordedAt: iso(now - i),
    metadata,
  }));
  expect(await report(id, points)).toMatchObject({ status: 202, body: { accepted: 1000 } });
  await platform.queues.idle();
  const { body } = await world.call('devices/list-locations', { params: { id }, query: 'limit=5000' });
  expect(body.points).toHaveLength(1000);
  expect(body.points[0].metadata).toEqual(metadata);
});

test('between two milliseconds nothing has happened', async () => {
  const { fence, device } = await aVisit(world);
  const query = 'from=2026-03-17T10:00:00.0005Z&to=2026-03-17T10:00:00.0005Z';
  for (const [name, id] of [
    ['devices/list-events', device],
    ['geofences/list-events', fence],
  ] as const) {
    expect(await world.call(name, { params: { id }, query })).toMatchObject({ status: 200, body: { data: [] } });
  }
});

test('late points move events, add some and take some back', async () => {
  const { center, inside, outside } = anotherPlace();
  const { now } = await anOldFence(center);
  const id = await aDevice();
  const ago = (place: object, minutes: number) => ({ ...place, recordedAt: iso(now - minutes * minute) });
  await report(id, [ago(outside, 60), ago(inside, 40), ago(outside, 20)]);
  expect((await report(id, ago(inside, 50))).status).toBe(202);
  expect(await standing(id)).toEqual([`enter ${now - 50 * minute}`, `exit ${now - 20 * minute}`]);
  const moved = (await eventsOf(id, 'late=true'))[0]!;
  expect(moved).toMatchObject({ type: 'enter', late: true, actionFired: false, suppressedBy: 'LATE' });
  const former = (await eventsOf(id)).find(({ id }) => id === moved.supersedes);
  expect(former).toMatchObject({ type: 'enter', supersededBy: moved.id, actionFired: false, suppressedBy: 'LATE' });
  await report(id, [ago(outside, 45), ago(outside, 39)]);
  expect(await standing(id)).toEqual([
    `enter ${now - 50 * minute}`,
    `exit ${now - 45 * minute}`,
    `enter ${now - 40 * minute}`,
    `exit ${now - 39 * minute}`,
  ]);
  const points = await world.call('devices/list-locations', { params: { id } });
  expect(points.body.points).toHaveLength(6);
});

test('an event that a point which was overtaken brings about is stored after it has happened', async () => {
  const { center, inside, outside } = anotherPlace();
  const { now } = await anOldFence(center);
  const mine = await aCertificate(world);
  const sayAt = (place: object, at: number) => say(mine, { ...place, recordedAt: iso(at) }, { at });
  await sayAt(outside, now - 4000);
  await sayAt(inside, now - 3000);
  await sayAt(outside, now - 1000);
  await sayAt(outside, now - 2000);
  const events = await eventsOf(mine.deviceId);
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['enter', 'exit']));
  for (const { receivedAt } of events) expect(Date.parse(String(receivedAt))).toBe(now);
});

test('a late point is not held against a geofence that has changed since', async () => {
  const { center, inside, outside } = anotherPlace();
  const { fence, now } = await anOldFence(center);
  const id = await aDevice();
  const ago = (place: object, minutes: number) => ({ ...place, recordedAt: iso(now - minutes * minute) });
  await report(id, [ago(outside, 60), ago(outside, 20)]);
  await world.call('geofences/patch', { params: { id: fence.id }, body: { radiusMeters: 101 } });
  await report(id, ago(inside, 40));
  expect(await standing(id)).toEqual([]);
});

test('a point that arrives after the window is only stored', async () => {
  const { center, inside, outside } = anotherPlace();
  const { now } = await anOldFence(center, {}, 24 * 5);
  const id = await aDevice();
  const ago = (place: object, hours: number) => ({ ...place, recordedAt: iso(now - hours * 60 * minute) });
  await report(id, [ago(outside, 100), ago(outside, 1)]);
  await report(id, ago(inside, 73));
  expect(await standing(id)).toEqual([]);
  expect((await world.call('devices/list-locations', { params: { id } })).body.points).toHaveLength(3);
  await report(id, ago(inside, 71));
  expect(await standing(id)).toHaveLength(2);
});

test('a timer records a dwell once, and a later point retracts it', async () => {
  const { center, inside, outside } = anotherPlace();
  const { now } = await anOldFence(center, { dwellMinutes: 10, triggerOn: 'dwell' });
  const id = await aDevice();
  await report(id, { ...inside, recordedAt: iso(now) });
  for (let minutes = 1; minutes <= 15; minutes++) {
    vi.setSystemTime(now + minutes * minute);
    await dueSweeper.open().sweep();
    await platform.queues.idle();
  }
  expect(await standing(id)).toEqual([`enter ${now}`, `dwell ${now + 10 * minute}`]);
  const dwell = (await eventsOf(id, 'type=dwell'))[0]!;
  expect(dwell).toMatchObject({ evidence: 'timer', dwellMinutes: 10, actionFired: true, late: false });
  expect(Date.parse(String(dwell.receivedAt))).toBe(now + 11 * minute);
  await report(id, { ...outside, recordedAt: iso(now + 5 * minute) });
  expect(await standing(id)).toEqual([`enter ${now}`, `exit ${now + 5 * minute}`]);
  const retraction = (await eventsOf(id)).find(({ retracted }) => retracted);
  expect(retraction).toMatchObject({ type: 'dwell', supersedes: dwell.id, actionFired: false, late: true });
});

test('points that a geofence ignores do not keep its timers from acting', async () => {
  const { center, inside } = anotherPlace();
  const { now } = await anOldFence(center, { dwellMinutes: 10, noise: { maxAccuracyMeters: 20 } });
  const id = await aDevice();
  await report(id, { ...inside, accuracyMeters: 5, recordedAt: iso(now) });
  for (let half = 1; half <= 24; half++) {
    vi.setSystemTime(now + half * 30_000);
    await report(id, { ...inside, accuracyMeters: 80, recordedAt: iso(Date.now()) });
    await dueSweeper.open().sweep();
    await platform.queues.idle();
  }
  expect(await standing(id)).toEqual([`enter ${now}`, `dwell ${now + 10 * minute}`]);
});

test('a late point confirms an event of a timer, if the points since were too inaccurate for the geofence', async () => {
  const { center, inside } = anotherPlace();
  const { now } = await anOldFence(center, { dwellMinutes: 10, noise: { maxAccuracyMeters: 20 } });
  const id = await aDevice();
  const point = (minutes: number, accuracyMeters: number) => ({
    ...inside,
    accuracyMeters,
    recordedAt: iso(now + minutes * minute),
  });
  await report(id, point(0, 5));
  vi.setSystemTime(now + 12 * minute);
  await dueSweeper.open().sweep();
  expect(await standing(id)).toEqual([`enter ${now}`, `dwell ${now + 10 * minute}`]);
  vi.setSystemTime(now + 20 * minute);
  await report(id, point(20, 80));
  await report(id, point(15, 5));
  expect(await standing(id)).toEqual([`enter ${now}`, `dwell ${now + 10 * minute}`]);
});

test('in maintenance, events are stored and no action runs; without it, the cooldown counts', async () => {
  const { center, inside, outside } = anotherPlace();
  const { now } = await anOldFence(center, { cooldownMs: 3_600_000 });
  const id = await aDevice();
  const ago = (place: object, minutes: number) => ({ ...place, recordedAt: iso(now - minutes * minute) });
  await world.call('devices/patch', { params: { id }, body: { status: 'MAINTENANCE' } });
  await report(id, [ago(outside, 14), ago(inside, 13), ago(outside, 12)]);
  await world.call('devices/patch', { params: { id }, body: { status: 'ACTIVE' } });
  await report(id, [ago(inside, 11), ago(outside, 10), ago(inside, 9)]);
  const entries = (await eventsOf(id, 'type=enter')).reverse();
  expect(entries.map(({ suppressedBy, cooldownEndsAt }) => [suppressedBy, cooldownEndsAt])).toEqual([
    ['MAINTENANCE', null],
    [null, iso(now + 49 * minute).replace('.000', '')],
    ['COOLDOWN', iso(now + 49 * minute).replace('.000', '')],
  ]);
});

test('one point that enters thirty geofences causes the events of all of them, in order', async () => {
  const { center, inside, outside } = anotherPlace();
  const { now } = await anOldFence(center);
  vi.setSystemTime(now - 60 * minute);
  for (let i = 0; i < 29; i++) await world.fence({ ...center, radiusMeters: 100 + i });
  vi.setSystemTime(now);
  const id = await aDevice();
  const { body } = await report(id, [
    { ...outside, recordedAt: iso(now - 3000) },
    { ...inside, recordedAt: iso(now - 2000) },
    { ...outside, recordedAt: iso(now - 1000) },
  ]);
  expect(body).toMatchObject({ accepted: 3, rejected: 0 });
  expect(body.events.map(({ type }: Told) => type)).toEqual([...Array(30).fill('enter'), ...Array(30).fill('exit')]);
  expect(await eventsOf(id)).toHaveLength(60);
  expect((await eventsOf(id, 'late=true')).length).toBe(0);
});

test('a point that leaves one geofence and enters the next causes the exit first', async () => {
  const { center, inside } = anotherPlace();
  const { now } = await anOldFence(center);
  const next = anotherPlace();
  const later = await anOldFence(next.center);
  const id = await aDevice();
  await report(id, { ...inside, recordedAt: iso(now - 2000) });
  const { body } = await report(id, { ...next.inside, recordedAt: iso(later.now - 1000) });
  expect(body.events.map(({ type }: Told) => type)).toEqual(['exit', 'enter']);
});

test('a point that a device sends over the broker counts like one that a back end reports', async () => {
  const { center, inside, outside } = anotherPlace();
  const { now } = await anOldFence(center);
  const sender = await aCertificate(world);
  await say(sender, { ...outside, recordedAt: iso(now - 2 * minute) });
  await say(sender, { messageId: 'm-1', points: [{ ...inside, recordedAt: iso(now - minute) }, { latitude: 91 }] });
  await say(sender, { messageId: 'm-1', points: [{ ...inside, recordedAt: iso(now - minute) }] });
  expect(await standing(sender.deviceId)).toEqual([`enter ${now - minute}`]);
  await say(sender, outside);
  expect(await standing(sender.deviceId)).toEqual([`enter ${now - minute}`, `exit ${now}`]);
});

test('a point over the broker keeps all of its digits, and may have a name', async () => {
  const sender = await aCertificate(world);
  const metadata = '{"huge":1e400,"exact":12345678901234567890,"one":1.0}';
  await say(sender, `{"messageId":"m-1","latitude":1.0,"longitude":2.50,"speedMps":3.0,"metadata":${metadata}}`);
  const [row] = platform.database.rows('telemetry', ({ pk }) => String(pk).includes(`#at#${sender.deviceId}#`));
  expect(row).toMatchObject({ y: 10_000_000, x: 25_000_000, more: `{"speedMps":3,"metadata":${metadata}}` });
});

test.each([
  ['broken', 1e16, 'POINT_INVALID'],
  ['beyond all numbers of the database', 1e300, 'POINT_INVALID'],
  ['too small for the database', 1e-200, undefined],
])('an accuracy that is %s fails no request and no message', async (_, accuracyMeters, code) => {
  const sender = await aCertificate(world);
  const params = { id: sender.deviceId };
  const point = { latitude: 1, longitude: 1, accuracyMeters, recordedAt: iso(Date.now() - minute) };
  const { status, body } = await report(params.id, point);
  expect([status, body.errors[0]?.error_code]).toEqual([200, code]);
  await say(sender, { ...point, recordedAt: iso(Date.now()) });
  const { points } = (await world.call('devices/list-locations', { params })).body;
  expect(points.map((one: Record<string, unknown>) => one.accuracyMeters)).toEqual(code ? [] : [0, 0]);
});

test('a point costs three waves of calls to the database, with an event or without', async () => {
  const { center, inside, outside } = anotherPlace();
  const { now } = await anOldFence(center, { dwellMinutes: 5 });
  const sender = await aCertificate(world);
  await say(sender, { ...outside, recordedAt: iso(now - 5000) });
  for (const [place, waves] of [
    [outside, 2],
    [inside, 3],
    [inside, 3],
  ] as const) {
    const { calls } = await recordCalls(() => say(sender, place));
    expect(new Set(calls.map(({ wave }) => wave)).size).toBe(waves);
    vi.setSystemTime(Date.now() + 100);
  }
});

test.each([
  ['no JSON', '{'],
  ['too many points', { points: Array.from({ length: 101 }, () => ({ latitude: 1, longitude: 1 })) }],
  ['points and more', { points: [{ latitude: 1, longitude: 1 }], device: 'x' }],
  ['an empty list', { points: [] }],
  ['a bare list', [{ latitude: 1, longitude: 1 }]],
  ['a point whose name is a number', '{"messageId":1.0,"latitude":1,"longitude":1}'],
])('a message that is %s changes nothing', async (_, payload) => {
  const sender = await aCertificate(world);
  await say(sender, payload);
  const { body } = await world.call('devices/list-locations', { params: { id: sender.deviceId } });
  expect(body.points).toEqual([]);
});

test('nobody speaks for another device, or with a certificate that is revoked', async () => {
  const [mine, theirs] = [await aCertificate(world), await aCertificate(world)];
  const point = { latitude: 1, longitude: 1 };
  await say(mine, point, { topic: `hexfence/${world.workspace.id}/${theirs.deviceId}/location` });
  await say(mine, point, { principal: null });
  const params = { id: mine.deviceId, certificateId: mine.certificateId };
  await world.call('devices/revoke-certificate', { params });
  await say(mine, point);
  for (const { deviceId: id } of [mine, theirs]) {
    const { body } = await world.call('devices/list-locations', { params: { id } });
    expect(body.points).toEqual([]);
  }
});

test.each(['rotated', 'revoked'])(
  'points that arrived before a certificate was %s are stored after it',
  async (how) => {
    const mine = await aCertificate(world);
    const params = { id: mine.deviceId };
    const before = Date.now();
    vi.setSystemTime(before + 60_000);
    if (how === 'rotated') {
      const { body } = await world.call('devices/rotate-certificate', { params, body: { csr: await newCsr() } });
      await say({ ...mine, certificateId: body.id }, { latitude: 1, longitude: 1 }, { at: before + 60_000 });
    } else {
      await world.call('devices/revoke-certificate', { params: { ...params, certificateId: mine.certificateId } });
    }
    vi.setSystemTime(before + 120_000);
    await say(mine, { latitude: 2, longitude: 2 }, { at: before });
    await say(mine, { latitude: 3, longitude: 3 }, { at: before + 60_000 });
    const { body } = await world.call('devices/list-locations', { params });
    const latitudes = body.points.map(({ latitude }: { latitude: number }) => latitude);
    expect(latitudes).toEqual(how === 'rotated' ? [1, 2] : [2]);
    const { body: quarantine } = await world.call('quarantine/list', { query: `deviceId=${mine.deviceId}` });
    expect(quarantine.data).toMatchObject([{ cause: 'CERTIFICATE_MISMATCH', status: 'OPEN' }]);
  },
);

test('what is refused is kept once with its reason, in the quarantine of its sender', async () => {
  const [mine, theirs] = [await aCertificate(world), await aCertificate(world)];
  const items = () =>
    platform.database
      .rows('telemetry')
      .filter(({ pk, deviceId }) => String(pk).includes('#quarantine#') && deviceId === mine.deviceId)
      .map(({ cause, part, payload, topic, status }) => ({ cause, part, payload, topic, status }));
  const at = Date.now();
  const bad = { latitude: 91, longitude: 1, recordedAt: iso(at) };
  const early = { latitude: 1, longitude: 1, recordedAt: iso(at + 10 * minute) };
  const old = { latitude: 1, longitude: 1, recordedAt: '1970-01-01T00:00:00Z' };
  for (let delivery = 0; delivery < 2; delivery++) await say(mine, { points: [bad, early, old] }, { at });
  await say(mine, '{', { at });
  const topic = `hexfence/${world.workspace.id}/${theirs.deviceId}/location`;
  await say(mine, { latitude: 1, longitude: 1 }, { at, topic });
  const own = { topic: `hexfence/${world.workspace.id}/${mine.deviceId}/location`, status: 'OPEN' };
  expect(items()).toHaveLength(5);
  expect(items()).toEqual(
    expect.arrayContaining([
      { cause: 'POINT_INVALID', part: JSON.stringify(bad), ...own },
      { cause: 'TIMESTAMP_IN_FUTURE', part: JSON.stringify(early), ...own },
      { cause: 'POINT_INVALID', part: JSON.stringify(old), ...own },
      { cause: 'MALFORMED_PAYLOAD', payload: base64('{'), ...own },
      { cause: 'CERTIFICATE_MISMATCH', payload: base64({ latitude: 1, longitude: 1 }), topic, status: 'OPEN' },
    ]),
  );
});

test('a device that is deleted while its points are on their way is not found', async () => {
  const { center, inside } = anotherPlace();
  await world.fence(center);
  const id = await aDevice();
  let isGone = false;
  platform.database.before = async ({ operation }) => {
    if (operation !== 'TransactWriteCommand' || isGone) return;
    isGone = true;
    await world.call('devices/delete', { params: { id } });
    await platform.queues.idle();
  };
  const { status } = await report(id, inside);
  platform.database.before = () => undefined;
  expect([isGone, status]).toEqual([true, 404]);
});

test('a workspace beyond its events is warned, slowed down and refused', async () => {
  const free = await newWorld('free');
  const { params } = await newDevice(free);
  const month = new Date().toISOString().slice(0, 7);
  const used = (events: number) =>
    new Table('access').put(usageKeys.events(free.workspace.reference, month, 'x'), { events });
  const send = () => free.call('devices/report-locations', { params, body: { latitude: 1, longitude: 1 } });
  vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
  const later = () => vi.setSystemTime(Date.now() + 31_000);
  await used(25_000);
  later();
  expect((await send()).headers).toMatchObject({ 'X-Quota-Status': 'warning', 'X-Quota-Usage-Percent': '100' });
  await used(30_000);
  later();
  const answers = [];
  for (let i = 0; i < 7; i++) answers.push(await send());
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 429]);
  expect(answers[6]!.body).toMatchObject({ error_code: 'QUOTA_THROTTLED', details: { usage_percent: 120 } });
  expect(answers[6]!.headers['Retry-After']).toBeDefined();
  await used(37_500);
  later();
  expect((await send()).body).toMatchObject({ error_code: 'QUOTA_EXCEEDED', details: { limit: 25_000, used: 37_500 } });
  await platform.queues.idle();
});
