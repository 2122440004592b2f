import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as fitter from '../../functions/components/fit-sensors.ts';
import * as equipper from '../../functions/devices/equip.ts';
import { defineCapability } from '../../shared/capability/capability.ts';
import { setAll } from '../../shared/table/expressions.ts';
import { seriesKeys } from '../../shared/table/keys/series.ts';
import { Table } from '../../shared/table/table.ts';
import { createReportedSensors, tablesOfFirstReport } from '../../shared/topology/first-report.ts';
import { readSeries } from '../../shared/topology/series.ts';
import { systemCaller } from '../../shared/workspaces/workspaces.ts';
import { deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { faults, injectFaults, redelivered } from '../shared/support/injected-faults.ts';
import { actingAs } from '../support/grants.ts';
import { unlike } from './entities.ts';
import { make } from './kinds.ts';
import { aProfile } from './profile-calls.ts';
import { aToken } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** Components and sensors: what follows from profiles, the rows that ingest reads, and what goes with a device. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  [platform.database.before, platform.database.after] = [() => undefined, () => undefined];
});

type Body = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: answers of many resources
type Answer = any;

async function made(name: 'components' | 'sensors' | 'devices', body: Body): Promise<Answer> {
  const answer = await world.call(`${name}/create`, { body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
async function changed(name: 'components' | 'sensors' | 'devices', id: string, body: Body): Promise<Answer> {
  const answer = await world.call(`${name}/patch`, { params: { id }, body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}
const read = async (name: 'components' | 'sensors' | 'devices', id: string): Promise<Answer> =>
  (await world.call(`${name}/get`, { params: { id } })).body;
const listed = async (name: 'components' | 'sensors', query: string): Promise<Answer[]> =>
  (await world.call(`${name}/list`, { query })).body.data;

const tenant = () => world.workspace.reference;
const component = async (body: Body = {}) =>
  await made('components', { deviceId: body.deviceId ?? (await make('device', world)), name: unlike('c'), ...body });
const sensor = async (componentId: string, body: Body = {}) =>
  await made('sensors', { componentId, key: 'temperature', valueType: 'DOUBLE', ...body });
const defining = (version: string, ...sensors: Body[]) => ({
  version,
  sensors: sensors.map((one) => ({ key: 'temperature', valueType: 'DOUBLE', ...one })),
});

describe('the profile of a component', () => {
  test('is pinned in its newest version, and stays there when another is added', async () => {
    const name = unlike('Pinned');
    const id = await aProfile(world, 'sensor-profiles', { name, version: '1.9' }, { name, version: '1.10' });
    const { id: componentId, ...shown } = await component({ sensorProfileId: id });
    expect(shown).toMatchObject({ sensorProfileId: id, sensorProfileVersion: '1.10' });
    expect(Object.keys(shown)).not.toContain('sensorProfileVersionId');
    await aProfile(world, 'sensor-profiles', { name, version: '2.0' });
    expect(await changed('components', componentId, { metadata: { a: 1 }, sensorProfileId: id })).toMatchObject({
      sensorProfileVersion: '1.10',
    });
    expect(await changed('components', componentId, { sensorProfileVersion: null })).toMatchObject({
      sensorProfileVersion: '2.0',
    });
    expect(await changed('components', componentId, { sensorProfileVersion: '1.9' })).toMatchObject({
      sensorProfileVersion: '1.9',
    });
  });

  test('is the newest version of another profile that is given without one, and none with none', async () => {
    const [one, other] = [
      await aProfile(world, 'sensor-profiles', { version: '1.0' }),
      await aProfile(world, 'sensor-profiles', { version: '1.0' }, { version: '3.1' }),
    ];
    const { id } = await component({ sensorProfileId: one });
    expect(await changed('components', id, { sensorProfileId: other })).toMatchObject({ sensorProfileVersion: '3.1' });
    expect(await changed('components', id, { sensorProfileId: one, sensorProfileVersion: '1.0' })).toMatchObject({
      sensorProfileId: one,
      sensorProfileVersion: '1.0',
    });
    expect(await changed('components', id, { sensorProfileId: null })).toMatchObject({
      sensorProfileId: null,
      sensorProfileVersion: null,
    });
    const alone = await world.call('components/patch', { params: { id }, body: { sensorProfileVersion: '1.0' } });
    expect(alone).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'sensorProfileVersion'] }] } });
    expect((await world.call('sensor-profiles/delete', { params: { id: other } })).status).toBe(204);
  });
});

describe('a component that is moved to another version', () => {
  const twoVersions = () =>
    aProfile(
      world,
      'sensor-profiles',
      defining('1.0', { unit: 'K', min: 0, max: 500 }),
      defining('2.0', { unit: '°C', min: -20, max: 120 }, { key: 'state', valueType: 'DOUBLE', unit: 's', min: 1 }),
    );

  test('gives its sensors what the version defines, but no other type, and leaves others alone', async () => {
    const { id } = await component({ sensorProfileId: await twoVersions(), sensorProfileVersion: '1.0' });
    const defined = await sensor(id, { unit: 'K', min: 0, name: 'Mine' });
    const text = await sensor(id, { key: 'state', valueType: 'TEXT' });
    const other = await sensor(id, { key: 'other', unit: 'm' });
    await changed('components', id, { sensorProfileVersion: '2.0' });
    await relayEvents();
    expect(await read('sensors', defined.id)).toMatchObject({
      unit: '°C',
      min: -20,
      max: 120,
      name: 'Mine',
      version: 2,
    });
    expect(await read('sensors', text.id)).toMatchObject({ valueType: 'TEXT', unit: 's', min: null, max: null });
    expect(await read('sensors', other.id)).toEqual(other);
    const { sensors, components } = await readSeries(tenant(), defined.deviceId);
    expect(components).toMatchObject([{ componentId: id, sensorProfileVersion: '2.0' }]);
    expect(sensors.find(({ key }) => key === 'temperature')?.bounds).toBe('{"min":-20,"max":120}');
  });

  test('undoes nothing that is changed afterwards, before or after the worker has run, or runs again', async () => {
    const { id } = await component({ sensorProfileId: await twoVersions(), sensorProfileVersion: '1.0' });
    const one = await sensor(id, { unit: 'K', min: 0 });
    await changed('components', id, { sensorProfileVersion: '2.0' });
    expect(await changed('sensors', one.id, { max: 99 })).toMatchObject({ unit: '°C', min: -20, max: 99 });
    await relayEvents();
    expect(await read('sensors', one.id)).toMatchObject({ unit: '°C', min: -20, max: 99, version: 2 });
    await changed('sensors', one.id, { unit: 'F', max: null });
    await deliver(fitter, { tenant: tenant(), componentId: id });
    expect(await read('sensors', one.id)).toMatchObject({ unit: 'F', min: -20, max: null, version: 3 });
  });

  test('and moved again while a worker fits its sensors, they get what the later version says', async () => {
    const { id } = await component({ sensorProfileId: await twoVersions(), sensorProfileVersion: '1.0' });
    const one = await sensor(id);
    await changed('components', id, { sensorProfileVersion: '2.0' });
    let moved = false;
    platform.database.before = async ({ operation }) => {
      if (operation !== 'TransactWriteCommand' || moved) return;
      moved = true;
      await changed('components', id, { sensorProfileVersion: '1.0' });
      await deliver(fitter, { tenant: tenant(), componentId: id });
    };
    await deliver(fitter, { tenant: tenant(), componentId: id });
    expect(moved).toBe(true);
    expect(await read('sensors', one.id)).toMatchObject({ unit: 'K', min: 0, max: 500, version: 2 });
  });

  test('a sensor that is made later has what its body says', async () => {
    const { id } = await component({ sensorProfileId: await twoVersions() });
    const one = await sensor(id, { unit: 'F', min: 1, max: 2 });
    await relayEvents();
    expect(await read('sensors', one.id)).toEqual(one);
  });
});

describe('the rows of a device that ingest reads', () => {
  const telemetry = new Table('telemetry');

  test('exist as long as components and sensors, and keep the last reading when these change', async () => {
    const deviceId = await make('device', world);
    const { id, name } = await component({ deviceId });
    const one = await sensor(id, { min: 1e-200, max: 1.7976931348623157e308, valueType: 'DOUBLE' });
    const row = { componentId: id, key: 'temperature', sensorId: one.id, valueType: 'DOUBLE' };
    const bounds = '{"min":1e-200,"max":1.7976931348623157e+308}';
    expect(await readSeries(tenant(), deviceId)).toMatchObject({
      components: [{ componentId: id, name, sensorProfileId: null, sensorProfileVersion: null }],
      sensors: [{ ...row, bounds }],
    });
    const key = seriesKeys.sensor(tenant(), deviceId, id, 'temperature');
    await telemetry.update(key, setAll({ lastAt: 5000, lastStamp: 5000, lastValue: '1.5' }));
    expect(await read('sensors', one.id)).toMatchObject({ lastValue: 1.5, lastReadingAt: '1970-01-01T00:00:05Z' });
    await changed('sensors', one.id, { max: 7 });
    await changed('components', id, { name: 'renamed' });
    expect(await readSeries(tenant(), deviceId)).toMatchObject({
      components: [{ name: 'renamed' }],
      sensors: [{ ...row, bounds: '{"min":1e-200,"max":7}', lastAt: 5000, lastStamp: 5000, lastValue: '1.5' }],
    });
    await world.call('sensors/delete', { params: { id: one.id } });
    expect((await readSeries(tenant(), deviceId)).sensors).toEqual([]);
    expect(await sensor(id)).toMatchObject({ lastValue: null, lastReadingAt: null });
    await world.call('components/delete', { params: { id } });
    expect(await readSeries(tenant(), deviceId)).toEqual({ components: [], sensors: [] });
  });

  test('a last value beyond the exact whole numbers is a text', async () => {
    const { id, deviceId } = await component();
    const one = await sensor(id, { valueType: 'BIGINT' });
    const last = setAll({ lastAt: 1, lastValue: '"9223372036854775807"' });
    await telemetry.update(seriesKeys.sensor(tenant(), deviceId, id, 'temperature'), last);
    expect(await listed('sensors', `componentId=${id}`)).toMatchObject([
      { id: one.id, lastValue: '9223372036854775807' },
    ]);
  });
});

describe('the profile of a device', () => {
  async function kit() {
    const name = unlike('Kit');
    const [a, b] = [
      await aProfile(world, 'sensor-profiles', { version: '1.0' }, { version: '1.1' }),
      await aProfile(world, 'sensor-profiles', { version: '1.0' }),
    ];
    const boiler = (sensorProfileVersion: string) => ({ name: 'boiler', sensorProfileId: a, sensorProfileVersion });
    const id = await aProfile(
      world,
      'device-profiles',
      { name, version: '1.0', components: [boiler('1.0'), { name: 'plain' }] },
      { name, version: '2.0', components: [boiler('1.1'), { name: 'pump', sensorProfileId: b }] },
    );
    return { id, a, b };
  }
  const parts = async (deviceId: string) =>
    (await listed('components', `deviceId=${deviceId}`))
      .map(({ name, sensorProfileVersion }) => `${name} ${sensorProfileVersion}`)
      .sort();

  test('gives it missing components, moves present ones, and removes none', async () => {
    const { id } = await kit();
    const device = await made('devices', { name: 'D', deviceProfileId: id, deviceProfileVersion: '1.0' });
    expect(Object.keys(device).filter((name) => name.endsWith('VersionId'))).toEqual([]);
    await relayEvents();
    expect(await parts(device.id)).toEqual(['boiler 1.0', 'plain null']);
    await changed('devices', device.id, { deviceProfileVersion: '2.0' });
    await relayEvents();
    expect(await parts(device.id)).toEqual(['boiler 1.1', 'plain null', 'pump 1.0']);
    await changed('devices', device.id, { deviceProfileId: null });
    await relayEvents();
    expect(await parts(device.id)).toHaveLength(3);
  });

  test('undoes no later change if the message is redelivered', async () => {
    const { id, a } = await kit();
    const device = await made('devices', { name: 'D', deviceProfileId: id });
    await relayEvents();
    const [boiler, pump] = await Promise.all(
      ['boiler', 'pump'].map(async (name) =>
        (await listed('components', `deviceId=${device.id}`)).find((one) => one.name === name),
      ),
    );
    await changed('components', boiler.id, { sensorProfileVersion: '1.0' });
    await world.call('components/delete', { params: { id: pump.id } });
    await deliver(equipper, { tenant: tenant(), deviceId: device.id });
    expect(await parts(device.id)).toEqual(['boiler 1.0']);
    // A profile that is set again equips the device again.
    await changed('devices', device.id, { deviceProfileId: null });
    await changed('devices', device.id, { deviceProfileId: id });
    await relayEvents();
    expect(await parts(device.id)).toEqual(['boiler 1.1', 'pump 1.0']);
    expect(a).toBeDefined();
  });

  test('equips a device that registers with a token', async () => {
    const { id } = await kit();
    const { deviceId } = await aToken(world, { deviceName: 'Fresh', deviceProfileId: id });
    expect(await read('devices', deviceId)).toMatchObject({ deviceProfileId: id, deviceProfileVersion: '2.0' });
    await relayEvents();
    expect(await parts(deviceId)).toEqual(['boiler 1.1', 'pump 1.0']);
  });

  test('a device that is full gets as many as it may have, and no message fails', async () => {
    const components = Array.from({ length: 30 }, (_, i) => ({ name: `p${i}` }));
    const id = await aProfile(world, 'device-profiles', { components });
    const device = await made('devices', { name: 'Full' });
    for (let i = 0; i < 25; i++) await component({ deviceId: device.id, name: `own${i}` });
    await changed('devices', device.id, { deviceProfileId: id });
    await deliver(equipper, { tenant: tenant(), deviceId: device.id });
    expect(await parts(device.id)).toHaveLength(50);
    const more = await world.call('components/create', { body: { deviceId: device.id, name: 'more' } });
    expect(more).toMatchObject({ status: 403, body: { details: { resource: 'components', limit: 50, used: 50 } } });
  });

  test('is applied the same, wherever workers die', async () => {
    const { id, a } = await kit();
    await fc.assert(
      fc.asyncProperty(faults(6), async (given) => {
        const device = await made('devices', { name: 'D' });
        const boiler = await component({ deviceId: device.id, name: 'boiler', sensorProfileId: a });
        const one = await sensor(boiler.id, { min: 3 });
        await changed('components', boiler.id, { sensorProfileVersion: '1.0' });
        await changed('devices', device.id, { deviceProfileId: id });
        const end = injectFaults(platform.database, given);
        await redelivered(() => deliver(equipper, { tenant: tenant(), deviceId: device.id }));
        await redelivered(() => deliver(fitter, { tenant: tenant(), componentId: boiler.id }));
        end();
        expect(await parts(device.id)).toEqual(['boiler 1.1', 'pump 1.0']);
        expect(await read('components', boiler.id)).toMatchObject({ version: 3 });
        expect(await read('sensors', one.id)).toMatchObject({ min: null, version: 2 });
      }),
      { numRuns: 30 },
    );
  });

  test('given twice at once, each component is made once and has the later version', async () => {
    const { id } = await kit();
    const device = await made('devices', { name: 'D', deviceProfileId: id, deviceProfileVersion: '1.0' });
    let moved = false;
    platform.database.before = async ({ operation }) => {
      if (operation !== 'TransactWriteCommand' || moved) return;
      moved = true;
      await changed('devices', device.id, { deviceProfileVersion: '2.0' });
      await deliver(equipper, { tenant: tenant(), deviceId: device.id });
    };
    await deliver(equipper, { tenant: tenant(), deviceId: device.id });
    expect(moved).toBe(true);
    expect(await parts(device.id)).toEqual(['boiler 1.1', 'pump 1.0']);
  });
});

describe('a sensor that reports for the first time', () => {
  const uses = [defineCapability({ tables: tablesOfFirstReport, open: () => ({}) })];
  const report = async ({ deviceId, id }: Answer, key: string) => {
    const reporter = systemCaller(world.workspace);
    return (await actingAs('ingest', uses, () => createReportedSensors(reporter, deviceId, id, [key]))).get(key);
  };

  test('is created as the profile defines it, once', async () => {
    const profile = await aProfile(world, 'sensor-profiles', defining('1.0', { unit: 'K', min: 0, max: 500 }));
    const one = await component({ sensorProfileId: profile });
    const rows = await Promise.all([1, 2, 3, 4].map(() => report(one, 'temperature')));
    const [sensor, ...others] = await listed('sensors', `componentId=${one.id}`);
    expect(others).toEqual([]);
    expect(sensor).toMatchObject({ key: 'temperature', valueType: 'DOUBLE', unit: 'K', min: 0, max: 500, version: 1 });
    for (const row of rows) expect(row).toMatchObject({ sensorId: sensor.id, bounds: '{"min":0,"max":500}' });
    expect(await report(one, 'pressure')).toBe('UNKNOWN_SENSOR');
  });

  test('is not created without a profile, on another device, or of a component that is gone', async () => {
    const one = await component();
    expect(await report(one, 'temperature')).toBe('PROFILE_MISSING');
    expect(await report({ ...one, deviceId: await make('device', world) }, 'temperature')).toBe('UNKNOWN_SENSOR');
    await world.call('components/delete', { params: { id: one.id } });
    expect(await report(one, 'temperature')).toBe('UNKNOWN_SENSOR');
  });

  test('is not created above a hundred', async () => {
    const sensors = Array.from({ length: 60 }, (_, i) => ({ key: `k${i}`, valueType: 'BIGINT' }));
    const one = await component({ sensorProfileId: await aProfile(world, 'sensor-profiles', { sensors }) });
    for (let i = 0; i < 50; i++) await sensor(one.id, { key: `own${i}` });
    const rows = await Promise.all(sensors.map(({ key }) => report(one, key)));
    expect(rows.filter((row) => row === 'TOO_MANY_SENSORS')).toHaveLength(10);
    const more = await world.call('sensors/create', { body: { componentId: one.id, key: 'more', valueType: 'TEXT' } });
    expect(more).toMatchObject({ status: 403, body: { details: { resource: 'sensors', limit: 100, used: 100 } } });
  });
});

describe('deleting', () => {
  test('a device takes its components and sensors along, and leaves no row that ingest would read', async () => {
    const profile = await aProfile(world, 'sensor-profiles');
    const one = await component({ sensorProfileId: profile });
    const other = await component({ deviceId: one.deviceId });
    const ids = [one.id, other.id, (await sensor(one.id)).id, (await sensor(other.id)).id];
    await world.call('devices/delete', { params: { id: one.deviceId } });
    await relayEvents();
    expect(await readSeries(tenant(), one.deviceId)).toEqual({ components: [], sensors: [] });
    for (const [i, id] of ids.entries()) {
      const { status } = await world.call(i < 2 ? 'components/get' : 'sensors/get', { params: { id } });
      expect(status).toBe(404);
    }
    expect((await world.call('sensor-profiles/delete', { params: { id: profile } })).status).toBe(204);
  });

  test('a component hides its sensors from ingest at once, and takes them along', async () => {
    const one = await component();
    const { id } = await sensor(one.id);
    await world.call('components/delete', { params: { id: one.id } });
    expect(await readSeries(tenant(), one.deviceId)).toEqual({ components: [], sensors: [] });
    await relayEvents();
    expect((await world.call('sensors/get', { params: { id } })).status).toBe(404);
    expect(platform.database.rows('telemetry').filter(({ pk }) => String(pk).includes(one.deviceId))).toEqual([]);
  });
});
