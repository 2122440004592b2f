import { gpx as readGpx } from '@tmcw/togeojson';
import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../shared/json/exact.ts';
import { gpxHead, gpxTail, tracksOf } from '../../../shared/sheets/gpx.ts';
import { requireValidGpx } from './gpx-schema.ts';
import { filled, layoutOf } from './survey.ts';

const route = { id: 'way', type: 'route', label: 'Way' };
const layout = layoutOf([route]);

function documentOf(data: JsonObject, form = 'Patrol', of = layout) {
  const text = gpxHead(form) + [...tracksOf(form, of, filled(data))].join('') + gpxTail;
  const document = new DOMParser({
    onError: (level, message) => {
      throw new Error(`${level}: ${message}`);
    },
  }).parseFromString(text, 'text/xml');
  requireValidGpx(text);
  return { text, document };
}

const at = (minute: number) => `2026-03-17T10:${String(minute).padStart(2, '0')}:00Z`;
const point = (minute: number, more: object = {}) => ({
  latitude: minute / 100,
  longitude: -78.5,
  timestamp: at(minute),
  ...more,
});

const segments = (data: JsonObject) =>
  [...documentOf(data).document.getElementsByTagName('trkseg')].map((one) => one.getElementsByTagName('trkpt').length);

test('a route is a track with its points, read back by another reader', () => {
  const points = [point(0, { altitude: 2850.5 }), point(1, { altitude: 2851 })];
  const { document } = documentOf({ way: { points } });
  const [feature] = readGpx(document as never).features;
  expect(feature!.geometry).toEqual({
    type: 'LineString',
    coordinates: [
      [-78.5, 0, 2850.5],
      [-78.5, 0.01, 2851],
    ],
  });
  expect(feature!.properties).toMatchObject({
    name: `Patrol, Way, ${filled({}).id}`,
    coordinateProperties: { times: [at(0), at(1)] },
  });
});

describe('a new segment begins', () => {
  const points = [0, 1, 5, 6].map((minute) => point(minute));

  test('at a pause between two points', () => {
    expect(segments({ way: { points, pauses: [{ paused_at: at(1), resumed_at: at(5) }] } })).toEqual([2, 2]);
    expect(segments({ way: { points, pauses: [{ paused_at: at(2), resumed_at: at(4) }] } })).toEqual([2, 2]);
  });

  test('at both ends of a pause in which points were recorded', () => {
    const more = [0, 1, 2, 3, 5, 6].map((minute) => point(minute));
    expect(segments({ way: { points: more, pauses: [{ paused_at: at(1), resumed_at: at(4) }] } })).toEqual([2, 2, 2]);
  });

  test('at a pause that has not ended, and nowhere without pauses', () => {
    expect(segments({ way: { points, pauses: [{ paused_at: at(5) }] } })).toEqual([3, 1]);
    expect(segments({ way: { points } })).toEqual([4]);
  });

  test('at none that lies before or behind all points, whatever its offset', () => {
    const pauses = [
      { paused_at: '2026-03-17T09:00:00+00:00', resumed_at: '2026-03-17T10:59:00+01:00' },
      { paused_at: at(6), resumed_at: at(9) },
    ];
    expect(segments({ way: { points, pauses } })).toEqual([4]);
  });
});

test('names of any script, and characters that XML does not allow, make a valid document', () => {
  const odd = layoutOf([{ ...route, label: 'ש <a> & "b" ]]> 🦊 \u0007' }]);
  const { document } = documentOf({ way: { points: [point(0)] } }, 'Ünï <&> e\u0301', odd);
  const names = [...document.getElementsByTagName('name')].map(({ textContent }) => textContent);
  expect(names[0]).toBe('Ünï <&> e\u0301');
  expect(names[1]).toContain('ש <a> & "b" ]]> 🦊 ');
});

test('coordinates at the edges and times with any offset are as the schema wants them', () => {
  const points = [
    { latitude: 90, longitude: 180, timestamp: '2026-03-17T23:30:00-05:00', altitude: 1e-9 },
    { latitude: -90, longitude: -180, timestamp: '2026-03-18T04:31:00.5Z', altitude: 1e21 },
  ];
  const { text } = documentOf({ way: { points } });
  expect(text).toContain('<trkpt lat="90" lon="-180"><ele>0.000000001</ele><time>2026-03-18T04:30:00Z</time>');
  expect(text).toContain('<ele>1000000000000000000000</ele><time>2026-03-18T04:31:00.500Z</time>');
});

test('times whose year has no four digits in UTC are left out, and so is the year 0', () => {
  const times = [
    '9999-12-31T23:59:59-14:00',
    '0000-01-01T00:00:00+14:00',
    '0000-06-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
  ];
  const { document } = documentOf({ way: { points: times.map((timestamp) => ({ ...point(0), timestamp })) } });
  expect([...document.getElementsByTagName('time')].map(({ textContent }) => textContent)).toEqual([times[3]]);
});

test('routes of repeats have the place of their row; a form without routes gives a valid file without tracks', () => {
  const legs = layoutOf([{ id: 'legs', type: 'repeat', label: 'Legs', fields: [route] }]);
  const { document } = documentOf(
    { legs: [{ way: { points: [point(0)] } }, {}, { way: { points: [point(1)] } }] },
    'P',
    legs,
  );
  const names = [...document.getElementsByTagName('trk')].map(
    (one) => one.getElementsByTagName('name')[0]!.textContent,
  );
  expect(names).toEqual([`P, Way, ${filled({}).id}, 0`, `P, Way, ${filled({}).id}, 2`]);
  const none = documentOf({ a: 'x' }, 'P', layoutOf([{ id: 'a', type: 'text', label: 'A' }]));
  expect(none.document.getElementsByTagName('trk')).toHaveLength(0);
});
