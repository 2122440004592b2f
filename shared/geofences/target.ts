import type { Target } from '../entity/target.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';

/** Geofences as what references name. A geofence is never held back from its end: what names it becomes null. */
export const geofenceTarget: Target = { kind: 'geofence', key: geofenceKeys.thin };
