import { demoGeofenceId } from '../demo/places.ts';

/** Values with which required parameters of forms are filled: objects of the demo workspace. By path, up to the parameter. */
export const pathExamples: Readonly<Record<string, string>> = {
  '/api/v1/geofences/{id}': demoGeofenceId,
  '/api/v1/ogc/collections/{collectionId}': 'geofences',
  '/api/v1/ogc/collections/{collectionId}/items/{featureId}': demoGeofenceId,
};

/** By operation and parameter of the query. */
export const queryExamples: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  removeGeofence: { id: demoGeofenceId },
};
