import { randomUUID } from 'node:crypto';
import { type Call, row, text } from './call.ts';

/** Rows of `POST /geofences/simulate`. */

const place = { latitude: 1, longitude: 2 };
const draft = { name: 'Planned', ...place, radiusMeters: 100 };
const point = (minutes: number, more: object = {}) => ({
  ...place,
  recordedAt: `2026-03-20T08:${String(minutes).padStart(2, '0')}:00Z`,
  ...more,
});
const away = { latitude: 1.1 };
const span = { from: '2026-03-20T00:00:00Z', to: '2026-03-21T00:00:00Z' };
const none = { enter: 0, exit: 0, dwell: 0, cross: 0, actionsFired: 0 };
const refused = (title: string, body: object, type: string, ...loc: (string | number)[]) =>
  row(title, { body }, [422, 'VALIDATION_ERROR'], { body: { detail: [{ type, loc: ['body', ...loc], msg: text }] } });

export const simulateCalls: Readonly<Record<string, readonly Call[]>> = {
  'geofences/simulate': [
    row(
      'a planned geofence',
      { body: { geofences: [draft], track: [point(2, away), point(1), point(0, away), point(1, away)] } },
      200,
      {
        body: {
          pointsEvaluated: 3,
          summary: { ...none, enter: 1, exit: 1, actionsFired: 1 },
          events: [
            {
              type: 'enter',
              geofenceId: null,
              deviceId: null,
              occurredAt: '2026-03-20T08:01:00Z',
              actionFired: true,
              suppressedBy: null,
            },
            {
              type: 'exit',
              geofenceId: null,
              deviceId: null,
              occurredAt: '2026-03-20T08:02:00Z',
              actionFired: false,
              suppressedBy: 'TRIGGER_ON',
            },
          ],
          truncated: false,
        },
      },
    ),
    row(
      'a stored one, as it would be with another radius',
      async (world) => {
        const { id } = await world.fence({ ...place, radiusMeters: 100 });
        return { body: { geofences: [{ id }, { id, radiusMeters: 50_000 }], track: [point(0, away)] } };
      },
      200,
      { body: { pointsEvaluated: 1, summary: { ...none, enter: 1, actionsFired: 1 } } },
    ),
    row(
      'one that is inactive',
      async (world) => {
        const { id } = await world.fence({ ...place, status: 'inactive' });
        return { body: { geofences: [{ id }], track: [point(0)] } };
      },
      200,
      { body: { summary: none, events: [] } },
    ),
    row('from within', { body: { geofences: [draft], track: [point(0, away)], startState: 'inside' } }, 200, {
      body: { summary: { ...none, exit: 1 } },
    }),
    row('an unknown geofence', { body: { geofences: [{ id: randomUUID() }], track: [point(0)] } }, [404, 'NOT_FOUND'], {
      body: { details: { resource: 'geofence' } },
    }),
    row('an unknown device', { body: { geofences: [draft], deviceIds: [randomUUID()], ...span } }, [404, 'NOT_FOUND'], {
      body: { details: { resource: 'device' } },
    }),
    refused('neither track nor devices', { geofences: [draft] }, 'missing', 'track'),
    refused('both', { geofences: [draft], track: [point(0)], deviceIds: ['d'], ...span }, 'conflict', 'track'),
    refused('devices without a time span', { geofences: [draft], deviceIds: ['d'], from: span.from }, 'missing', 'to'),
    refused('a track with a span', { geofences: [draft], track: [point(0)], to: span.to }, 'conflict', 'to'),
    refused(
      'a span of 32 days',
      { geofences: [draft], deviceIds: ['d'], from: span.from, to: '2026-04-21T00:00:00Z' },
      'too_large',
      'to',
    ),
    refused(
      'a span that ends before it begins',
      { geofences: [draft], deviceIds: ['d'], from: span.to, to: span.from },
      'conflict',
      'to',
    ),
    refused('no geofences', { geofences: [], track: [point(0)] }, 'too_short', 'geofences'),
    refused('21 geofences', { geofences: Array(21).fill(draft), track: [point(0)] }, 'too_long', 'geofences'),
    refused('no name and no id', { geofences: [place], track: [point(0)] }, 'missing', 'geofences', 0, 'name'),
    row('nowhere', { body: { geofences: [draft, { name: 'N' }], track: [point(0)] } }, [422, 'VALIDATION_ERROR'], {
      body: {
        detail: ['geometry', 'latitude', 'longitude'].map((field) => ({
          type: 'missing',
          loc: ['body', 'geofences', 1, field],
          msg: text,
        })),
      },
    }),
    refused('a point without a time', { geofences: [draft], track: [place] }, 'missing', 'track', 0, 'recordedAt'),
    refused(
      'a receiver without a fix',
      { geofences: [draft], track: [point(0, { latitude: 0, longitude: 0 })] },
      'custom',
      'track',
      0,
      'latitude',
    ),
    refused('10,001 points', { geofences: [draft], track: Array(10_001).fill({}) }, 'too_long', 'track'),
  ],
};
