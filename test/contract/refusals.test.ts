import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as takeAcks from '../../functions/commands/take-acks.ts';
import * as takeEvents from '../../functions/devices/take-events.ts';
import * as takeHealth from '../../functions/devices/take-health.ts';
import * as takeReadings from '../../functions/devices/take-readings.ts';
import { base64, deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { faults, injectFaults, redelivered } from '../shared/support/injected-faults.ts';
import { runs } from '../support/thorough.ts';
import { type DatabaseCall, watchDatabase } from '../support/watch.ts';
import { sayReadings, sayWhere, topicOf } from './quarantine-calls.ts';
import { aCertificate, type Certified } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** What a message costs of which much is refused, what it leaves, and what people read of it. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  platform.database.around = (send) => send();
  vi.restoreAllMocks();
});

const say = (sender: Certified, readings: readonly object[], more: object = {}) =>
  sayReadings(world, sender, readings, more);

const call = async (name: Parameters<World['call']>[0], asked: object, status = 200) => {
  const answer = await world.call(name, asked);
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  return answer.body;
};

const groupsOf = async ({ deviceId }: Certified) =>
  (await call('quarantine/summary', {})).groups.filter((group: Certified) => group.deviceId === deviceId);
const itemsOf = async ({ deviceId }: Certified) =>
  (await call('quarantine/list', { query: `deviceId=${deviceId}&limit=200` })).data;
const opened = ({ deviceId }: Certified) =>
  platform.database
    .rows('main')
    .filter(({ resourceId, action }) => resourceId === deviceId && action === 'quarantine.opened')
    .map(({ data }) => JSON.parse(String(data)));
const marksOf = ({ deviceId }: Certified) =>
  platform.database
    .rows('telemetry')
    .filter(({ pk }) => String(pk).includes('#touched#') && String(pk).includes(deviceId));

/** Calls that begin when those before have ended make a wave. */
function wavesIn(calls: readonly DatabaseCall[]): number {
  const waves: number[] = [];
  for (const { began, ended } of calls.toSorted((a, b) => a.began - b.began)) {
    if (began >= (waves.at(-1) ?? 0)) waves.push(ended);
    else waves.push(Math.max(waves.pop()!, ended));
  }
  return waves.length;
}

async function costOf(work: () => Promise<unknown>) {
  platform.database.around = async (send) => {
    const answer = await send();
    await new Promise((resolve) => setTimeout(resolve, 10));
    return answer;
  };
  const { calls } = await watchDatabase(work);
  platform.database.around = (send) => send();
  return { calls: calls.length, waves: wavesIn(calls) };
}

const many = (make: (i: number) => object, count = 500) => Array.from({ length: count }, (_, i) => make(i));
const unknown = (i: number) => ({ component: 'none', key: 'pressure', value: i });

/** A component `boiler-1`, whose profile defines these keys. */
async function aBoiler({ deviceId }: Certified, ...keys: readonly string[]): Promise<string> {
  const sensors = (keys.length > 0 ? keys : ['temperature']).map((key) => ({ key, valueType: 'DOUBLE' }));
  const body = { name: `Boilers ${deviceId}`, version: '1.0', sensors };
  const { id: sensorProfileId } = await call('sensor-profiles/create', { body }, 201);
  return (await call('components/create', { body: { deviceId, name: 'boiler-1', sensorProfileId } }, 201)).id;
}

describe('A message of 500 readings that are refused', () => {
  test('costs few calls in few waves, within the limit and beyond it', async () => {
    const sender = await aCertificate(world);
    for (const kept of [true, true, false]) {
      const cost = await costOf(() => say(sender, many(unknown)));
      expect(cost.calls).toBeLessThanOrEqual(28);
      expect(cost.waves).toBeLessThanOrEqual(kept ? 14 : 8);
    }
    expect(await groupsOf(sender)).toMatchObject([{ count: 1000, dropped: 500 }]);
  });

  test('of long readings is kept whole', async () => {
    const sender = await aCertificate(world);
    await say(
      sender,
      many((i) => ({ ...unknown(i), value: 'x'.repeat(1200) }), 90),
    );
    expect(await groupsOf(sender)).toMatchObject([{ count: 90, dropped: 0 }]);
    expect((await itemsOf(sender)).length).toBe(90);
  });

  test('costs few calls for 500 keys that a profile does not define, by queue and over HTTP', async () => {
    const sender = await aCertificate(world);
    await aBoiler(sender);
    const readings = many((i) => ({ component: 'boiler-1', key: `k${i}`, value: i }));
    const queue = await costOf(() => say(sender, readings));
    expect(queue.calls).toBeLessThanOrEqual(28);
    expect(queue.waves).toBeLessThanOrEqual(16);
    const http = await costOf(() => call('readings/report', { body: { deviceId: sender.deviceId, readings } }, 202));
    expect(http.calls).toBeLessThanOrEqual(14);
  });

  test('makes a limited number of groups; the other keys share one without a key, and are counted down there', async () => {
    const sender = await aCertificate(world);
    for (let i = 0; i < 3; i++)
      await say(
        sender,
        many((n) => ({ ...unknown(n), key: `k${i}-${n}` }), 400),
      );
    const groups = await groupsOf(sender);
    const [rest, ...others] = groups.toSorted((a: { key: string }) => (a.key === null ? -1 : 1));
    expect(others).toHaveLength(40);
    expect([rest.key, rest.count, rest.dropped]).toEqual([null, 960, 200]);
    expect(opened(sender)).toHaveLength(41);
    const item = (await itemsOf(sender)).find(({ key }: { key: string }) => key === 'k2-7');
    await call('quarantine/delete', { params: { id: item.id } }, 204);
    const found = (await groupsOf(sender)).find(({ key }: { key: string | null }) => key === null);
    expect(found.count).toBe(959);
  });

  test('is logged in one line for each cause', async () => {
    const sender = await aCertificate(world);
    const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    await say(sender, many(unknown, 50));
    const lines = write.mock.calls.filter(([line]) => String(line).includes('device message refused'));
    expect(lines).toHaveLength(1);
    expect(String(lines[0])).toContain('"parts":50');
  });
});

describe('Beyond the limit of a device', () => {
  test('a message that is delivered again is counted once', async () => {
    const sender = await aCertificate(world);
    const at = Date.now();
    for (let i = 0; i < 2; i++) await say(sender, many(unknown, 450), { at: at + i });
    for (let delivery = 0; delivery < 3; delivery++) await say(sender, many(unknown, 300), { at: at + 2 });
    expect(await groupsOf(sender)).toMatchObject([{ count: 1000, dropped: 200 }]);
  });

  test('counting that dies anywhere and is delivered again counts each refusal once', async () => {
    const sender = await aCertificate(world);
    for (let i = 0; i < 2; i++) await say(sender, many(unknown));
    let [at, sum] = [Date.now() + 10, 0];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), faults(6), async (amount, deaths) => {
        at += 1;
        sum += amount;
        const end = injectFaults(platform.database, deaths);
        const deliverOnce = () => redelivered(() => say(sender, many(unknown, amount), { at }));
        await Promise.all([deliverOnce(), deliverOnce()]);
        end();
        expect(await groupsOf(sender)).toMatchObject([{ count: 1000, dropped: sum }]);
      }),
      { numRuns: runs(40), endOnFailure: true },
    );
  });

  test('a cause and a key that are new still raise their event, once', async () => {
    const sender = await aCertificate(world);
    for (let i = 0; i < 2; i++) await say(sender, many(unknown));
    expect(opened(sender)).toHaveLength(1);
    for (let i = 0; i < 2; i++) {
      await say(sender, [{ ...unknown(i), key: 'flow' }, { value: 1 }]);
      await say(sender, [{ ...unknown(i), key: 'flow' }]);
    }
    const told = opened(sender).map(({ cause, key }) => `${cause} ${key}`);
    expect(told.toSorted()).toEqual(['MALFORMED_PAYLOAD null', 'UNKNOWN_SENSOR flow', 'UNKNOWN_SENSOR pressure']);
    expect(await groupsOf(sender)).toContainEqual(
      expect.objectContaining({ cause: 'UNKNOWN_SENSOR', key: 'flow', count: 0, dropped: 4 }),
    );
  });
});

describe('Marks of hours', () => {
  const iso = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();

  test('are not changed by the message of another device, nor by one that is refused', async () => {
    const [mine, theirs] = [await aCertificate(world), await aCertificate(world)];
    await aBoiler(theirs);
    const readings = [{ component: 'boiler-1', key: 'temperature', value: 1, recordedAt: iso(1) }];
    await say(theirs, readings);
    const before = marksOf(theirs).map(({ at, last, first }) => ({ at, last, first }));
    expect(before).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await say(mine, readings, { topic: topicOf(world, theirs, 'readings') });
    await call('devices/patch', { params: { id: theirs.deviceId }, body: { status: 'INACTIVE' } });
    await say(theirs, readings);
    expect(marksOf(theirs).map(({ at, last, first }) => ({ at, last, first }))).toEqual(before);
  });

  test('are taken back where no reading of the hour is accepted', async () => {
    const sender = await aCertificate(world);
    await aBoiler(sender);
    const good = { component: 'boiler-1', key: 'temperature', value: 1, recordedAt: iso(0) };
    await say(sender, [good, ...many((i) => ({ ...unknown(i), recordedAt: iso(60 * (i + 2)) }), 40)]);
    expect(marksOf(sender)).toHaveLength(1);
    expect(
      platform.database.rows('main').filter((row) => JSON.stringify(row).includes(`fold#${sender.deviceId}`)).length,
    ).toBeLessThanOrEqual(2);
  });
});

describe('A replay of whole messages', () => {
  test('takes each as one, and ends a step when its time is up', async () => {
    const sender = await aCertificate(world);
    await aBoiler(sender);
    const certificate = () =>
      platform.database
        .rows('main')
        .find(({ pk, sk }) => String(pk).includes('#certificate#') && sk === sender.certificateId)!;
    platform.database.set('main', { ...certificate(), status: 'REVOKED' });
    const at = Date.now() - 60_000;
    const readings = (n: number) =>
      many((i) => ({
        component: 'boiler-1',
        key: 'temperature',
        value: i,
        recordedAt: new Date(at - n * 1000 - i).toISOString(),
      }));
    for (let n = 0; n < 4; n++) await say(sender, readings(n), { at: at + n });
    platform.database.set('main', { ...certificate(), status: 'ACTIVE' });
    const body = { filter: { deviceId: sender.deviceId }, dryRun: false };
    const { replayId } = await call('quarantine/replay', { body }, 202);
    const now = Date.now;
    let [ahead, runs] = [0, 0];
    vi.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
    platform.database.before = ({ operation, input }) => {
      if (operation === 'GetCommand' && input.Key.sk === 'request') runs += 1;
      if (operation === 'QueryCommand' && JSON.stringify(input).includes('#series#')) ahead += 21_000;
    };
    const { calls } = await watchDatabase(() => relayEvents());
    platform.database.before = () => undefined;
    vi.restoreAllMocks();
    expect(await call('quarantine/get-replay', { params: { replayId } })).toMatchObject({
      status: 'DONE',
      total: 4,
      accepted: 4,
    });
    expect(runs).toBeGreaterThanOrEqual(2);
    expect(calls.length).toBeLessThan(500);
  });
});

describe('Payloads of devices', () => {
  const ofDevice = (sender: Certified, kind: string, payload: unknown) => ({
    topic: topicOf(world, sender, kind),
    principal: sender.certificateId,
    payload: base64(payload),
    at: Date.now(),
  });
  const none = { messageId: null };
  const wrong = { messageId: 'm', what: 1 };
  const at = new Date(Date.now() + 600_000).toISOString();

  test('take null for what is absent', async () => {
    const sender = await aCertificate(world);
    await aBoiler(sender);
    const reading = { component: 'boiler-1', key: 'temperature', value: 1 };
    await deliver(takeReadings, ofDevice(sender, 'readings', { ...none, readings: [reading] }));
    await deliver(takeHealth, ofDevice(sender, 'health', { ...none, batteryPercent: 5, reportedAt: null }));
    const event = { ...none, type: 'door.opened', severity: null, occurredAt: null, data: null };
    await deliver(takeEvents, ofDevice(sender, 'events', event));
    await sayWhere(world, sender, { ...none, latitude: 1, longitude: 2 });
    await sayWhere(world, sender, { ...none, points: [{ latitude: 1, longitude: 2 }] });
    expect(await itemsOf(sender)).toEqual([]);
    const ack = { ...none, commandId: sender.deviceId, status: 'SUCCESS', message: null, result: null, at: null };
    await deliver(takeAcks, ofDevice(sender, 'commands/ack', ack));
    expect((await itemsOf(sender)).map(({ message }: { message: string }) => message)).toEqual([
      'commandId: The device has no command with this id',
    ]);
  });

  test.each([
    ['readings', takeReadings, { ...wrong, readings: [] }, /^readings: Should .*; what: Unknown field "what"/],
    ['readings', takeReadings, { messageId: 'm' }, /^readings: Field required$/],
    ['readings', takeReadings, '{', /^The payload is not JSON/],
    ['health', takeHealth, wrong, /what: Unknown field "what"/],
    ['health', takeHealth, { reportedAt: at }, /^reportedAt: Should be at most 5 minutes in the future$/],
    ['events', takeEvents, { severity: 'BAD' }, /type: Field required; severity: /],
    ['events', takeEvents, { type: 'a', occurredAt: at }, /^occurredAt: Should be at most 5 minutes in the future$/],
    ['commands/ack', takeAcks, { status: 'SUCCESS' }, /^commandId: Field required$/],
  ] as const)('of %s that are malformed are refused with what is wrong (%#)', async (kind, taker, payload, message) => {
    const sender = await aCertificate(world);
    await deliver(taker, ofDevice(sender, kind, payload));
    expect(await itemsOf(sender)).toMatchObject([
      { cause: 'MALFORMED_PAYLOAD', message: expect.stringMatching(message) },
    ]);
  });

  test.each([
    [{ points: [], x: 1 }, /points: Should .*x: Unknown field "x"/],
    [{ messageId: 'x'.repeat(65), latitude: 1, longitude: 2 }, /^messageId: /],
    [[], /^Should be an object$/],
    ['{', /^The payload is not JSON/],
  ])('of points that are malformed are refused with what is wrong (%#)', async (payload, message) => {
    const sender = await aCertificate(world);
    await sayWhere(world, sender, payload);
    expect(await itemsOf(sender)).toMatchObject([
      { cause: 'MALFORMED_PAYLOAD', message: expect.stringMatching(message) },
    ]);
  });

  test('of readings without a sensor are refused with what is missing', async () => {
    const sender = await aCertificate(world);
    await aBoiler(sender);
    await call('components/create', { body: { deviceId: sender.deviceId, name: 'bare' } }, 201);
    const old = new Date(Date.now() - 5000 * 86_400_000).toISOString();
    const readings = [
      { component: 'none', key: 'a', value: 1 },
      { component: 'bare', key: 'a', value: 1 },
      { component: 'boiler-1', key: 'a', value: 1 },
      { sensorId: sender.deviceId, value: 1 },
      { component: 'boiler-1', key: 'temperature', value: 1, recordedAt: old },
      { component: 'boiler-1', key: 'temperature', value: 1, recordedAt: at },
    ];
    const { errors } = await call('readings/report', { body: { deviceId: sender.deviceId, readings } }, 202);
    expect(errors).toEqual(
      [
        ['UNKNOWN_SENSOR', /^no sensor none\/a: the device has no component "none"; create it/],
        ['PROFILE_MISSING', /^no sensor bare\/a: component "bare" has no profile; create the sensor, or give/],
        [
          'UNKNOWN_SENSOR',
          /^no sensor boiler-1\/a: the profile of component "boiler-1" does not define this key; create/,
        ],
        ['UNKNOWN_SENSOR', new RegExp(`^the device has no sensor ${sender.deviceId}$`)],
        ['OUT_OF_RANGE', /^recordedAt: Should be at most \d+ days ago, which is how long readings are kept$/],
        ['TIMESTAMP_IN_FUTURE', /^recordedAt: Should be at most 5 minutes in the future$/],
      ].map(([code, text], index) => ({ index, error_code: code, message: expect.stringMatching(text as RegExp) })),
    );
  });
});
