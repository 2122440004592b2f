import * as z from 'zod';
import { keptObject } from '../wire/free-object.ts';
import { whenMade } from '../wire/null.ts';
import { latitude, longitude } from '../wire/position.ts';
import { strictObject } from '../wire/schema.ts';
import { prose } from '../wire/text.ts';
import { triggers } from './terms.ts';

/** The bodies of requests for a check, and of its answers. */

const position = { latitude, longitude, customerId: prose(256).optional() };

export const GeofenceCheckRequest = strictObject(whenMade(position)).meta({
  id: 'GeofenceCheckRequest',
  example: { latitude: 37.7955, longitude: -122.3937, customerId: 'c-77' },
});

const Match = z
  .object({
    geofenceId: z.uuid(),
    geofenceName: z.string(),
    distance: z.int().meta({ description: 'Metres from the point to the centre or centroid, rounded half up.' }),
    radiusMeters: z.int(),
    action: keptObject(),
    triggerOn: z.enum(triggers),
  })
  .meta({ id: 'GeofenceMatch' });

const exampleAnswer = {
  latitude: 37.7955,
  longitude: -122.3937,
  count: 1,
  matches: [
    {
      geofenceId: '01957e2b-a400-7c3e-8a51-3f2d6c0e8b11',
      geofenceName: 'Ferry Building, San Francisco',
      distance: 12,
      radiusMeters: 120,
      action: {},
      triggerOn: 'enter',
    },
  ],
};

export const GeofenceCheckResponse = z
  .object({
    customerId: z.string().nullable(),
    latitude: z.number(),
    longitude: z.number(),
    count: z.int(),
    matches: z.array(Match),
    truncated: z
      .literal(true)
      .optional()
      .meta({ description: 'True when more fences hold the point than are listed.' }),
  })
  .meta({
    id: 'GeofenceCheckResponse',
    example: {
      customerId: 'c-77',
      ...exampleAnswer,
    },
  });

/** The most points in one request, and the most matches in the answer for each of them. */
export const mostPoints = 500;
export const mostMatchesAPoint = 20;

export const GeofenceBatchPoint = strictObject(
  whenMade({
    id: prose(128).optional().meta({ description: 'Any text of yours; the result repeats it.' }),
    ...position,
  }),
).meta({ id: 'GeofenceBatchPoint' });

export const GeofenceBatchRequest = strictObject(
  whenMade({
    points: z
      // A point that is not such an object gets an error of its own, beside the results of the others.
      .array(z.union([GeofenceBatchPoint, z.unknown()]).meta({ reference: 'GeofenceBatchPoint' }))
      .min(1)
      .max(mostPoints),
  }),
).meta({
  id: 'GeofenceBatchRequest',
  example: {
    points: [
      { id: 'van-1', latitude: 37.7955, longitude: -122.3937 },
      { id: 'van-2', latitude: 40.758, longitude: -73.9855 },
    ],
  },
});

const echoed = z.string().nullable().meta({ description: 'The `id` of the point, if it has one.' });

const Matches = z.object({ id: echoed, ...GeofenceCheckResponse.shape }).meta({ id: 'GeofenceBatchMatches' });

const PointError = z.object({ id: echoed, error_code: z.literal('POINT_INVALID'), message: z.string() }).meta({
  id: 'GeofenceBatchError',
  description: 'What is wrong with a point; the other points are checked all the same.',
});

export const GeofenceBatchResponse = z
  .object({ results: z.array(z.union([Matches, PointError])).meta({ description: 'In the order of the points.' }) })
  .meta({
    id: 'GeofenceBatchResponse',
    example: {
      results: [
        {
          id: 'van-1',
          customerId: null,
          ...exampleAnswer,
        },
        { id: 'van-2', error_code: 'POINT_INVALID', message: 'latitude: Should be at most 90' },
      ],
    },
  });
