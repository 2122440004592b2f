import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import * as takeEvents from '../../functions/devices/take-events.ts';
import { devices } from '../../shared/devices/devices.ts';
import { patches } from '../../shared/entity/change.ts';
import { deviceEventKeys } from '../../shared/table/keys/device-events.ts';
import { tripKeys } from '../../shared/table/keys/trips.ts';
import { Table } from '../../shared/table/table.ts';
import { systemCaller } from '../../shared/workspaces/workspaces.ts';
import { base64, deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { recorded } from '../platform/rows.ts';
import { relayEvents } from '../platform/stream.ts';
import { newPerson, signIn } from '../support/persons.ts';
import { aDevice } from './device-calls.ts';
import { aCertificate } from './registration-calls.ts';
import { aSession, type Session } from './session-calls.ts';
import { newWorld, type World } from './world.ts';

/** Tracking sessions with points, events and people around them. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  vi.useRealTimers();
});

const minute = 60_000;
const now = Math.floor(Date.now() / 1000) * 1000;
const iso = (minutes: number) => new Date(now + minutes * minute).toISOString().replace('.000Z', 'Z');
const goTo = (minutes: number) => vi.useFakeTimers({ now: now + minutes * minute, toFake: ['Date'] });

const read = async (session: Session) => (await world.call('devices/get-session', session)).body;
const step = async (name: 'pause' | 'resume' | 'end', session: Session) =>
  (await world.call(`devices/${name}-session`, session)).body;
/** Points at these minutes, each 111 m further north than a minute before. */
async function report(id: string, ...minutes: readonly number[]) {
  const body = minutes.map((at) => ({ latitude: 10 + at / 1000, longitude: 20, recordedAt: iso(at) }));
  const { status } = await world.call('devices/report-locations', { params: { id }, body });
  await platform.queues.idle();
  return status;
}
const track = async (session: Session, query = '') =>
  (await world.call('devices/list-session-locations', { ...session, query })).body;
const instantsOf = ({ points }: { points: { recordedAt: string }[] }) => points.map(({ recordedAt }) => recordedAt);

test('a session has the points of its time, late ones too, and none of its pauses', async () => {
  const { params } = await aDevice(world);
  goTo(0);
  const session = await aSession(world, params.id, { name: 'Round' });
  expect((await world.call('devices/get', { params })).body.activeSessionId).toBe(session.params.sessionId);
  goTo(2);
  expect(await report(params.id, 0, 2)).toBe(200);
  expect(await read(session)).toMatchObject({ pointCount: 2, distanceMeters: 222, durationSeconds: 120 });
  await step('pause', session);
  goTo(6);
  await report(params.id, 3, 5);
  expect(await read(session)).toMatchObject({ status: 'PAUSED', pointCount: 2, durationSeconds: 120 });
  expect(await step('resume', session)).toMatchObject({ pauses: [{ pausedAt: iso(2), resumedAt: iso(6) }] });
  goTo(9);
  await report(params.id, 7, 9);
  const ended = await step('end', session);
  expect(ended).toMatchObject({
    status: 'ENDED',
    endedAt: iso(9),
    pointCount: 4,
    distanceMeters: 445,
    durationSeconds: 300,
    version: 4,
  });
  expect(ended).toEqual(await read(session));
  goTo(60);
  // One is from the session, one from its pause, one from after its end; one is there already.
  expect(await report(params.id, 1, 4, 8, 12)).toBe(202);
  expect(await report(params.id, 8)).toBe(200);
  expect(await read(session)).toMatchObject({ pointCount: 6, distanceMeters: 445, durationSeconds: 300, version: 4 });
  const whole = await track(session);
  expect(instantsOf(whole)).toEqual([0, 1, 2, 7, 8, 9].map(iso));
  const first = await track(session, 'limit=3');
  const cursor = encodeURIComponent(first.nextCursor);
  const rest = await track(session, `limit=3&cursor=${cursor}`);
  expect([...instantsOf(first), ...instantsOf(rest)]).toEqual(instantsOf(whole));
  expect(rest.nextCursor).toBeNull();
  expect(instantsOf(await track(session, `from=${iso(1)}&to=${iso(8)}`))).toEqual([1, 2, 7, 8].map(iso));
  expect((await world.call('devices/get', { params })).body).toMatchObject({ activeSessionId: null, version: 1 });
});

test('a session in the past counts what is stored, and lists are in the order of starts', async () => {
  const { params } = await aDevice(world);
  goTo(30);
  await report(params.id, 1, 2, 3, 20);
  const first = await aSession(world, params.id, { startedAt: iso(2) });
  expect(await read(first)).toMatchObject({ pointCount: 3, distanceMeters: 2002 });
  goTo(40);
  const second = await aSession(world, params.id);
  const list = async (query: string) =>
    (await world.call('devices/list-sessions', { params, query })).body.data.map(({ id }: { id: string }) => id);
  const [a, b] = [first.params.sessionId, second.params.sessionId];
  expect(await list('')).toEqual([b, a]);
  expect(await list(`to=${iso(39)}`)).toEqual([a]);
  expect(await list(`from=${iso(3)}`)).toEqual([b]);
  expect(await list('status=ACTIVE')).toEqual([b]);
});

test('an event belongs to the session of its instant', async () => {
  goTo(-240);
  const center = { latitude: 50, longitude: 50 };
  await world.fence({ ...center, radiusMeters: 100 });
  const { params } = await aDevice(world);
  goTo(0);
  const session = await aSession(world, params.id);
  goTo(3);
  const send = async (at: number, latitude: number) => {
    const body = { latitude, longitude: 50, recordedAt: iso(at) };
    await world.call('devices/report-locations', { params, body });
    await platform.queues.idle();
  };
  await send(0, 51);
  await send(2, 50);
  await step('end', session);
  goTo(10);
  await send(9, 51);
  await send(1, 50);
  const { data } = (await world.call('devices/list-events', { params })).body;
  const { sessionId } = session.params;
  expect(
    data.map((event: { type: string; sessionId: string; occurredAt: string }) => [
      event.type,
      event.occurredAt,
      event.sessionId,
    ]),
  ).toEqual([
    ['exit', iso(9), null],
    ['enter', iso(2), sessionId],
    ['enter', iso(1), sessionId],
  ]);
});

test('devices control sessions at the instants that they report; steps that do not fit are only stored', async () => {
  goTo(30);
  const sender = await aCertificate(world);
  const params = { id: sender.deviceId };
  await report(params.id, 1, 2, 3, 4, 5);
  let number = 0;
  const say = async (name: 'start' | 'pause' | 'resume' | 'end', at: number, data: object = {}) => {
    number += 1;
    const event = { messageId: `m-${number}`, type: `session.${name}`, occurredAt: iso(at), data };
    const topic = `hexfence/${world.workspace.id}/${params.id}/events`;
    const message = { topic, principal: sender.certificateId, payload: base64(event), at: Date.now() };
    // The queue delivers it twice.
    await deliver(takeEvents, message);
    await deliver(takeEvents, message);
    const [newest] = (await world.call('devices/list-sessions', { params })).body.data;
    return newest && [newest.status, newest.pointCount, newest.version];
  };
  expect(await say('end', 1)).toBeUndefined();
  expect(await say('start', 2, { name: 'By itself' })).toEqual(['ACTIVE', 4, 1]);
  expect(await say('start', 3)).toEqual(['ACTIVE', 4, 1]);
  expect(await say('pause', 1)).toEqual(['ACTIVE', 4, 1]);
  expect(await say('pause', 3)).toEqual(['PAUSED', 2, 2]);
  expect(await say('pause', 4)).toEqual(['PAUSED', 2, 2]);
  expect(await say('resume', 5)).toEqual(['ACTIVE', 3, 3]);
  expect(await say('end', 6)).toEqual(['ENDED', 3, 4]);
  expect(await say('start', 5)).toEqual(['ENDED', 3, 4]);
  expect(await say('start', 6, { name: 'n'.repeat(256) })).toEqual(['ACTIVE', 0, 1]);
  const { data } = (await world.call('devices/list-sessions', { params })).body;
  expect(data).toMatchObject([
    { name: null, startedAt: iso(6) },
    { name: 'By itself', startedAt: iso(2), endedAt: iso(6), pointCount: 3, distanceMeters: 111 },
  ]);
  const kept = await new Table('telemetry').queryAll(deviceEventKeys.events(world.workspace.reference, params.id));
  expect(kept).toHaveLength(number);
});

test('starts and ends are published, and every step is in the audit log', async () => {
  const session = await aSession(world);
  for (const name of ['pause', 'resume', 'end'] as const) await step(name, session);
  const { sessionId, id } = session.params;
  const published = platform.database.rows('main').filter(({ pk }) => String(pk).includes('#published#'));
  const ofSession = published.filter(({ data }) => JSON.parse(String(data)).id === sessionId);
  expect(ofSession.map(({ action, resourceId }) => [action, resourceId]).sort()).toEqual([
    ['session.ended', id],
    ['session.started', id],
  ]);
  const actions = recorded().filter(({ resourceId }) => resourceId === sessionId);
  expect(actions.map(({ action }) => action).sort()).toEqual([
    'session.end',
    'session.pause',
    'session.resume',
    'session.start',
  ]);
});

test('a retry under its key starts nothing more', async () => {
  const { params } = await aDevice(world);
  const headers = { 'Idempotency-Key': 'round-1' };
  const start = () => world.call('devices/create-session', { params, body: { name: 'Round' }, headers });
  const [first, second] = [await start(), await start()];
  expect([second.status, second.body]).toEqual([201, first.body]);
});

test('a field worker drives the sessions of their own devices', async () => {
  const person = await newPerson(world.workspace, 'field_worker');
  const { access_token: key } = await signIn(person);
  const [mine, other] = [await aSession(world), await aSession(world)];
  const caller = systemCaller(world.workspace);
  await patches(devices).open().patch(caller, mine.params.id, { userId: person.id }, undefined);
  for (const name of [
    'devices/get-session',
    'devices/list-sessions',
    'devices/list-session-locations',
    'devices/pause-session',
    'devices/resume-session',
    'devices/end-session',
  ] as const) {
    expect((await world.call(name, { key, ...mine })).status).toBe(200);
    expect((await world.call(name, { key, ...other })).body.error_code).toBe('NOT_FOUND');
  }
  for (const [name, status] of [
    ['devices/create-session', 201],
    ['devices/patch-session', 200],
  ] as const) {
    const body = { name: 'N' };
    expect((await world.call(name, { key, ...mine, body })).status).toBe(status);
    expect((await world.call(name, { key, ...other, body })).body.error_code).toBe('NOT_FOUND');
  }
});

test('sessions are kept for as long as locations; one that is open, until its device is deleted', async () => {
  const { params } = await aDevice(world);
  const ended = await aSession(world, params.id);
  const open = await aSession(world, params.id);
  const rowOf = ({ params: { sessionId } }: Session) =>
    new Table('main').get<{ ttl?: number }>(tripKeys.trip(world.workspace.reference, params.id, sessionId));
  expect([(await rowOf(ended))?.ttl, (await rowOf(open))?.ttl]).toEqual([expect.any(Number), undefined]);
  const days = 3650;
  vi.useFakeTimers({ now: Date.now() + days * 24 * 60 * minute + minute, toFake: ['Date'] });
  expect((await world.call('devices/get-session', ended)).status).toBe(404);
  expect((await world.call('devices/list-sessions', { params })).body.total).toBe(1);
  vi.useRealTimers();
  expect((await world.call('devices/delete', { params })).status).toBe(204);
  await relayEvents();
  expect((await rowOf(open))?.ttl).toBeGreaterThan(Date.now() / 1000);
});
