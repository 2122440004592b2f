import { expect, test } from 'vitest';
import type { JsonObject } from '../../../shared/json/exact.ts';
import { parseExactly } from '../../../shared/json/exact.ts';
import { featuresOf } from '../../../shared/sheets/geojson.ts';
import { attachment, fileNameOf, repeatNames } from '../../../shared/sheets/names.ts';
import { filled, layoutOf, text } from './survey.ts';

const { id, formId } = filled({});
const place = { id: 'gps', type: 'geopoint', label: 'GPS' };

const features = (fields: readonly object[], data: JsonObject) =>
  // As a reader of the file sees them.
  JSON.parse(JSON.stringify([...featuresOf(layoutOf(fields), filled(data))]));

test('a point is a feature with all fields that say no place', () => {
  const fields = [
    text('full_name', 'Full Name'),
    text('empty', 'Empty'),
    place,
    { id: 'end', type: 'geotrace', label: 'T' },
  ];
  const given = features(fields, {
    full_name: 'Maria Lopez',
    gps: { latitude: -0.2295, longitude: -78.5243, altitude: 2850 },
  });
  expect(given).toEqual([
    {
      type: 'Feature',
      id: `${id}/gps`,
      geometry: { type: 'Point', coordinates: [-78.5243, -0.2295, 2850] },
      properties: {
        submission_id: id,
        form_id: formId,
        field_id: 'gps',
        collected_at: '2026-03-17T14:35:00Z',
        full_name: 'Maria Lopez',
        empty: null,
      },
    },
  ]);
});

test('a trace is a line; it has altitudes if every point has one', () => {
  const trace = { id: 't', type: 'geotrace', label: 'T' };
  const points = [
    { latitude: 1, longitude: 2, altitude: 3 },
    { latitude: 4, longitude: 5 },
  ];
  expect(features([trace], { t: { points } })[0].geometry).toEqual({
    type: 'LineString',
    coordinates: [
      [2, 1],
      [5, 4],
    ],
  });
  const high = points.map((point) => ({ ...point, altitude: 9 }));
  expect(features([trace], { t: { points: high } })[0].geometry.coordinates).toEqual([
    [2, 1, 9],
    [5, 4, 9],
  ]);
});

test('a route has its telemetry, point by point', () => {
  const way = { id: 'way', type: 'route', label: 'Way' };
  const pauses = [{ paused_at: '2026-03-17T10:00:30Z', resumed_at: '2026-03-17T10:00:40Z' }];
  const points = [
    { latitude: 1, longitude: 2, altitude: 3, timestamp: '2026-03-17T10:00:00Z', speed: 1.5, heading: 90, accuracy: 4 },
    { latitude: 2, longitude: 3, timestamp: '2026-03-17T10:01:00Z' },
  ];
  const [feature] = features([way], {
    way: { points, pauses, started_at: '2026-03-17T10:00:00Z', distance_meters: 12.5 },
  });
  expect(feature.geometry).toEqual({
    type: 'LineString',
    coordinates: [
      [2, 1],
      [3, 2],
    ],
  });
  expect(feature.properties.telemetry).toEqual({
    timestamps: ['2026-03-17T10:00:00Z', '2026-03-17T10:01:00Z'],
    speeds: [1.5, null],
    headings: [90, null],
    accuracies: [4, null],
    altitudes: [3, null],
    pauses,
    started_at: '2026-03-17T10:00:00Z',
    ended_at: null,
    distance_meters: 12.5,
    duration_seconds: null,
  });
});

test('a route of one point is a line with two equal positions', () => {
  const way = { id: 'way', type: 'route', label: 'Way' };
  const [feature] = features([way], {
    way: { points: [{ latitude: 1, longitude: 2, timestamp: '2026-03-17T10:00:00Z' }] },
  });
  expect(feature.geometry.coordinates).toEqual([
    [2, 1],
    [2, 1],
  ]);
});

test('a point in a repeat has the place of its row and the answers of that row', () => {
  const repeat = { id: 'trees', type: 'repeat', label: 'Trees', fields: [text('kind', 'Kind'), place] };
  const data = {
    owner: 'Ana',
    trees: [
      { kind: 'oak', gps: { latitude: 1, longitude: 2 } },
      { kind: 'elm' },
      { gps: { latitude: 3, longitude: 4 } },
    ],
  };
  const given = features([text('owner', 'Owner'), repeat], data);
  expect(given.map((one: { id: string }) => one.id)).toEqual([`${id}/gps/0`, `${id}/gps/2`]);
  expect(given[0].properties).toMatchObject({ row_index: 0, owner: 'Ana', kind: 'oak' });
  expect(given[1].properties).toMatchObject({ row_index: 2, owner: 'Ana', kind: null });
  expect(given[0].properties).not.toHaveProperty('trees');
  const visits = { id: 'visits', type: 'repeat', label: 'Visits', fields: [text('by', 'By')] };
  const beside = features([repeat, visits], { ...data, visits: [{ by: 'Bea' }] });
  expect(beside[0].properties, 'rows of another repeat').not.toHaveProperty('visits');
  const ofAll = features([repeat, { ...place, id: 'door' }], {
    ...data,
    owner: undefined,
    door: { latitude: 1, longitude: 2 },
  });
  expect(ofAll.at(-1).properties.trees).toEqual([{ kind: 'oak' }, { kind: 'elm' }, {}]);
});

test('fields that are named like other properties keep both', () => {
  const fields = [
    text('collected_at', 'A'),
    text('telemetry', 'B'),
    text('telemetry_', 'C'),
    text('constructor', 'D'),
    place,
  ];
  const [feature] = features(fields, {
    collected_at: 'x',
    telemetry: 'y',
    telemetry_: 'z',
    gps: { latitude: 1, longitude: 2 },
  });
  expect(feature.properties).toMatchObject({
    collected_at: '2026-03-17T14:35:00Z',
    collected_at_: 'x',
    telemetry__: 'y',
    telemetry_: 'z',
    constructor: null,
  });
});

test('numbers keep their digits', () => {
  const data = parseExactly('{"n": 613196570357137407, "gps": {"latitude": 1.10, "longitude": 2.0}}') as JsonObject;
  const fields = [{ id: 'n', type: 'number', label: 'N' }, place];
  const written = JSON.stringify([...featuresOf(layoutOf(fields), filled(data))]);
  expect(written).toContain('"coordinates":[2.0,1.10]');
  expect(written).toContain('"n":613196570357137407');
});

test('a form without answered places gives no features', () => {
  expect(features([text('a', 'A'), place], { a: 'x', gps: null })).toEqual([]);
});

test('names of files keep letters and digits of any script', () => {
  expect(fileNameOf('Household Survey')).toBe('Household_Survey');
  expect(fileNameOf('Étude n° 7/b: “Eau” ماء 水 🦊')).toBe('Étude_n__7_b___Eau__ماء_水__');
  expect(fileNameOf('../../etc/passwd')).toBe('______etc_passwd');
  expect([...fileNameOf('w'.repeat(255))]).toHaveLength(100);
  // File systems allow 255 bytes, including the prefix and suffix of the name.
  expect(Buffer.byteLength(fileNameOf('水'.repeat(255)))).toBe(180);
  expect(fileNameOf('Cafe\u0301')).toBe('Caf\u00e9');
});

test('names of repeats differ, also where letter case does not count', () => {
  expect(repeatNames('F', ['members', 'Members'])).toEqual(['F_members', 'F_Members_Members']);
});

test('a header names a file of any script', () => {
  expect(attachment('Survey.gpx')).toBe('attachment; filename="Survey.gpx"');
  expect(attachment('水 (1).zip')).toBe(`attachment; filename="_ (1).zip"; filename*=UTF-8''%E6%B0%B4%20%281%29.zip`);
});
