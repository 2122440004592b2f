import { afterEach, beforeEach, expect, test } from 'vitest';
import { findGeofences } from '../../../shared/geofences/finder.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller, tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

const me = caller(tenant(1, 'enterprise'));
let database: DynamoDbFake;

beforeEach(() => {
  catchOutput();
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

test('a page whose fences are all deleted while it is read is skipped, and is not the last', async () => {
  const writer = writeGeofences.open();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) {
    ids.push((await writer.create(me, { name: `${i}`, latitude: 0, longitude: i }, unrecorded)).id);
  }
  ids.sort().reverse(); // two fences of one millisecond are in the order of their ids
  let deleted = false;
  database.before = async ({ operation }) => {
    if (operation !== 'BatchGetCommand' || deleted) return;
    deleted = true;
    for (const id of ids.slice(0, 2)) await writer.delete(me, id, undefined);
  };
  const page = { limit: 2, offset: 0, after: undefined, counted: true };
  const { rows, more, total } = await findGeofences.open().list(me.tenant, {}, page);
  expect(rows.map(({ position }) => position)).toEqual(ids.slice(2, 4));
  expect([more, total]).toEqual([true, 5]);
});
