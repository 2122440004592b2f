import { quotaOf } from '../quota/quota.ts';
import { countRows } from '../table/count.ts';
import { mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';

const main = new Table('main');

export const geofenceQuota = quotaOf('geofences', ({ reference }) => countRows(main, mainKeys.geofences(reference)));
