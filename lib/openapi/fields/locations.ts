import type { FieldTexts } from './field-texts.ts';

/** Points of devices, and what happens at geofences. */
export const locationFields: readonly FieldTexts[] = [
  {
    of: ['IngestResult', 'IngestReceipt', 'IngestedEvent', 'PointError'],
    texts: {
      rejected: 'Points that are not stored; `errors` says why.',
      errors: 'What is wrong with single points, in the order of the request.',
      error_code: 'What is wrong, as a code that does not change.',
      message: 'What is wrong, for people.',
      events: 'What the points caused at geofences, in order of time.',
      type: 'What the device did.',
      geofenceId: 'Id of the geofence.',
      id: 'Id of the event.',
    },
  },
  {
    of: ['PointSeries', 'listDeviceLocations', 'listTrackingSessionLocations'],
    texts: {
      limit: 'Points on a page: 1 to 5,000; 1,000 if absent.',
      points: 'The points of this page, in the requested order.',
      nextCursor: 'For the next page; null on the last page.',
    },
  },
  {
    of: [
      ...['TrackingSession', 'TrackingSessionDraft', 'TrackingSessionPatch', 'TrackingSessionPause'],
      'listTrackingSessions',
    ],
    texts: {
      deviceId: 'Id of the device.',
      name: 'Name for people, up to 255 characters; null: none.',
      status: '`PAUSED` counts as open; `ENDED` is final.',
      startedAt:
        'Points from here on belong to it; now if absent. Neither in the future nor before the end of the last one. UTC.',
      endedAt: 'When it ended; null: it is open. UTC.',
      pauses: 'In order of time, up to 1,000.',
      pausedAt: 'When the pause began; UTC.',
      resumedAt: 'When the session was resumed; null: it was not, or not yet. UTC.',
      pointCount: 'Points of the device that belong to it so far.',
      distanceMeters: 'Along its points in order of time, without movements during pauses.',
      durationSeconds: 'From its start to its end or now, without pauses.',
      notes: 'Up to 4,000 characters.',
      metadata: 'Any JSON object, up to 16 KB; returned as sent. `{}` if absent.',
    },
  },
  {
    of: ['GeofenceEvent', 'listDeviceEvents', 'listGeofenceEvents'],
    texts: {
      type: 'What the device did.',
      geofenceName: 'Name of the geofence at that time.',
      geofenceVersion: 'Version of the geofence that was evaluated.',
      geofenceId: 'Id of the geofence.',
      deviceId: 'Id of the device.',
      deviceName: 'Name of the device at that time.',
      accuracyMeters: 'Radius of the 68 % circle of the point; null: unknown.',
      evidence: '`timer` if it follows from the silence of the device, else `point`.',
      enteredAt: 'When the path entered the geofence, interpolated; UTC.',
      exitedAt: 'When the path left the geofence for the last time, interpolated; UTC.',
      entry: 'Where the path entered.',
      exit: 'Where the path left.',
      insideSeconds: 'From the entry to the exit.',
      triggerOn: 'The event of the geofence that fires its action.',
      action: 'The action of the geofence.',
      actionFired: 'Whether the action of the geofence ran.',
      suppressedBy: 'Why the action did not run; null if it did.',
      supersedes: 'The event that it replaces; null: none.',
      supersededBy: 'The event that replaces it; null: none so far.',
    },
  },
];
