import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Key } from '../../../shared/table/key.ts';
import { outboxKeys } from '../../../shared/table/keys/outbox.ts';
import { Table } from '../../../shared/table/table.ts';
import { eachRow, emptied } from '../../../shared/worker/each-row.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

let database: DynamoDbFake;
beforeEach(() => {
  database = new DynamoDbFake();
  // Three pages of 1 MB at most, and one row of a neighbour.
  for (const sk of names) database.set('main', { pk: partition, sk, text: 'x'.repeat(60_000) });
  database.set('main', { pk: neighbour, sk: '000', text: '' });
});
afterEach(() => database.restore());

const main = new Table('main');
const partition = outboxKeys.events(tenant(1).reference, 0);
const neighbour = outboxKeys.events(tenant(2).reference, 0);
const names = Array.from({ length: 40 }, (_, i) => String(i).padStart(3, '0'));
const later = () => Date.now() + 60_000;
const left = () => database.rows('main').map(({ pk, sk }) => [pk, sk]);

test('acts once on each row of the partition, over all its pages', async () => {
  const seen: string[] = [];
  const see = async ({ sk }: Key) => void seen.push(sk);
  expect(await eachRow(main, partition, see, later())).toBe(true);
  expect(seen.toSorted()).toEqual(names);
  expect(database.calls.length).toBeGreaterThan(2);
});

test('acts only on rows between two sort keys', async () => {
  const seen: string[] = [];
  const see = async ({ sk }: Key) => void seen.push(sk);
  await eachRow(main, partition, see, later(), { between: ['010', '012'] });
  expect(seen.toSorted()).toEqual(['010', '011', '012']);
});

test('begins nothing when the time is over, and says that it is not at the end', async () => {
  expect(await emptied(main, partition, Date.now() - 1)).toBe(false);
  expect(left()).toHaveLength(41);
});

test('is at the end of an empty partition, whatever the time', async () => {
  expect(await emptied(main, outboxKeys.events(tenant(3).reference, 0), Date.now() - 1)).toBe(true);
});

test('empties a partition, and no other', async () => {
  expect(await emptied(main, partition, later())).toBe(true);
  expect(left()).toEqual([[neighbour, '000']]);
});
