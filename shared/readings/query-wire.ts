import * as z from 'zod';
import { seriesQuery } from '../http/series.ts';
import { givenId } from '../wire/id.ts';
import { isInOrder, notInOrder, openSpanParameters, wholeSpanParameters } from '../wire/time-span.ts';
import { TimeZone } from '../wire/time-zone.ts';
import { type FunctionName, functionNames } from './aggregate.ts';
import { countOf, type Interval, intervals, mostBuckets } from './intervals.ts';
import { describedZone, fitsZone, isZonedInOrder, zonedSpanOf, zoneOfDays } from './zoned-span.ts';

/** The questions about readings. */

export const sensorId = () => givenId().meta({ names: 'sensor' });
export const order = () => z.enum(['desc', 'asc']).meta({ description: 'Of `recordedAt`.' });
export const interval = () => z.enum(intervals).meta({ description: 'The length of a bucket.' });
const timezone = TimeZone.optional().meta({ description: describedZone });

/** Names separated by commas. */
export const functions = z
  .string()
  .max(255)
  .transform((text, context): FunctionName[] => {
    const given = [...new Set(text.split(','))];
    const isKnown = (name: string): name is FunctionName => (functionNames as readonly string[]).includes(name);
    if (given.every(isKnown)) return given;
    const message = `Should be a list, separated by commas, of ${functionNames.join(', ')}`;
    context.addIssue({ code: 'custom', message, params: { type: 'enum' } });
    return z.NEVER;
  });

const oneFunction = `(${functionNames.join('|')})`;
/** For the API document. */
export const functionsPattern = `^${oneFunction}(,${oneFunction})*$`;

const whichFunctions = `What is computed for each bucket: some of ${functionNames.join(', ')}, separated by commas.`;
export const defaultFunctions: readonly FunctionName[] = ['avg', 'min', 'max', 'count'];

export const RawQuery = seriesQuery({ ...openSpanParameters(), sensorId: sensorId(), order: order().default('desc') });

export const StatsQuery = z.object({ sensorId: sensorId(), ...wholeSpanParameters() }).refine(isInOrder, notInOrder);

type Spanned = Parameters<typeof zonedSpanOf>[0] & { readonly interval: Interval };

export const bucketsIn = (query: Spanned): number => countOf({ ...query, ...zonedSpanOf(query) });

export const AggregatedQuery = z
  .object({
    sensorId: sensorId(),
    ...wholeSpanParameters(),
    interval: interval(),
    functions: functions.default([...defaultFunctions]).meta({
      override: {
        type: 'string',
        maxLength: 255,
        pattern: functionsPattern,
        default: defaultFunctions.join(','),
        example: 'avg,min,max',
      },
      description: whichFunctions,
    }),
    timezone,
  })
  .refine(isZonedInOrder, notInOrder)
  .refine(fitsZone, zoneOfDays)
  .refine((query) => bucketsIn(query) <= mostBuckets, {
    path: ['interval'],
    message: `Should make at most ${mostBuckets} buckets of the span`,
    params: { type: 'too_large' },
  });
