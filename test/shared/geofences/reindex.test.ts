import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reindex } from '../../../shared/geofences/reindex.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller, tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

const me = caller(tenant(1, 'enterprise'));
const writer = writeGeofences.open();
let database: DynamoDbFake;

beforeEach(() => {
  catchOutput();
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

const create = async () => (await writer.create(me, { name: 'A', latitude: 50, longitude: 10 }, unrecorded)).id;
const body = () => database.rows('main').find(({ sk }) => sk === 'body');

/** Runs another action between the read and the write of the next transaction. */
function meanwhile(act: () => Promise<unknown>): void {
  let done = false;
  database.before = async ({ operation }) => {
    if (operation !== 'TransactWriteCommand' || done) return;
    done = true;
    await act();
  };
}

describe('a rebuilt index', () => {
  test('leaves the fence as it was, and every posting of the next index version', async () => {
    const id = await create();
    const { version, updatedAt } = body()!;
    await reindex(me, id);
    expect(body()).toMatchObject({ version, updatedAt, indexVersion: 2 });
    expect(database.rows('cells').every(({ v }) => v === 2)).toBe(true);
  });

  test('keeps a change that was made meanwhile', async () => {
    const id = await create();
    meanwhile(() => writer.update(me, id, { name: 'B', longitude: 11 }, 'patch', undefined));
    await reindex(me, id);
    expect(body()).toMatchObject({ name: 'B', version: 2, indexVersion: 3 });
    expect(database.rows('cells').every(({ v, n }) => v === 3 && n === 'B')).toBe(true);
  });

  test('is skipped for a fence that was deleted meanwhile', async () => {
    const id = await create();
    meanwhile(() => writer.delete(me, id, undefined));
    await reindex(me, id);
    expect([body(), database.rows('cells')]).toEqual([undefined, []]);
  });
});
