import { afterEach, beforeEach, expect, test } from 'vitest';
import { geofenceKeys } from '../../../shared/table/keys/geofences.ts';
import { moveOn } from '../../../shared/table/move.ts';
import { Table } from '../../../shared/table/table.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

const main = new Table('main');
const key = geofenceKeys.thin(tenant().reference, 'moving');

let database: DynamoDbFake;
beforeEach(() => {
  database = new DynamoDbFake();
  database.set('main', { ...key, state: 'open' });
});
afterEach(() => database.restore());

const seen = { state: 'open', attempt: undefined };

test('moves a row on from what was read, once', async () => {
  expect(await moveOn(main, key, seen, { state: 'deciding', attempt: 'a' })).toMatchObject({ state: 'deciding' });
  expect(await moveOn(main, key, seen, { state: 'deciding', attempt: 'b' })).toBeUndefined();
  expect(await main.get(key)).toMatchObject({ state: 'deciding', attempt: 'a' });
});

test('recognises its own move if the response to it was lost', async () => {
  const to = { state: 'applying', counts: { created: 2 } };
  await moveOn(main, key, seen, to);
  expect(await moveOn(main, key, seen, to)).toMatchObject(to);
  expect(await moveOn(main, key, seen, { ...to, counts: { created: 3 } })).toBeUndefined();
});

test('does not mistake another failure for a lost race', async () => {
  database.before = () => {
    throw fault('AccessDeniedException');
  };
  await expect(moveOn(main, key, seen, { state: 'deciding' })).rejects.toThrow();
});
