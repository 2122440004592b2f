import type { FieldTexts } from './field-texts.ts';

const withAllFields = [
  ...['Geofence', 'GeofenceDraft', 'GeofencePatch', 'GeofenceUpdate', 'GeofenceProperties'],
  ...['SimulatedGeofence', 'SyncItem'],
];

export const geofenceFields: readonly FieldTexts[] = [
  {
    of: withAllFields,
    texts: {
      name: '1 to 255 characters, at least one of them visible.',
      description: 'Up to 2,000 characters; an empty text if absent.',
      latitude: 'Degrees north of the equator, −90 to 90: the centre of a circle, the centroid of a polygon.',
      longitude: 'Degrees east of Greenwich, −180 to 180: the centre of a circle, the centroid of a polygon.',
      radiusMeters:
        'Metres, 1 to 100,000; 500 if absent. Of a polygon: the largest distance from the centroid to a vertex, rounded up; read-only.',
      triggerOn: 'Which transition executes `action`; `enter` if absent.',
      dwellMinutes: 'Minutes inside until a `dwell`: 1 to 10,080. Null: none, or 5 if `triggerOn` is `dwell`.',
      cooldownMs:
        'Milliseconds until the same device executes `action` again: 0 to 31,536,000,000; 86,400,000 (24 h) if absent.',
      action:
        'Any JSON object of yours, up to 8 KB; returned as sent and copied into events. `{}` if absent. Its key `run` names effects, up to 5: `webhook`, `workflow`, `command`, `notification`; see "Actions and notification channels" at the beginning of this document.',
      status: 'An `inactive` geofence matches no check and records no transition; `active` if absent.',
      geometry: 'The shape; excludes `latitude`, `longitude` and `radiusMeters` unless they say the same.',
      geometryType: 'The `type` of `geometry`.',
      groupName: 'A label for filters, 1 to 100 characters; null if absent.',
      noise: 'How inaccurate positions are treated; null: the defaults of its fields.',
      detectCrossing: 'Whether a device that passes through between two positions records a `cross`; false if absent.',
    },
  },
  {
    of: ['GeofenceNoise'],
    texts: {
      maxAccuracyMeters: 'Metres, 1 to 10,000: less accurate positions are ignored here. Null: none is ignored.',
      enterConfirmations: 'Consecutive positions inside that make an `enter`: 1 to 10; 1 if absent.',
      exitHoldSeconds: 'Seconds that a device must stay outside before an `exit`: 0 to 3,600; 0 if absent.',
      hysteresisMeters: 'Metres beyond the edge before an `exit`: 0 to 1,000; 0 if absent.',
      exitUsesAccuracy:
        'Whether the whole circle of `accuracyMeters` must be outside before an `exit`; false if absent.',
      maxCrossGapSeconds: 'Most seconds between the two positions of a `cross`: 10 to 86,400; 600 if absent.',
      lateActionMaxAgeMinutes:
        'A position that arrives later than this executes no `action`: 1 to 43,200 minutes; 15 if absent.',
    },
  },
  {
    of: ['Circle'],
    texts: { type: '`Circle`, which is not GeoJSON.', radiusMeters: 'Metres, 1 to 100,000; 500 if absent.' },
  },
  {
    of: ['Polygon', 'MultiPolygon'],
    texts: {
      type: 'The GeoJSON type.',
      coordinates:
        'Polygons, each an outer ring, then up to 1,000 holes. A ring is closed: its last position equals its first. Positions are longitude, latitude.',
    },
  },
  { of: ['GeofenceRemoved'], texts: { success: 'Always true.', id: 'Id of the deleted geofence.' } },
  { of: ['GeofenceUpdate', 'removeGeofence'], texts: { id: 'Id of the geofence.' } },
  {
    of: ['listGeofences', 'listOgcItems'],
    texts: {
      status: 'Only geofences with this status; both if absent.',
      externalId: 'The geofence with exactly this `externalId`.',
      groupName: 'Only geofences with exactly this `groupName`.',
    },
  },
  {
    of: ['GeofenceMatch', 'GeofenceCheckResponse', 'GeofenceBatchMatches', 'GeofenceBatchError'],
    texts: {
      count: 'Number of `matches`.',
      matches: 'Active geofences that hold the point, nearest centre first, then by id. An edge is inside.',
      radiusMeters: 'Metres: the radius of a circle, the bounding radius of a polygon.',
      action: "The geofence's `action`, unchanged.",
      triggerOn: "The geofence's `triggerOn`; a check does not use it.",
      error_code: 'Stable; branch on it.',
      message: 'What is wrong with the point.',
    },
  },
  { of: ['GeofenceBatchRequest'], texts: { points: '1 to 500 points.' } },
];
