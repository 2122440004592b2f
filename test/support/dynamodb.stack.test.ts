import { beforeAll, describe } from 'vitest';
import { conformance } from './dynamodb-conformance.ts';
import { useDeployedTables } from './stack.ts';

describe('the database of the stack', () => {
  beforeAll(useDeployedTables);
  conformance(true);
});
