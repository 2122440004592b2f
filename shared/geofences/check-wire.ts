import * as z from 'zod';
import { keptObject } from '../wire/free-object.ts';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { prose } from '../wire/text.ts';
import { latitude, longitude, triggers } from './wire.ts';

/** What a check is asked and what it answers. */

export const GeofenceCheckRequest = strictObject(
  whenMade({
    latitude: latitude.meta({ description: 'Degrees.' }),
    longitude: longitude.meta({ description: 'Degrees.' }),
    customerId: prose(256).optional(),
  }),
).meta({ id: 'GeofenceCheckRequest', example: { latitude: 37.7749, longitude: -122.4194, customerId: 'c-77' } });

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

export const GeofenceCheckResponse = z
  .object({
    customerId: z.string().nullable(),
    latitude: z.number(),
    longitude: z.number(),
    count: z.int(),
    matches: z.array(Match),
    truncated: z.literal(true).optional().meta({ description: 'More fences hold the point than are listed.' }),
  })
  .meta({
    id: 'GeofenceCheckResponse',
    example: {
      customerId: 'c-77',
      latitude: 37.7749,
      longitude: -122.4194,
      count: 1,
      matches: [
        {
          geofenceId: '550e8400-e29b-41d4-a716-446655440000',
          geofenceName: 'SF Downtown Hub',
          distance: 12,
          radiusMeters: 100,
          action: {},
          triggerOn: 'enter',
        },
      ],
    },
  });
