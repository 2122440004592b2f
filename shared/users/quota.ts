import type { Quota } from '../quota/record.ts';
import { countRows } from '../table/count.ts';
import { userKeys } from '../table/keys/users.ts';
import { Table } from '../table/table.ts';
import { present } from './users.ts';

const access = new Table('access');

/** Users count toward the quota until they are deleted, even while they are disabled. */
export const userQuota: Quota = {
  resource: 'users',
  count: ({ reference }) => countRows(access, userKeys.users(reference), present),
};
