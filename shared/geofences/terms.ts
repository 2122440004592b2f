/** Values that fields of a geofence may have. */

export const triggers = ['enter', 'exit', 'dwell'] as const;
export const statuses = ['active', 'inactive'] as const;
