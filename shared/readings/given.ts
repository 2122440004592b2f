import * as z from 'zod';
import { Faulty, orFaulty } from '../http/each-item.ts';
import { givenScalar } from '../wire/free-object.ts';
import { givenId } from '../wire/id.ts';
import { messageId } from '../wire/message-id.ts';
import { whenMade } from '../wire/null.ts';
import { givenInstant, strictObject } from '../wire/schema.ts';
import { partName } from '../wire/text.ts';

/** Readings as bodies and messages give them. */

/** The most readings of one message or request. */
export const mostReadings = 500;

const defaultComponent = 'default';

const GivenReading = strictObject({
  ...whenMade({
    sensorId: givenId()
      .optional()
      .meta({ names: 'sensor', description: 'Either this, or `key` and perhaps `component`.' }),
    component: partName().optional().meta({ description: 'Name of the component on the device; `default` if absent.' }),
    key: partName().optional().meta({ description: 'Key of the sensor on the component.' }),
    recordedAt: givenInstant()
      .optional()
      .meta({
        description:
          'When it was measured, to the millisecond. If absent, when we received it, which is the same instant for all ' +
          'readings of a request or message. A sensor has one reading at an instant: of several in one request the last ' +
          'one stays, although all are accepted.',
      }),
  }),
  value: givenScalar(
    'Of the type of the sensor: a number, a boolean, a text of up to 4,096 characters; `BIGINT` beyond ±2^53 as a decimal string.',
  ),
})
  .refine(({ sensorId, key }) => (sensorId === undefined) !== (key === undefined), {
    path: ['sensorId'],
    message: 'Should be given, or else "key"; not both',
  })
  .refine(({ sensorId, component }) => sensorId === undefined || component === undefined, {
    path: ['component'],
    message: 'Should be given with "key" only',
  })
  .meta({
    id: 'GivenReading',
    example: { component: 'boiler-1', key: 'temperature', value: 71.4, recordedAt: '2026-03-17T10:00:00Z' },
  });
export type GivenReading = z.output<typeof GivenReading>;

const Readings = z
  .array(orFaulty(GivenReading).meta({ reference: 'GivenReading' }))
  .min(1)
  .max(mostReadings);

/** The body of a request that reports readings. */
export const ReadingsReport = strictObject(
  whenMade({ deviceId: givenId().meta({ names: 'device' }), readings: Readings }),
).meta({
  id: 'ReadingsReport',
  example: {
    deviceId: '01957e2b-a403-7c3e-8a51-3f2d6c0e8b11',
    readings: [{ sensorId: '01957e2b-a40b-7c3e-8a51-3f2d6c0e8b11', value: 71.4, recordedAt: '2026-03-17T10:00:00Z' }],
  },
});

/** The payload of a message with readings. */
export const ReadingsPayload = strictObject(whenMade({ messageId, readings: Readings }));

/** A reading with its index in the message. */
export interface ReportedReading {
  readonly place: number;
  /** Absent if the reading names its sensor by its id. */
  readonly component: string | undefined;
  readonly key: string | undefined;
  readonly sensorId: string | undefined;
  /** Its `recordedAt`, in milliseconds since 1970. */
  readonly at: number;
  readonly value: unknown;
}

/** Why a reading is refused. */
export const readingFaults = [
  'MALFORMED_PAYLOAD',
  'UNKNOWN_SENSOR',
  'PROFILE_MISSING',
  'TYPE_MISMATCH',
  'OUT_OF_RANGE',
  'TIMESTAMP_IN_FUTURE',
  'DEVICE_UNKNOWN',
] as const;
export type ReadingFault = (typeof readingFaults)[number];

export interface RefusedReading {
  readonly place: number;
  readonly cause: ReadingFault;
  /** What is wrong, for people. */
  readonly message: string;
  readonly component?: string | undefined;
  readonly key?: string | undefined;
}

/** Why every reading of a device that is not active is refused. */
export const inactiveDevice = {
  cause: 'DEVICE_UNKNOWN',
  message: 'The device takes no readings: it is not active',
} as const;

export const isRefused = (one: ReportedReading | RefusedReading): one is RefusedReading => 'cause' in one;

/** @param stamp when the reading was received, in milliseconds since 1970 */
export function readingOf(
  given: GivenReading | Faulty,
  place: number,
  stamp: number,
): ReportedReading | RefusedReading {
  if (given instanceof Faulty) return { place, cause: 'MALFORMED_PAYLOAD', message: given.message };
  const { sensorId, key, value, recordedAt: at = stamp } = given;
  const component = key === undefined ? undefined : (given.component ?? defaultComponent);
  return { place, component, key, sensorId, at, value };
}
