import { placesOf } from '../quota/quota.ts';
import { countRows } from '../table/count.ts';
import { mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';

const main = new Table('main');

/** The plan's limit on geofences. */
export const geofencePlaces = placesOf('geofences', ({ reference }) => countRows(main, mainKeys.geofences(reference)));
