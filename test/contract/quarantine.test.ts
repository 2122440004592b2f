import fc from 'fast-check';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import * as takeEvents from '../../functions/devices/take-events.ts';
import * as takeHealth from '../../functions/devices/take-health.ts';
import * as runReplay from '../../functions/quarantine/run-replay.ts';
import { forgetItemsOf } from '../../shared/quarantine/forget.ts';
import { base64, deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { faults, injectFaults, redelivered } from '../shared/support/injected-faults.ts';
import { runs } from '../support/thorough.ts';
import { sayReadings, sayWhere, topicOf } from './quarantine-calls.ts';
import { aCertificate, type Certified } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** Refusals are stored once, counted, reported, and replayed with the present rules. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  platform.database.before = () => undefined;
  platform.database.after = () => undefined;
});

const call = async (name: Parameters<World['call']>[0], asked: object, status: number) => {
  const answer = await world.call(name, asked);
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  return answer.body;
};

interface Item {
  readonly id: string;
  readonly cause: string;
  readonly status: string;
  readonly component: string | null;
  readonly key: string | null;
}

const itemsOf = async ({ deviceId }: Certified, more = ''): Promise<Item[]> =>
  (await call('quarantine/list', { query: `deviceId=${deviceId}&limit=200${more}` }, 200)).data;
const payloadOf = async ({ id }: Item) => (await call('quarantine/get', { params: { id } }, 200)).payload;
const groupsOf = async ({ deviceId }: Certified) =>
  (await call('quarantine/summary', {}, 200)).groups.filter((group: Certified) => group.deviceId === deviceId);
const setStatus = (sender: Certified, status: string) =>
  call('devices/patch', { params: { id: sender.deviceId }, body: { status } }, 200);
const measure = (sender: Certified, readings: readonly object[], more: object = {}) =>
  sayReadings(world, sender, readings, more);
const openedOf = ({ deviceId }: Certified) =>
  platform.database
    .rows('main')
    .filter(({ pk, resourceId, action }) => {
      return String(pk).includes('#published#') && resourceId === deviceId && action === 'quarantine.opened';
    })
    .map(({ action, data }) => ({ action, ...JSON.parse(String(data)) }));

/** Replays, and returns the result when it is done. */
async function replay(body: object) {
  const { replayId } = await call('quarantine/replay', { body }, 202);
  await relayEvents();
  const result = await call('quarantine/get-replay', { params: { replayId } }, 200);
  expect(result).toMatchObject({ replayId, status: 'DONE' });
  return result;
}
const ofDevice = ({ deviceId }: Certified, more: object = {}) => ({ filter: { deviceId, ...more } });

const iso = (at: number): string => new Date(at).toISOString();
const point = (at: number, more: object = {}) => ({ latitude: 1, longitude: 2, recordedAt: iso(at), ...more });

test('a refusal that is delivered again is one item, and the first of its kind in a day raises an event', async () => {
  const sender = await aCertificate(world);
  const at = Date.now();
  const [bad, worse] = [point(at, { latitude: 91 }), point(at, { longitude: 181 })];
  for (let delivery = 0; delivery < 3; delivery++) await sayWhere(world, sender, { points: [bad, worse] }, { at });
  await sayWhere(world, sender, '{', { at });
  const items = await itemsOf(sender);
  expect(items.map(({ cause }) => cause).toSorted()).toEqual(['MALFORMED_PAYLOAD', 'POINT_INVALID', 'POINT_INVALID']);
  expect(
    openedOf(sender)
      .map(({ action, cause }) => [action, cause])
      .sort(),
  ).toEqual([
    ['quarantine.opened', 'MALFORMED_PAYLOAD'],
    ['quarantine.opened', 'POINT_INVALID'],
  ]);
  expect(items).toContainEqual(expect.objectContaining({ id: openedOf(sender)[0].id, tenantId: world.workspace.id }));
  expect(openedOf(sender)[0]).not.toHaveProperty('payload');
  const day = { deviceId: sender.deviceId, key: null, dropped: 0, firstAt: iso(at).replace('.000Z', 'Z') };
  expect(await groupsOf(sender)).toMatchObject([
    { ...day, cause: 'POINT_INVALID', count: 2 },
    { ...day, cause: 'MALFORMED_PAYLOAD', count: 1 },
  ]);
});

test('what was refused is shown as it was sent: with all digits, long, or as bytes', async () => {
  const sender = await aCertificate(world);
  const long = { latitude: 91, longitude: 0, metadata: { text: 'x'.repeat(5000) } };
  await sayWhere(world, sender, long);
  await sayWhere(world, sender, Buffer.from([0xff, 0xfe]).toString('latin1'), { payload: '//4=' });
  await sayWhere(world, sender, '{"a":613196570357137407.10}');
  const items = await itemsOf(sender);
  const payloads = await Promise.all(items.map(payloadOf));
  expect(payloads).toHaveLength(3);
  expect(payloads).toEqual(expect.arrayContaining([long, { base64: '//4=' }]));
  const listed = platform.database.rows('telemetry').filter(({ deviceId }) => deviceId === sender.deviceId);
  for (const row of listed) expect(JSON.stringify(row).length).toBeLessThan(2500);
});

test('more than a thousand items of a device in an hour are only counted', async () => {
  const sender = await aCertificate(world);
  const at = Date.now();
  const points = Array.from({ length: 100 }, (_, i) => point(at - i, { latitude: 91 }));
  for (let i = 0; i < 11; i++) await sayWhere(world, sender, { points }, { at: at + i });
  const [group, ...others] = await groupsOf(sender);
  expect(others).toEqual([]);
  expect(group).toMatchObject({ count: 1000, dropped: 100 });
  const { total } = await call('quarantine/list', { query: `deviceId=${sender.deviceId}&limit=1` }, 200);
  expect(total).toBe(1000);
});

test('a deleted item is gone, counted no more, and the audit log does not say what it said', async () => {
  const sender = await aCertificate(world);
  await sayWhere(world, sender, { latitude: 91, longitude: 0, metadata: { secretPlace: 'x'.repeat(2000) } });
  const [item] = await itemsOf(sender);
  await call('quarantine/delete', { params: { id: item!.id } }, 204);
  await call('quarantine/get', { params: { id: item!.id } }, 404);
  await call('quarantine/delete', { params: { id: item!.id } }, 404);
  expect([await itemsOf(sender), await groupsOf(sender)]).toEqual([[], []]);
  const { data } = await call('audit-logs/list', { query: `resource_id=${item!.id}` }, 200);
  expect(data).toMatchObject([{ action: 'quarantine_item.delete', changes: { cause: ['POINT_INVALID', null] } }]);
  expect(JSON.stringify(data)).not.toContain('secretPlace');
  expect(JSON.stringify(platform.database.rows('telemetry'))).not.toContain('secretPlace');
});

test('items go with their device', async () => {
  const [sender, other] = [await aCertificate(world), await aCertificate(world)];
  for (const one of [sender, other]) await sayWhere(world, one, { latitude: 91, longitude: 0, text: 'x'.repeat(2000) });
  const [item] = await itemsOf(sender);
  await call('devices/delete', { params: { id: sender.deviceId } }, 204);
  await relayEvents();
  await call('quarantine/get', { params: { id: item!.id } }, 404);
  expect([await itemsOf(sender), await groupsOf(sender)]).toEqual([[], []]);
  expect(await itemsOf(other)).toHaveLength(1);
  expect(
    platform.database
      .rows('telemetry')
      .filter(({ pk }) => String(pk).includes('#quarantine-payload#'))
      .map(({ sk }) => sk),
  ).not.toContain(item!.id);
});

test('an interrupted deletion of the items of a device continues where it stopped', async () => {
  const [sender, other] = [await aCertificate(world), await aCertificate(world)];
  const at = Date.now();
  const points = Array.from({ length: 40 }, (_, i) =>
    point(at - i, { latitude: 91, text: 'x'.repeat(1500 * (i % 2)) }),
  );
  for (const one of [sender, other]) await sayWhere(world, one, { points }, { at });
  const forget = (until: number) => forgetItemsOf(world.workspace.reference, sender.deviceId, until);
  expect([await forget(0), (await itemsOf(sender)).length]).toEqual([false, 40]);
  const end = injectFaults(platform.database, [{ in: 30, when: 'after' }]);
  await expect(forget(Number.POSITIVE_INFINITY)).rejects.toThrow('dies');
  end();
  expect([await forget(Number.POSITIVE_INFINITY), await itemsOf(sender), await groupsOf(sender)]).toEqual([
    true,
    [],
    [],
  ]);
  expect([(await itemsOf(other)).length, (await groupsOf(other)).length]).toEqual([40, 1]);
});

test('points of a device that was not active are accepted by a replay, at their original times', async () => {
  const sender = await aCertificate(world);
  const at = Date.now() - 60_000;
  await setStatus(sender, 'INACTIVE');
  await sayWhere(world, sender, { points: [point(at - 2000), point(at - 1000)] }, { at });
  await sayWhere(world, sender, { latitude: 3, longitude: 4 }, { at });
  expect((await itemsOf(sender)).map(({ cause }) => cause)).toEqual(['DEVICE_UNKNOWN', 'DEVICE_UNKNOWN']);
  const still = { total: 2, wouldAccept: 0, accepted: 0, stillRefused: 2, causes: { DEVICE_UNKNOWN: 2 } };
  expect(await replay({ ...ofDevice(sender), dryRun: false })).toMatchObject(still);
  await setStatus(sender, 'ACTIVE');
  const locations = async () => (await call('devices/list-locations', { params: { id: sender.deviceId } }, 200)).points;
  const all = { total: 2, stillRefused: 0, causes: {} };
  expect(await replay(ofDevice(sender))).toMatchObject({ ...all, dryRun: true, wouldAccept: 2, accepted: 0 });
  expect([await locations(), (await itemsOf(sender)).length]).toEqual([[], 2]);
  expect(await replay({ ...ofDevice(sender), dryRun: false })).toMatchObject({ ...all, wouldAccept: 0, accepted: 2 });
  const times = (await locations()).map(({ recordedAt }: { recordedAt: string }) => Date.parse(recordedAt));
  expect(times.toSorted()).toEqual([at - 2000, at - 1000, at]);
  expect(await itemsOf(sender)).toEqual([]);
  expect(await itemsOf(sender, '&status=REPLAYED')).toHaveLength(2);
  expect(await groupsOf(sender)).toEqual([]);
  expect(await replay({ ...ofDevice(sender), dryRun: false })).toMatchObject({ total: 0, accepted: 0 });
});

test('an item that was accepted stays so when its message is delivered once more', async () => {
  const sender = await aCertificate(world);
  const at = Date.now();
  await setStatus(sender, 'INACTIVE');
  await sayWhere(world, sender, point(at), { at });
  await setStatus(sender, 'ACTIVE');
  await replay({ ...ofDevice(sender), dryRun: false });
  await setStatus(sender, 'INACTIVE');
  await sayWhere(world, sender, point(at), { at });
  expect([await itemsOf(sender), await groupsOf(sender)]).toEqual([[], []]);
});

test('readings are accepted once their sensor exists; those that do not fit it have another cause then', async () => {
  const sender = await aCertificate(world);
  const at = Date.now() - 60_000;
  const reading = (value: unknown, i = 0) => ({
    component: 'boiler-1',
    key: 'pressure',
    value,
    recordedAt: iso(at - i),
  });
  await measure(sender, [reading(1.5), reading('high', 1), reading(900, 2)], { at });
  const before = await itemsOf(sender);
  expect(before.map(({ cause, component, key }) => [cause, component, key])).toEqual(
    Array.from({ length: 3 }, () => ['UNKNOWN_SENSOR', 'boiler-1', 'pressure']),
  );
  const { id: componentId } = await call(
    'components/create',
    { body: { deviceId: sender.deviceId, name: 'boiler-1' } },
    201,
  );
  const body = { componentId, key: 'pressure', valueType: 'DOUBLE', max: 100 };
  const { id: sensorId } = await call('sensors/create', { body }, 201);
  const result = { total: 3, stillRefused: 2, causes: { TYPE_MISMATCH: 1, OUT_OF_RANGE: 1 } };
  expect(await replay({ ids: before.map(({ id }) => id) })).toMatchObject({ ...result, wouldAccept: 1 });
  expect(await replay({ filter: { key: 'pressure' }, dryRun: false })).toMatchObject({ ...result, accepted: 1 });
  const { points } = await call('readings/raw', { query: `sensorId=${sensorId}` }, 200);
  expect(points).toEqual([{ recordedAt: iso(at).replace('.000Z', 'Z'), value: 1.5 }]);
  expect(await groupsOf(sender)).toMatchObject([{ cause: 'UNKNOWN_SENSOR', key: 'pressure', count: 2 }]);
});

test('if a message was refused as a whole, its parts that are still refused become items of their own', async () => {
  const sender = await aCertificate(world);
  const at = Date.now();
  await setStatus(sender, 'INACTIVE');
  await sayWhere(world, sender, { points: [point(at), point(at, { latitude: 91 })] }, { at });
  await setStatus(sender, 'ACTIVE');
  expect(await replay({ ...ofDevice(sender), dryRun: false })).toMatchObject({ total: 1, accepted: 1 });
  const [left, ...more] = await itemsOf(sender);
  expect([left?.cause, more, await payloadOf(left!)]).toEqual(['POINT_INVALID', [], point(at, { latitude: 91 })]);
});

test('a message on the topic of another device stays refused, whatever is replayed', async () => {
  const [mine, theirs] = [await aCertificate(world), await aCertificate(world)];
  await sayWhere(world, mine, point(Date.now()), { topic: topicOf(world, theirs, 'location') });
  const result = await replay({ ...ofDevice(mine), dryRun: false });
  expect(result).toMatchObject({ total: 1, accepted: 0, causes: { CERTIFICATE_MISMATCH: 1 } });
  expect((await call('devices/list-locations', { params: { id: theirs.deviceId } }, 200)).points).toEqual([]);
});

/** Puts a certificate out of force, or back in force. */
function setInForce({ certificateId }: Certified, status: 'ACTIVE' | 'REVOKED'): void {
  const row = platform.database
    .rows('main')
    .find(({ pk, sk }) => String(pk).includes('#certificate#') && sk === certificateId);
  platform.database.set('main', { ...row!, status });
}

test('health reports and points are accepted once their certificate is in force; events never are', async () => {
  const sender = await aCertificate(world);
  const at = Date.now() - 60_000;
  setInForce(sender, 'REVOKED');
  const about = (kind: string, payload: object) => ({
    topic: topicOf(world, sender, kind),
    principal: sender.certificateId,
    payload: base64(payload),
    at,
  });
  await sayWhere(world, sender, point(at), { at });
  await deliver(takeHealth, about('health', { batteryPercent: 50, firmwareVersion: '7.1' }));
  await deliver(takeEvents, about('events', { type: 'door.opened' }));
  const refused = { total: 3, accepted: 0, causes: { CERTIFICATE_MISMATCH: 3 } };
  expect(await replay({ ...ofDevice(sender), dryRun: false })).toMatchObject(refused);
  setInForce(sender, 'ACTIVE');
  expect(await replay(ofDevice(sender))).toMatchObject({ total: 3, wouldAccept: 2 });
  const params = { id: sender.deviceId };
  expect(await call('devices/get-health', { params }, 200)).toMatchObject({ batteryPercent: null });
  expect(await replay({ ...ofDevice(sender), dryRun: false })).toMatchObject({
    total: 3,
    accepted: 2,
    stillRefused: 1,
  });
  const health = { batteryPercent: 50, reportedAt: iso(at).replace('.000Z', 'Z') };
  expect(await call('devices/get-health', { params }, 200)).toMatchObject(health);
  expect((await call('devices/get', { params }, 200)).firmwareVersion).toBe('7.1');
  expect((await itemsOf(sender)).map(({ cause }) => cause)).toEqual(['CERTIFICATE_MISMATCH']);
});

test('a replay judges a certificate by when the message arrived, not by when it is replayed', async () => {
  const sender = await aCertificate(world);
  const params = { id: sender.deviceId, certificateId: sender.certificateId };
  const at = Date.now() - 60_000;
  setInForce(sender, 'REVOKED');
  await sayWhere(world, sender, point(at), { at });
  setInForce(sender, 'ACTIVE');
  await call('devices/revoke-certificate', { params }, 200);
  await sayWhere(world, sender, point(at + 1), { at: Date.now() });
  const result = await replay({ ...ofDevice(sender), dryRun: false });
  expect(result).toMatchObject({ total: 2, accepted: 1, causes: { CERTIFICATE_MISMATCH: 1 } });
  const { points } = await call('devices/list-locations', { params: { id: sender.deviceId } }, 200);
  expect(points).toMatchObject([{ recordedAt: iso(at).replace('.000Z', 'Z') }]);
});

test('a replay takes what was received before it, from the span that is asked for', async () => {
  const sender = await aCertificate(world);
  const now = Date.now();
  for (const at of [now - 3000, now - 2000, now - 1000, now + 60_000]) await sayWhere(world, sender, '{', { at });
  const span = { from: iso(now - 2000), to: iso(now + 120_000) };
  expect(await replay(ofDevice(sender, span))).toMatchObject({ total: 2 });
  expect(await replay(ofDevice(sender, { cause: 'POINT_INVALID' }))).toMatchObject({ total: 0 });
});

test('a replay that runs out of time continues in the next run', async () => {
  const sender = await aCertificate(world);
  const at = Date.now();
  for (let i = 0; i < 45; i++) await sayWhere(world, sender, '{', { at: at - i });
  const { replayId } = await call('quarantine/replay', { body: ofDevice(sender) }, 202);
  const now = Date.now;
  let [ahead, begun] = [0, 0];
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
  platform.database.before = ({ operation, input }) => {
    if (operation === 'GetCommand' && input.Key.sk === 'request') begun += 1;
    if (operation === 'TransactWriteCommand') ahead += 41_000;
  };
  await relayEvents();
  platform.database.before = () => undefined;
  clock.mockRestore();
  const result = await call('quarantine/get-replay', { params: { replayId } }, 200);
  expect(result).toMatchObject({ status: 'DONE', total: 45, stillRefused: 45 });
  expect(begun).toBeGreaterThanOrEqual(3);
});

test('an item that was deleted or accepted while a replay runs is not counted', async () => {
  const sender = await aCertificate(world);
  const at = Date.now();
  for (let i = 0; i < 3; i++) await sayWhere(world, sender, '{', { at: at - i });
  const ids = (await itemsOf(sender)).map(({ id }) => id);
  const { replayId } = await call('quarantine/replay', { body: { ids, dryRun: false } }, 202);
  await call('quarantine/delete', { params: { id: ids[1] } }, 204);
  await relayEvents();
  const result = await call('quarantine/get-replay', { params: { replayId } }, 200);
  expect(result).toMatchObject({ status: 'DONE', total: 2, stillRefused: 2, causes: { MALFORMED_PAYLOAD: 2 } });
});

test('a replay that dies anywhere, is delivered twice and runs beside another accepts each item once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 45 }),
      fc.nat(3),
      faults(8),
      fc.boolean(),
      async (many, bad, deaths, byIds) => {
        const sender = await aCertificate(world);
        const at = Date.now() - 3_600_000;
        await setStatus(sender, 'INACTIVE');
        for (let i = 0; i < many; i++) await sayWhere(world, sender, point(at + i), { at: at + i });
        for (let i = 0; i < bad; i++) await sayWhere(world, sender, '{', { at: at + i });
        await setStatus(sender, 'ACTIVE');
        const ids = (await itemsOf(sender)).map(({ id }) => id);
        const body = { ...(byIds ? { ids } : ofDevice(sender)), dryRun: false };
        const { replayId } = await call('quarantine/replay', { body }, 202);
        const { replayId: otherId } = await call('quarantine/replay', { body }, 202);
        const end = injectFaults(platform.database, deaths);
        const run = (id: string) =>
          redelivered(() => deliver(runReplay, { tenant: world.workspace.reference, replayId: id }));
        await Promise.all([run(replayId), run(replayId), run(otherId)]);
        end();
        await Promise.all([run(replayId), run(otherId)]);
        const get = (id: string) => call('quarantine/get-replay', { params: { replayId: id } }, 200);
        const [one, other] = [await get(replayId), await get(otherId)];
        expect([one.status, other.status, one.accepted + other.accepted]).toEqual(['DONE', 'DONE', many]);
        for (const { total, accepted, stillRefused } of [one, other]) expect(stillRefused).toBe(total - accepted);
        expect(await itemsOf(sender)).toHaveLength(bad);
        expect(await itemsOf(sender, '&status=REPLAYED')).toHaveLength(many);
        const counts = (await groupsOf(sender)).map(({ count }: { count: number }) => count);
        expect(counts).toEqual(bad === 0 ? [] : [bad]);
        const { points } = await call(
          'devices/list-locations',
          { params: { id: sender.deviceId }, query: 'limit=100' },
          200,
        );
        expect(points).toHaveLength(many);
      },
    ),
    { numRuns: runs(60) },
  );
});

test('keeping that dies anywhere and is delivered again keeps each refusal once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 30 }), faults(6), async (many, deaths) => {
      const sender = await aCertificate(world);
      const at = Date.now();
      const points = Array.from({ length: many }, (_, i) => point(at - i, { latitude: 91 }));
      const end = injectFaults(platform.database, deaths);
      const say = () => redelivered(() => sayWhere(world, sender, { points }, { at }));
      await Promise.all([say(), say()]);
      end();
      expect(await itemsOf(sender)).toHaveLength(many);
      expect(await groupsOf(sender)).toMatchObject([{ count: many, dropped: 0 }]);
      expect(openedOf(sender)).toHaveLength(1);
    }),
    { numRuns: runs(100) },
  );
});
