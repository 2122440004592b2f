import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Call, row, text } from './call.ts';
import { aDevice } from './device-calls.ts';
import type { World } from './world.ts';

/** Points of devices, and what they did at geofences. */

export const place = { latitude: 37.7749, longitude: -122.4194 };
export const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const point = (minutes: number, more: object = {}) => ({ ...place, recordedAt: ago(minutes), ...more });
const unknown = { params: { id: randomUUID() } };

const reported = (title: string, body: unknown, answers: Call['answers'], more: Partial<Call> = {}): Call =>
  row(title, async (world) => ({ ...(await aDevice(world)), body: body as object }), answers, more);

/** A report of one point that is refused, and the code that says why. */
const refusedPoint = (title: string, body: object, code: string): Call =>
  reported(title, body, 200, {
    body: { accepted: 0, rejected: 1, errors: [{ index: 0, error_code: code, message: text }], events: [] },
  });

let visits = 0;

/** A device that has just entered a geofence; each is at a place of its own. */
export async function aVisit(
  world: World,
  at: { readonly device?: string | undefined; readonly fence?: string | undefined } = {},
) {
  visits += 1;
  const spot = { latitude: 10 + visits / 100, longitude: 20 };
  const fence = at.fence ?? ((await world.fence(spot)).id as string);
  const device = at.device ?? (await aDevice(world)).params.id;
  const middle = at.fence ? (await world.call('geofences/get', { params: { id: fence } })).body : spot;
  const inside = { latitude: middle.latitude, longitude: middle.longitude };
  const now = Date.now();
  const body = [
    { latitude: -40, longitude: 20, recordedAt: new Date(now + visits * 10).toISOString() },
    { ...inside, recordedAt: new Date(now + visits * 10 + 1).toISOString() },
  ];
  const { status, body: result } = await world.call('devices/report-locations', { params: { id: device }, body });
  if (status !== 200 || result.accepted !== 2) throw new Error(`No visit: ${JSON.stringify(result)}`);
  return { fence, device };
}

export const locationCalls: Readonly<Record<string, readonly Call[]>> = {
  'devices/report-locations': [
    reported('one point without its time', { ...place, accuracyMeters: 8 }, 200, {
      body: { accepted: 1, duplicates: 0, rejected: 0, errors: [], events: expect.any(Array) },
    }),
    reported('two points', [point(2), point(1)], 200, { body: { accepted: 2 } }),
    reported(
      'the same point twice',
      [
        { ...place, recordedAt: '2026-11-01T00:00:00Z' },
        { ...place, recordedAt: '2026-11-01T01:00:00+01:00' },
      ],
      200,
      {
        body: { accepted: 1, duplicates: 1 },
      },
    ),
    reported(
      '101 points',
      Array.from({ length: 101 }, (_, i) => point(200 - i)),
      202,
      { body: { accepted: 101 } },
    ),
    reported(
      '1,001 points',
      Array.from({ length: 1001 }, (_, i) => point(1001 - i)),
      [413, 'BATCH_TOO_LARGE'],
      {
        body: { details: { max_items: 1000, requested_items: 1001 } },
      },
    ),
    reported('no points', [], [422, 'VALIDATION_ERROR']),
    reported('a number', 7, [422, 'VALIDATION_ERROR']),
    refusedPoint('a latitude of 91', { ...place, latitude: 91 }, 'POINT_INVALID'),
    refusedPoint('a field that there is not', { ...place, lat: 1 }, 'POINT_INVALID'),
    refusedPoint('the point 0,0 without an accuracy', { latitude: 0, longitude: 0 }, 'POINT_INVALID'),
    reported('the point 0,0 with an accuracy', { latitude: 0, longitude: 0, accuracyMeters: 5 }, 200, {
      body: { accepted: 1 },
    }),
    refusedPoint('six minutes ahead', point(-6), 'TIMESTAMP_IN_FUTURE'),
    reported('four minutes ahead', point(-4), 200, { body: { accepted: 1 } }),
    refusedPoint('older than what is kept', point(60 * 24 * 3651), 'POINT_INVALID'),
    reported('a point that is none beside a good one', [7, point(1)], 200, {
      body: { accepted: 1, rejected: 1, errors: [{ index: 0, error_code: 'POINT_INVALID', message: text }] },
    }),
    reported('two points, one without its time', [place, point(1)], 200, {
      body: { accepted: 1, errors: [{ index: 0, error_code: 'POINT_INVALID', message: 'recordedAt: Field required' }] },
    }),
    reported('metadata above 2 kB', { ...place, metadata: { a: 'x'.repeat(2048) } }, 200, { body: { rejected: 1 } }),
    row(
      'of a device that is inactive',
      async (world) => {
        const device = await aDevice(world);
        await world.call('devices/patch', { ...device, body: { status: 'INACTIVE' } });
        return { ...device, body: place };
      },
      200,
      { body: { accepted: 0, errors: [{ index: 0, error_code: 'DEVICE_UNKNOWN', message: text }] } },
    ),
    row('of an unknown device', { ...unknown, body: place }, [404, 'NOT_FOUND']),
  ],
  'devices/report-location-batch': [
    row(
      'by id, by the own id, and of nobody',
      async (world) => {
        const externalId = randomUUID();
        const [one] = [await aDevice(world), await aDevice(world, { externalId })];
        return {
          body: [
            point(1, { deviceId: one.params.id }),
            point(1, { deviceExternalId: externalId }),
            point(1, { deviceId: randomUUID() }),
            point(1, { deviceExternalId: 'nobody' }),
            point(1),
          ],
        };
      },
      202,
      {
        body: {
          accepted: 2,
          duplicates: 0,
          rejected: 3,
          errors: [
            { index: 2, error_code: 'DEVICE_UNKNOWN', message: text },
            { index: 3, error_code: 'DEVICE_UNKNOWN', message: text },
            { index: 4, error_code: 'POINT_INVALID', message: text },
          ],
        },
      },
    ),
    row('no points', { body: [] as never }, [422, 'VALIDATION_ERROR']),
    row('one point that is no list', { body: point(1, { deviceId: randomUUID() }) }, [422, 'VALIDATION_ERROR']),
    row('1,001 points', { body: Array.from({ length: 1001 }, () => point(1, { deviceExternalId: 'x' })) as never }, [
      413,
      'BATCH_TOO_LARGE',
    ]),
  ],
  'devices/list-locations': [
    row(
      'the newest first',
      async (world) => {
        const device = await aDevice(world);
        await world.call('devices/report-locations', {
          ...device,
          body: [point(2, { metadata: { n: 1.0 } }), point(1, { speedMps: 4.2 })],
        });
        return { ...device, query: 'limit=1' };
      },
      200,
      {
        body: {
          points: [
            {
              ...place,
              recordedAt: text,
              accuracyMeters: null,
              altitudeMeters: null,
              speedMps: 4.2,
              headingDegrees: null,
              batteryPercent: null,
              metadata: {},
            },
          ],
          nextCursor: text,
        },
      },
    ),
    row(
      'the oldest first, of a span',
      async (world) => {
        const device = await aDevice(world);
        await world.call('devices/report-locations', { ...device, body: [point(1), point(3), point(7)] });
        return { ...device, query: `order=asc&from=${ago(4)}&to=${ago(2)}` };
      },
      200,
      { body: { points: [expect.objectContaining(place)], nextCursor: null } },
    ),
    row('of a device without points', (world) => aDevice(world), 200, { body: { points: [], nextCursor: null } }),
    row('of an unknown device', unknown, [404, 'NOT_FOUND']),
    row('in an order that there is not', { ...unknown, query: 'order=newest' }, [422, 'VALIDATION_ERROR']),
    row('5,001 at once', { ...unknown, query: 'limit=5001' }, [422, 'VALIDATION_ERROR']),
    row('from after to', { ...unknown, query: 'from=2026-03-02&to=2026-03-01' }, [422, 'VALIDATION_ERROR']),
    row('by a cursor that is none', async (world) => ({ ...(await aDevice(world)), query: 'cursor=x' }), [
      422,
      'CURSOR_INVALID',
    ]),
  ],
  'devices/list-events': [
    row('all', async (world) => ({ params: { id: (await aVisit(world)).device } }), 200, {
      body: {
        total: 1,
        data: [expect.objectContaining({ type: 'enter', evidence: 'point', geofenceName: 'A fence' })],
      },
    }),
    row(
      'of another type',
      async (world) => ({ params: { id: (await aVisit(world)).device }, query: 'type=exit' }),
      200,
      {
        body: { total: 0 },
      },
    ),
    row(
      'at another geofence',
      async (world) => ({ params: { id: (await aVisit(world)).device }, query: `geofenceId=${randomUUID()}` }),
      200,
      { body: { total: 0 } },
    ),
    row('before it', async (world) => ({ params: { id: (await aVisit(world)).device }, query: `to=${ago(60)}` }), 200, {
      body: { total: 0 },
    }),
    row(
      'of an hour',
      async (world) => ({ params: { id: (await aVisit(world)).device }, query: `from=${ago(60)}&late=false` }),
      200,
      {
        body: { total: 1 },
      },
    ),
    row(
      'after it',
      async (world) => ({ params: { id: (await aVisit(world)).device }, query: `from=${ago(-60)}` }),
      200,
      {
        body: { total: 0 },
      },
    ),
    row('a type that there is not', { ...unknown, query: 'type=Enter' }, [422, 'VALIDATION_ERROR']),
    row('of an unknown device', unknown, [404, 'NOT_FOUND']),
  ],
  'geofences/list-events': [
    row('all', async (world) => ({ params: { id: (await aVisit(world)).fence } }), 200, { body: { total: 1 } }),
    row(
      'of its device whose action ran',
      async (world) => {
        const { fence, device } = await aVisit(world);
        return { params: { id: fence }, query: `deviceId=${device}&actionFired=true&late=false` };
      },
      200,
      { body: { total: 1 } },
    ),
    row(
      'of another device',
      async (world) => ({ params: { id: (await aVisit(world)).fence }, query: `deviceId=${randomUUID()}` }),
      200,
      { body: { total: 0 } },
    ),
    row(
      'of an hour',
      async (world) => ({
        params: { id: (await aVisit(world)).fence },
        query: `type=enter&from=${ago(60)}&to=${ago(-60)}`,
      }),
      200,
      {
        body: { total: 1 },
      },
    ),
    row(
      'of another type',
      async (world) => ({ params: { id: (await aVisit(world)).fence }, query: 'type=exit' }),
      200,
      {
        body: { total: 0 },
      },
    ),
    row(
      'of another day',
      async (world) => ({ params: { id: (await aVisit(world)).fence }, query: 'from=2020-01-01&to=2020-01-02' }),
      200,
      {
        body: { total: 0 },
      },
    ),
    row('at an unknown geofence', unknown, [404, 'NOT_FOUND']),
  ],
};
