import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Call, row, text } from './call.ts';
import { aDevice } from './device-calls.ts';
import { ago } from './location-calls.ts';
import type { World } from './world.ts';

/** Readings of sensors. */

export interface ASensor {
  readonly deviceId: string;
  readonly componentId: string;
  readonly sensorId: string;
}

/** A sensor `temperature` of the component `boiler-1` of a new device. */
export async function aSensor(world: World, more: object = {}): Promise<ASensor> {
  const deviceId = (await aDevice(world)).params.id;
  const component = await world.call('components/create', { body: { deviceId, name: 'boiler-1' } });
  const componentId = component.body.id as string;
  const body = { componentId, key: 'temperature', valueType: 'DOUBLE', ...more };
  return { deviceId, componentId, sensorId: (await world.call('sensors/create', { body })).body.id };
}

const reading = (minutes: number, value: unknown) => ({
  component: 'boiler-1',
  key: 'temperature',
  value,
  recordedAt: ago(minutes),
});

/** A sensor with readings of the last minutes: 1, 2 and 3. */
export async function aMeasured(world: World, more: object = {}): Promise<ASensor> {
  const sensor = await aSensor(world, more);
  const readings = [3, 2, 1].map((minutes) => reading(minutes, minutes));
  const { status, body } = await world.call('readings/report', { body: { deviceId: sensor.deviceId, readings } });
  if (status !== 202 || body.accepted !== 3) throw new Error(`No readings: ${JSON.stringify(body)}`);
  return sensor;
}

const reported = (
  title: string,
  readings: unknown,
  answers: Call['answers'],
  more: Partial<Call> = {},
  sensor: object = {},
): Call =>
  row(
    title,
    async (world) => ({ body: { deviceId: (await aSensor(world, sensor)).deviceId, readings } as object }),
    answers,
    more,
  );

const refusedReading = (title: string, one: object, error_code: string, sensor: object = {}): Call =>
  reported(
    title,
    [one, { key: 'temperature', component: 'boiler-1', value: 1 }],
    202,
    {
      body: { rejected: 1, accepted: 1, errors: [{ index: 0, error_code, message: text }] },
    },
    sensor,
  );

const named = { component: 'boiler-1', key: 'temperature' };

const hours = (count: number) => ({
  from: new Date(Date.now() - count * 3_600_000).toISOString(),
  to: new Date(Date.now() + 60_000).toISOString(),
});

const queryOf = (given: object): string => new URLSearchParams(given as Record<string, string>).toString();

const asked = (title: string, query: object, answers: Call['answers'], more: Partial<Call> = {}): Call =>
  row(
    title,
    async (world) => ({ query: queryOf({ sensorId: (await aMeasured(world)).sensorId, ...query }) }),
    answers,
    more,
  );

const failure = (type: string, source: 'query' | 'body', field: string) => ({
  body: { detail: [{ type, loc: [source, field], msg: text }] },
});
const unknown = { body: { error_code: 'NOT_FOUND' } };
const invalid = [422, 'VALIDATION_ERROR'] as const;

const batch = (title: string, body: object, answers: Call['answers'], more: Partial<Call> = {}): Call =>
  row(title, async (world) => ({ body: { sensorIds: [(await aMeasured(world)).sensorId], ...body } }), answers, more);

export const readingCalls: Readonly<Record<string, readonly Call[]>> = {
  'readings/report': [
    reported('a reading without its time', [{ ...named, value: 71.4 }], 202, {
      body: { accepted: 1, rejected: 0, errors: [] },
    }),
    row(
      'a reading that names its sensor by id',
      async (world) => {
        const { deviceId, sensorId } = await aSensor(world, { valueType: 'BOOLEAN' });
        return { body: { deviceId, readings: [{ sensorId: sensorId.toUpperCase(), value: true }] } };
      },
      202,
      { body: { accepted: 1 } },
    ),
    refusedReading('a text in place of a number', { ...named, value: 'hot' }, 'TYPE_MISMATCH'),
    refusedReading('a value above the bounds', { ...named, value: 121 }, 'OUT_OF_RANGE', { max: 120 }),
    refusedReading('a key that no sensor has', { ...named, key: 'pressure', value: 1 }, 'PROFILE_MISSING'),
    refusedReading('a component that the device does not have', { key: 'temperature', value: 1 }, 'UNKNOWN_SENSOR'),
    refusedReading('a sensor of nobody', { sensorId: randomUUID(), value: 1 }, 'UNKNOWN_SENSOR'),
    refusedReading('a reading of tomorrow', { ...named, value: 1, recordedAt: ago(-24 * 60) }, 'TIMESTAMP_IN_FUTURE'),
    refusedReading(
      'a reading of the last century',
      { ...named, value: 1, recordedAt: '1999-01-01T00:00:00Z' },
      'OUT_OF_RANGE',
    ),
    refusedReading('a reading without a value', named, 'MALFORMED_PAYLOAD'),
    refusedReading('a list as a value', { ...named, value: [1] }, 'MALFORMED_PAYLOAD'),
    refusedReading('a key beside an id', { ...named, sensorId: randomUUID(), value: 1 }, 'MALFORMED_PAYLOAD'),
    refusedReading(
      'a component beside an id',
      { component: 'boiler-1', sensorId: randomUUID(), value: 1 },
      'MALFORMED_PAYLOAD',
    ),
    refusedReading('an unknown field', { ...named, value: 1, unit: 'K' }, 'MALFORMED_PAYLOAD'),
    row(
      'a device that is not active',
      async (world) => {
        const { deviceId } = await aSensor(world);
        await world.call('devices/patch', { params: { id: deviceId }, body: { status: 'INACTIVE' } });
        return { body: { deviceId, readings: [{ ...named, value: 1 }] } };
      },
      202,
      { body: { accepted: 0, rejected: 1, errors: [{ index: 0, error_code: 'DEVICE_UNKNOWN', message: text }] } },
    ),
    row('an unknown device', { body: { deviceId: randomUUID(), readings: [{ ...named, value: 1 }] } }, invalid, {
      body: { detail: [{ type: 'unknown_reference', loc: ['body', 'deviceId'], msg: text }] },
    }),
    reported('no readings', [], invalid, failure('too_short', 'body', 'readings')),
    reported('501 readings', Array(501).fill({ ...named, value: 1 }), [413, 'BATCH_TOO_LARGE'], {
      body: { details: { max_items: 500, requested_items: 501 } },
    }),
  ],
  'readings/raw': [
    asked('the newest first', {}, 200, {
      body: { points: [1, 2, 3].map((value) => ({ recordedAt: text, value })), nextCursor: null },
    }),
    asked('the oldest first, one a page', { order: 'asc', limit: '1' }, 200, {
      body: { points: [{ recordedAt: text, value: 3 }], nextCursor: text },
    }),
    asked('a cursor that is none', { cursor: 'x' }, [422, 'CURSOR_INVALID']),
    row(
      'a span of two readings',
      async (world) => {
        const { sensorId } = await aMeasured(world);
        return { query: queryOf({ sensorId, from: ago(2.5) }) };
      },
      200,
      { body: { points: [{ value: 1 }, { value: 2 }] } },
    ),
    asked('a span before all readings', { to: '2020-01-01' }, 200, { body: { points: [], nextCursor: null } }),
    asked(
      'an end before the beginning',
      { from: '2026-03-18', to: '2026-03-17' },
      invalid,
      failure('conflict', 'query', 'to'),
    ),
    asked('a page of 5001', { limit: '5001' }, invalid, failure('too_large', 'query', 'limit')),
    row('no sensor', { query: '' }, invalid, failure('missing', 'query', 'sensorId')),
    row('an unknown sensor', { query: queryOf({ sensorId: randomUUID() }) }, [404, 'NOT_FOUND'], unknown),
  ],
  'readings/aggregated': [
    asked('an hour', { ...hours(1), interval: '1d', functions: 'sum,first,last,count' }, 200, {
      body: { interval: '1d', nextCursor: null, points: expect.any(Array) },
    }),
    asked('minutes', { ...hours(1), interval: '1m' }, 200, {
      body: { points: [3, 2, 1].map((value) => ({ start: text, avg: value, min: value, max: value, count: 1 })) },
    }),
    asked(
      '5001 buckets',
      { from: '2026-03-01T00:00:00Z', to: '2026-03-04T11:20:01Z', interval: '1m' },
      invalid,
      failure('too_large', 'query', 'interval'),
    ),
    asked(
      'an unknown function',
      { ...hours(1), interval: '1h', functions: 'avg,median' },
      invalid,
      failure('enum', 'query', 'functions'),
    ),
    asked('an unknown interval', { ...hours(1), interval: '2h' }, invalid, failure('enum', 'query', 'interval')),
    asked(
      'an unknown time zone',
      { ...hours(1), interval: '1d', timezone: 'Europe/Atlantis' },
      invalid,
      failure('format', 'query', 'timezone'),
    ),
    asked(
      'the days of a time zone',
      { from: '2026-03-17', to: '2026-03-16T23:30:00Z', interval: '1d', timezone: 'Europe/Madrid' },
      200,
      { body: { points: [] } },
    ),
    asked(
      'days of a time zone that end before they begin',
      { from: '2026-03-17T23:30:00Z', to: '2026-03-17', interval: '1d', timezone: 'Europe/Madrid' },
      invalid,
      failure('conflict', 'query', 'to'),
    ),
    asked(
      'hours of a time zone',
      { ...hours(1), interval: '1h', timezone: 'UTC' },
      invalid,
      failure('conflict', 'query', 'timezone'),
    ),
    asked('no beginning', { to: '2026-03-04', interval: '1h' }, invalid, failure('missing', 'query', 'from')),
    row(
      'an unknown sensor',
      { query: queryOf({ sensorId: randomUUID(), ...hours(1), interval: '1h' }) },
      [404, 'NOT_FOUND'],
      unknown,
    ),
  ],
  'readings/stats': [
    asked('an hour', hours(1), 200, {
      body: { count: 3, min: 1, max: 3, avg: 2, first: 3, last: 1, firstAt: text, lastAt: text },
    }),
    asked('a span without readings', { from: '2020-01-01', to: '2020-01-02' }, 200, {
      body: { count: 0, min: null, max: null, avg: null, first: null, last: null, firstAt: null, lastAt: null },
    }),
    asked('no end', { from: '2026-03-04' }, invalid, failure('missing', 'query', 'to')),
    row('an unknown sensor', { query: queryOf({ sensorId: randomUUID(), ...hours(1) }) }, [404, 'NOT_FOUND'], unknown),
  ],
  'readings/batch': [
    batch('raw readings', {}, 200, {
      body: { results: [{ sensorId: text, points: expect.any(Array), nextCursor: null }] },
    }),
    batch('aggregates', { view: 'aggregated', ...hours(1), interval: '1d', functions: 'count' }, 200, {
      body: { results: [{ sensorId: text, interval: '1d', points: expect.any(Array), nextCursor: null }] },
    }),
    batch('stats', { view: 'stats', ...hours(1) }, 200, {
      body: {
        results: [{ sensorId: text, count: 3, min: 1, max: 3, avg: 2, first: 3, last: 1, firstAt: text, lastAt: text }],
      },
    }),
    batch(
      'aggregates without an interval',
      { view: 'aggregated', ...hours(1) },
      invalid,
      failure('missing', 'body', 'interval'),
    ),
    batch(
      'hours of a time zone',
      { view: 'aggregated', ...hours(1), interval: '1h', timezone: 'Europe/Madrid' },
      invalid,
      failure('conflict', 'body', 'timezone'),
    ),
    batch(
      'stats with an interval',
      { view: 'stats', ...hours(1), interval: '1h' },
      invalid,
      failure('conflict', 'body', 'interval'),
    ),
    batch(
      'an end before the beginning',
      { from: '2026-03-18', to: '2026-03-17' },
      invalid,
      failure('conflict', 'body', 'to'),
    ),
    row(
      'more points than an answer may have',
      { body: { sensorIds: Array.from({ length: 21 }, () => randomUUID()), limit: 1000 } },
      invalid,
      failure('too_large', 'body', 'limit'),
    ),
    row(
      'more buckets than an answer may have',
      {
        body: {
          sensorIds: Array.from({ length: 21 }, () => randomUUID()),
          view: 'aggregated',
          from: '2026-03-17T00:00:00Z',
          to: '2026-03-17T16:00:00Z',
          interval: '1m',
        },
      },
      invalid,
      failure('too_large', 'body', 'interval'),
    ),
    row(
      '51 sensors',
      { body: { sensorIds: Array.from({ length: 51 }, () => randomUUID()) } },
      invalid,
      failure('too_long', 'body', 'sensorIds'),
    ),
    row(
      'one unknown sensor',
      async (world) => ({ body: { sensorIds: [(await aSensor(world)).sensorId, randomUUID()] } }),
      [404, 'NOT_FOUND'],
      unknown,
    ),
  ],
};
