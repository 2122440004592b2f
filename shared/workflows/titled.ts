/** The type of a step or a trigger as a part of a name: `UpdateGeofence` of `update_geofence`. */
export const titled = (type: string): string =>
  type
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
