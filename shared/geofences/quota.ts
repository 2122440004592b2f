import type { Quota } from '../quota/record.ts';
import { countRows } from '../table/count.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';

const main = new Table('main');

export const geofenceQuota: Quota = {
  resource: 'geofences',
  count: ({ reference }) => countRows(main, geofenceKeys.thins(reference)),
};
