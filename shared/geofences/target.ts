import type { Target } from '../entity/target.ts';
import { mainKeys } from '../table/keys.ts';

/** Geofences as targets of references. A reference never prevents the deletion of a geofence; it becomes null. */
export const geofenceTarget: Target = { kind: 'geofence', key: mainKeys.geofence };
