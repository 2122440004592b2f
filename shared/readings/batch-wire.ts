import * as z from 'zod';
import { givenId } from '../wire/id.ts';
import { whenMade } from '../wire/null.ts';
import { strictObject } from '../wire/schema.ts';
import { notInOrder, openSpanParameters } from '../wire/time-span.ts';
import { TimeZone } from '../wire/time-zone.ts';
import { mostBuckets } from './intervals.ts';
import { bucketsIn, functions, functionsPattern, interval, order } from './query-wire.ts';
import { describedZone, fitsZone, isZonedInOrder, zoneOfDays } from './zoned-span.ts';

/** The question about the readings of many sensors. */

export const views = ['raw', 'aggregated', 'stats'] as const;
export type View = (typeof views)[number];

const mostSensors = 50;
/** Points or buckets of all sensors together. */
const mostTogether = 20_000;
const [usualLimit, mostLimit] = [1000, 5000];

const fieldsOf: Readonly<Record<View, readonly string[]>> = {
  raw: ['from', 'to', 'order', 'limit'],
  aggregated: ['from', 'to', 'interval', 'functions', 'timezone'],
  stats: ['from', 'to'],
};
const neededFor: Readonly<Record<View, readonly string[]>> = {
  raw: [],
  aggregated: ['from', 'to', 'interval'],
  stats: ['from', 'to'],
};

const Given = strictObject(
  whenMade({
    sensorIds: z
      .array(givenId().meta({ names: 'sensor' }))
      .min(1)
      .max(mostSensors),
    view: z.enum(views).default('raw').meta({ description: 'What is answered for each sensor.' }),
    ...openSpanParameters(),
    order: order().optional().meta({ description: 'Of `recordedAt`; only for `raw`. `desc` if absent.' }),
    limit: z.int().min(1).max(mostLimit).optional().meta({
      description: 'Points for each sensor; only for `raw`. 1,000 if absent, and fewer for more than 20 sensors.',
    }),
    interval: interval()
      .optional()
      .meta({ description: 'The length of a bucket; only for `aggregated`, which needs it.' }),
    functions: functions.optional().meta({
      override: { type: 'string', maxLength: 255, pattern: functionsPattern, example: 'avg,min,max' },
      description:
        'As for one sensor: names separated by commas; only for `aggregated`. `avg,min,max,count` if absent.',
    }),
    timezone: TimeZone.optional().meta({
      description: `Only for \`aggregated\`. ${describedZone}`,
    }),
  }),
);
type Given = z.output<typeof Given>;

/** What is wrong with the fields of a view. */
function* failuresOf(given: Given) {
  const all = given as Readonly<Record<string, unknown>>;
  for (const name of neededFor[given.view]) {
    if (all[name] === undefined)
      yield { path: [name], message: `Field required for the view ${given.view}`, type: 'missing' };
  }
  for (const name of [...fieldsOf.raw, ...fieldsOf.aggregated]) {
    const isOfView = fieldsOf[given.view].includes(name);
    if (!isOfView && all[name] !== undefined) {
      yield { path: [name], message: `Should be absent for the view ${given.view}`, type: 'conflict' };
    }
  }
  if (!isZonedInOrder(given)) yield { path: notInOrder.path, message: notInOrder.error, type: 'conflict' };
  if (!fitsZone(given)) yield { path: zoneOfDays.path, message: zoneOfDays.error, type: 'conflict' };
  const sensors = given.sensorIds.length;
  if ((given.limit ?? 0) * sensors > mostTogether) {
    yield {
      path: ['limit'],
      message: `Should be at most ${Math.floor(mostTogether / sensors)} for ${sensors} sensors`,
      type: 'too_large',
    };
  }
  const { interval, from, to, timezone } = given;
  if (given.view !== 'aggregated' || !interval || !from || !to) return;
  const buckets = bucketsIn({ interval, from, to, timezone });
  if (buckets > mostBuckets || buckets * sensors > mostTogether) {
    const most = Math.min(mostBuckets, Math.floor(mostTogether / sensors));
    yield {
      path: ['interval'],
      message: `Should make at most ${most} buckets of the span for ${sensors} sensors`,
      type: 'too_large',
    };
  }
}

/** Points for each sensor if the caller does not say. */
export const limitFor = ({ limit, sensorIds }: Pick<Given, 'limit' | 'sensorIds'>): number =>
  limit ?? Math.min(usualLimit, Math.floor(mostTogether / sensorIds.length));

export const BatchQuestion = Given.superRefine((given, context) => {
  for (const { path, message, type } of failuresOf(given)) {
    context.addIssue({ code: 'custom', path, message, params: { type } });
  }
}).meta({
  id: 'ReadingsQuestion',
  example: {
    sensorIds: ['01957e2b-a40b-7c3e-8a51-3f2d6c0e8b11'],
    view: 'aggregated',
    from: '2026-03-17T00:00:00Z',
    to: '2026-03-18T00:00:00Z',
    interval: '1h',
    functions: 'avg,max',
  },
});
export type BatchQuestion = z.output<typeof BatchQuestion>;
