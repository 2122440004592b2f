import { placesOf } from '../quota/quota.ts';
import { countRows } from '../table/count.ts';
import { accessKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import { present } from './users.ts';

const access = new Table('access');

/** Users hold places of the plan until they are deleted, disabled ones too. */
export const userPlaces = placesOf('users', ({ reference }) => countRows(access, accessKeys.users(reference), present));
