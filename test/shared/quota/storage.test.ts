import { afterEach, beforeEach, expect, test } from 'vitest';
import { countBytes, storageRows } from '../../../shared/quota/storage.ts';
import { Table } from '../../../shared/table/table.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

const { reference } = tenant(1);
let database: DynamoDbFake;
beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

test('a file that takes the place of another one is counted in one transaction, whatever rows chance names', async () => {
  for (let i = 0; i < 200; i++) {
    const transaction = new Transaction();
    countBytes(transaction, reference, 5);
    countBytes(transaction, reference, -3);
    await transaction.commit();
  }
  const rows = await new Table('access').getMany<{ used: number }>(storageRows(reference));
  expect(rows.reduce((sum, row) => sum + (row?.used ?? 0), 0)).toBe(400);
});
