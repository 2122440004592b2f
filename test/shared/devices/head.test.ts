import { afterEach, beforeEach, expect, test } from 'vitest';
import { headOf } from '../../../shared/devices/head.ts';
import { newId } from '../../../shared/table/ids.ts';
import { deviceKeys } from '../../../shared/table/keys/devices.ts';
import { geofenceKeys } from '../../../shared/table/keys/geofences.ts';
import { Table } from '../../../shared/table/table.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

const workspace = tenant();
const main = new Table('main');
const createdAt = Date.UTC(2026, 2, 22);
let database: DynamoDbFake;
beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

async function aDevice(ids: readonly string[], activatedAt = createdAt) {
  const id = newId(createdAt);
  await main.put(deviceKeys.head(workspace.reference, id), { inside: ids.map((one) => [one, activatedAt]) });
  return { id, values: {} };
}

const aFence = async (row: object) => {
  const id = newId(createdAt);
  await main.put(geofenceKeys.thin(workspace.reference, id), { ...row });
  return id;
};

const shown = async (...devices: Awaited<ReturnType<typeof aDevice>>[]) =>
  (await headOf.of(workspace, devices, false)).map(({ insideGeofenceIds }) => insideGeofenceIds);

test('a stay ends with the activation of its geofence', async () => {
  const active = await aFence({ status: 'active' });
  const inactive = await aFence({ status: 'inactive' });
  const revived = await aFence({ status: 'active', activatedAt: createdAt + 1 });
  const all = [newId(createdAt), active, inactive, revived];
  expect(await shown(await aDevice(all), await aDevice(all, createdAt + 1), await aDevice([]))).toEqual([
    [active],
    [revived],
    [],
  ]);
});

test('an answer reads no more than a thousand geofences, the newest stays first, and shows the others', async () => {
  const fences = Array.from({ length: 50 }, () => Array.from({ length: 100 }, () => newId(createdAt)));
  const devices = await Promise.all(fences.map((ids) => aDevice(ids)));
  const before = database.calls.length;
  const lists = await shown(...devices);
  expect(database.calls.slice(before).filter(({ operation }) => operation === 'BatchGetCommand')).toHaveLength(11);
  expect(lists).toEqual(fences.map((ids) => ids.slice(20)));
});
