/** The values of enumerated fields of a geofence. */

export const triggers = ['enter', 'exit', 'dwell'] as const;
export const statuses = ['active', 'inactive'] as const;
