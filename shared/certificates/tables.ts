import { devices } from '../devices/devices.ts';
import { tablesOf, together } from '../entity/grants.ts';

/** The rights of a capability that changes the certificates of a device. */
export const certificateTables = together([
  tablesOf(devices, 'change'),
  { main: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'] },
]);
