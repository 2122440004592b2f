import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newId } from '../../../shared/table/ids.ts';
import { deviceEventKeys } from '../../../shared/table/keys/device-events.ts';
import { day, lines, now, Yard, yesterday } from './yard.ts';

/** Long stretches without rows: a run ends in time within them, and the next one continues from there. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

/** The timeout of the worker. */
const timeout = 55_000;
const ended = (now - 5 * day) / 1000;
/** A page of the database has 1 MB. */
const text = 'x'.repeat(60_000);

/** Works with reads of this duration. Fails if a run exceeds the timeout of the worker. */
async function workSlowly(id: string, milliseconds: number) {
  yard.relay();
  yard.database.before = ({ operation }) => {
    if (operation === 'QueryCommand' || operation === 'GetCommand') vi.setSystemTime(Date.now() + milliseconds);
  };
  const durations: number[] = [];
  while (yard.waiting.length > 0) {
    const began = Date.now();
    await yard.step();
    durations.push(Date.now() - began);
  }
  expect(Math.max(...durations)).toBeLessThan(timeout);
  expect(durations.length).toBeGreaterThan(2);
  return await yard.get(id);
}

test.each(['READINGS', 'LOCATIONS', 'EVENTS', 'ANNOTATIONS'] as const)(
  'many devices without sensors do not hold up an export of %s',
  async (include) => {
    const siteId = await yard.site();
    for (let i = 0; i < 40; i++) await yard.device({ siteId, name: `Van ${i}` });
    const { id } = await yard.ask({ scopeType: 'SITE', scopeId: siteId, includes: [include] });
    expect(await workSlowly(id, 3000)).toMatchObject({ status: 'READY' });
  },
);

test('readings that are not shown any more do not hold up an export', async () => {
  const { id: sensorId } = await yard.sensor(await yard.device(), 'state', { valueType: 'STRING' });
  yard.readings(
    sensorId,
    Array.from({ length: 400 }, (_, i) => [yesterday + i * 60_000, i % 200 === 7 ? 'kept' : text] as const),
  );
  for (const row of yard.database.rows('telemetry')) {
    if (!String(row.readings).includes('kept')) yard.database.set('telemetry', { ...row, ttl: ended } as never);
  }
  const { id } = await yard.ask({ scopeType: 'SENSOR', scopeId: sensorId, includes: ['READINGS'] });
  expect(await workSlowly(id, 4000)).toMatchObject({ status: 'READY', readingCount: 2 });
  expect(lines((await yard.filesOf(id))['readings.csv']!)).toHaveLength(3);
});

test('points that are not kept any more do not hold up an export', async () => {
  const deviceId = await yard.device();
  yard.points(
    deviceId,
    Array.from({ length: 400 }, (_, i) => yesterday + i * 1000),
    { ttl: ended, text },
  );
  yard.points(deviceId, [yesterday, yesterday + 400_000]);
  const { id } = await yard.ask({ scopeType: 'DEVICE', scopeId: deviceId, includes: ['LOCATIONS'] });
  expect(await workSlowly(id, 4000)).toMatchObject({ status: 'READY', locationCount: 2 });
});

test('events that are not kept any more do not hold up an export', async () => {
  const deviceId = await yard.device();
  for (let i = 0; i < 400; i++) {
    const [at, id] = [yesterday + i * 1000, newId(i)];
    const event = {
      id,
      type: 'door',
      severity: 'INFO',
      occurredAt: at,
      receivedAt: at,
      data: JSON.stringify({ text }),
    };
    const ttl = i % 399 === 0 ? (now + day) / 1000 : ended;
    const key = deviceEventKeys.event(yard.tenant.reference, deviceId, at, id);
    yard.database.set('telemetry', { ...key, ...event, ttl });
  }
  const { id } = await yard.ask({ scopeType: 'DEVICE', scopeId: deviceId, includes: ['EVENTS'] });
  expect(await workSlowly(id, 4000)).toMatchObject({ status: 'READY', eventCount: 2 });
});
