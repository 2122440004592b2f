import { defineCapability } from '../capability/capability.ts';
import { SweepMessage } from '../messages/sweep-cells.ts';
import { UnlinkMessage } from '../messages/unlink.ts';
import { createGeofences } from './create.ts';
import { deleteGeofences } from './delete.ts';
import { changeGeofences } from './update.ts';

/** For applying sync plans, which create, change and delete geofences. */
export const writeGeofences = defineCapability({
  tables: {
    main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    cells: ['Query', 'PutItem', 'DeleteItem'],
    access: ['GetItem', 'UpdateItem'],
  },
  handsTo: [SweepMessage, UnlinkMessage],
  open: () => ({ ...createGeofences.open(), ...changeGeofences.open(), ...deleteGeofences.open() }),
});

export type GeofenceWriter = ReturnType<typeof writeGeofences.open>;
