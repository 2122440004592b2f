import * as z from 'zod';
import type { BoundingBox } from '../geo/box.ts';
import { statuses } from '../geofences/terms.ts';
import type { Span } from '../table/ids.ts';
import { deviceKinds } from '../topology/device-terms.ts';
import { givenId } from '../wire/id.ts';
import { repeated } from '../wire/schema.ts';
import { isEverywhere, readBox } from './box.ts';
import { intervalPattern, readInterval } from './interval.ts';

/**
 * Query parameters of the features of a collection. A filter by a property has the name of the property. This tells GIS
 * clients that the server can apply the filter.
 */

/** Many clients ask for more features than a page may hold; they get this many. */
const mostFeatures = 1000;

const limit = z
  .string()
  .regex(/^\d{1,15}$/, 'Should be a whole number')
  .transform(Number)
  .pipe(z.number().min(1))
  .transform((number) => Math.min(number, mostFeatures))
  .meta({
    override: { type: 'integer', minimum: 1, maximum: mostFeatures },
    description: `Features per page. A value above ${mostFeatures} is treated as ${mostFeatures}.`,
  });

/** A parameter that `read` parses. `read` returns undefined for an invalid value. */
function readBy<T>(read: (text: string) => T | undefined, wanted: string) {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: wanted, params: { type: 'format' } });
    return z.NEVER;
  });
}

const box = readBy<BoundingBox>(readBox, 'Should be west,south,east,north in degrees, with south at most north');
const bbox = box
  .transform((given) => (isEverywhere(given) ? undefined : given))
  .meta({
    override: {
      type: 'array',
      minItems: 4,
      maxItems: 6,
      items: { type: 'number', format: 'double' },
      explode: false,
      example: [-122.6, 37.6, -122.3, 37.9],
    },
    description:
      'West, south, east, north in degrees. Heights are allowed and ignored. A box whose west is greater than its east crosses ±180, and so ' +
      'does a box that reaches beyond ±180. Lists features that intersect the box.',
  });

const datetime = readBy<Span>(
  readInterval,
  'Should be an instant, or two with / between them of which one may be .. for open',
).meta({
  override: { type: 'string', pattern: intervalPattern, example: '2026-03-17T00:00:00Z/..' },
  description:
    'An instant or an interval that contains the time of the feature, which its collection names; `..` is an open end.',
});

export const itemsQuery = z
  .object({
    limit: limit.default(50),
    cursor: z.string().optional().meta({ description: 'From the link `next` of the previous page.' }),
    bbox: bbox.optional(),
    datetime: datetime.optional(),
    status: z.enum(statuses).optional(),
    groupName: z.string().optional(),
    externalId: z.string().min(1).max(128).optional(),
    deviceId: givenId().optional().meta({ names: 'device' }),
    kind: z.enum(deviceKinds).optional(),
    siteId: givenId().optional().meta({ names: 'site' }),
    group: z.string().optional().meta({ description: 'Another name of `groupName`.' }),
    tag: repeated(z.string(), 20).meta({
      description: 'One of `tags`. May be given several times; a feature must have all of them.',
    }),
  })
  .refine(({ group, groupName }) => [group, groupName].includes(undefined) || group === groupName, {
    path: ['group'],
    message: 'Send either "group" or "groupName", which mean the same',
    params: { type: 'conflict' },
  });
