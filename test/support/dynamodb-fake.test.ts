import { afterAll, beforeAll, describe } from 'vitest';
import { conformance } from './dynamodb-conformance.ts';
import { DynamoDbFake } from './dynamodb-fake.ts';

describe('the database in memory', () => {
  let database: DynamoDbFake;
  beforeAll(() => {
    database = new DynamoDbFake();
  });
  afterAll(() => database.restore());
  conformance(false);
});
