import * as z from 'zod';
import { bboxQuery } from '../geofences/place-query.ts';
import { statuses } from '../geofences/wire.ts';
import { queryInteger, repeated } from '../wire/schema.ts';
import { readInterval } from './interval.ts';

/**
 * Query parameters of the features of a collection. The standard would have a server refuse parameters it does not know
 * and say 400 to those it cannot read; here as everywhere in this API unknown ones are ignored, and failures are 422.
 */

const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text));

/** Six numbers are a box in space: its heights are left out, as fences have none. */
function withoutHeights(text: string): string {
  const parts = text.split(',');
  if (parts.length !== 6 || !parts.every(isNumber)) return text;
  return [0, 1, 3, 4].map((i) => parts[i]).join();
}

const bbox = z
  .string()
  .transform(withoutHeights)
  .pipe(bboxQuery)
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
      'West, south, east, north in degrees, or with heights, which count for nothing; west above east crosses ±180.',
  });

const datetime = z
  .string()
  .transform((text, context) => {
    const span = readInterval(text);
    if (span) return span;
    context.addIssue({
      code: 'custom',
      message: 'Should be an instant, or two with / between them of which one may be .. for open',
      params: { type: 'format' },
    });
    return z.NEVER;
  })
  .meta({
    override: { type: 'string', example: '2026-03-17T00:00:00Z/..' },
    description: 'An instant or an interval, which `createdAt` must lie in; `..` for an open end.',
  });

export const itemsQuery = z.object({
  limit: queryInteger({ min: 1, max: 200 }).default(50),
  cursor: z.string().optional().meta({ description: 'From the link `next` of the page before.' }),
  bbox: bbox.optional(),
  datetime: datetime.optional(),
  status: z.enum(statuses).optional(),
  tag: repeated(z.string(), 20).meta({ description: 'May repeat; all must match.' }),
  group: z.string().optional().meta({ description: 'Exact `groupName`.' }),
  externalId: z.string().min(1).max(128).optional(),
});
