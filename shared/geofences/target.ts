import type { Target } from '../entity/target.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';

/** Geofences as targets of references. A reference never prevents the deletion of a geofence; it becomes null. */
export const geofenceTarget: Target = { kind: 'geofence', key: geofenceKeys.thin };
