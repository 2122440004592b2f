import type { Target } from '../entity/target.ts';
import { mainKeys } from '../table/keys.ts';

/** Geofences as what references name. A geofence is never held back from its end: what names it becomes null. */
export const geofenceTarget: Target = { kind: 'geofence', key: mainKeys.geofence };
