import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import { devices } from '../../../shared/devices/devices.ts';
import { creates } from '../../../shared/entity/create.ts';
import { deletes } from '../../../shared/entity/delete.ts';
import { bodyRow } from '../../../shared/entity/rows.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import type { FoldMessage } from '../../../shared/messages/readings.ts';
import type { ValueType } from '../../../shared/profiles/value-types.ts';
import { foldReadings } from '../../../shared/readings/fold.ts';
import type { ReportedReading } from '../../../shared/readings/given.ts';
import { Ingest, type Outcome } from '../../../shared/readings/ingest.ts';
import type { Measured } from '../../../shared/readings/pieces.ts';
import { entityKeys } from '../../../shared/table/keys/entities.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { Table } from '../../../shared/table/table.ts';
import { components } from '../../../shared/topology/components.ts';
import { sensors } from '../../../shared/topology/sensors.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

/** A device with one component, whose readings are stored and folded as the platform does it. */

const main = new Table('main');

export interface Plant {
  readonly owner: Caller;
  readonly deviceId: string;
  readonly componentId: string;
  sensor(key: string, valueType: ValueType, more?: object): Promise<Measured>;
  take(readings: readonly Partial<ReportedReading>[], stamp: number, days?: number): Promise<Outcome>;
  /** Takes the messages that the sweeper would send at the present time. */
  due(): FoldMessage[];
  /** Folds everything that is due, once. */
  fold(): Promise<number>;
  deleteSensor(id: string): Promise<void>;
}

/** For a file of tests: each test gets a new database and a new plant, at this instant. */
export function usePlant(beginning: number): { readonly database: DynamoDbFake; readonly plant: Plant } {
  let database: DynamoDbFake;
  let plant: Plant;
  beforeEach(async () => {
    catchOutput();
    database = new DynamoDbFake();
    vi.useFakeTimers({ now: beginning, toFake: ['Date'] });
    plant = await newPlant(database);
  });
  afterEach(() => {
    database.restore();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
  return {
    get database() {
      return database;
    },
    get plant() {
      return plant;
    },
  };
}

export async function newPlant(database: DynamoDbFake, owner = caller()): Promise<Plant> {
  const { tenant, workspace } = owner;
  const deviceId = randomUUID();
  const now = Date.now();
  await main.put(workspaceKeys.workspace(tenant.reference), { ...workspace });
  const values = { name: 'Boiler room', status: 'ACTIVE', externalId: null } as never;
  const entity = { id: deviceId, values, links: [], createdAt: now, updatedAt: now, version: 1, serial: undefined };
  await main.put(entityKeys.body(tenant.reference, devices.name, deviceId), bodyRow(entity));
  await main.put(entityKeys.thin(tenant.reference, devices.name, deviceId), {});
  const made = async (kind: never, body: object) =>
    (
      (await creates(kind as typeof components)
        .open()
        .create(owner, body as never, unrecorded)) as { id: string }
    ).id;
  const componentId = await made(components as never, {
    deviceId,
    name: 'boiler-1',
    metadata: {},
  });
  const due = () => {
    const rows = database.rows('main', (row) => 'due' in row && (row.dueAt as number) <= Date.now());
    for (const { pk, sk } of rows) database.remove('main', pk as string, sk as string);
    return rows.map(({ steps }) => (JSON.parse(steps as string) as { message: FoldMessage }[])[0]!.message);
  };
  return {
    owner,
    deviceId,
    componentId,
    sensor: async (key, valueType, more = {}) => {
      const body = { componentId, key, valueType, name: null, unit: null, min: null, max: null, metadata: {}, ...more };
      const sensorId = await made(sensors as never, body);
      return { tenant: tenant.reference, deviceId, sensorId, key, valueType };
    },
    take: async (readings, stamp, days = 3650) => {
      const placed = readings.map((one, place) => ({
        component: 'boiler-1',
        key: undefined,
        sensorId: undefined,
        at: stamp,
        value: 0,
        place,
        ...one,
      }));
      return await new Ingest({ tenant: tenant.reference, deviceId, stamp, readings: placed }).store({
        actor: owner,
        retentionDays: days,
      });
    },
    due,
    fold: async () => {
      const messages = due();
      for (const message of messages) await foldReadings.open().fold(message);
      return messages.length;
    },
    deleteSensor: (id) => deletes(sensors).open().delete(owner, id, undefined),
  };
}
