import { describe, expect, test } from 'vitest';
import { circles } from '../../../lib/demo/places.ts';
import { demoTrack } from '../../../lib/device/demo-track.ts';
import { readTrack } from '../../../lib/device/track.ts';
import { distanceMeters } from '../../../shared/geo/sphere.ts';

/** Tracks from files of every form that devices and apps write. */

const t0 = Date.parse('2026-03-22T08:00:00Z');
const at = (seconds: number) => new Date(t0 + seconds * 1000).toISOString();
const read = (value: unknown) => readTrack(typeof value === 'string' ? value : JSON.stringify(value), 'ride');
const line = (coordinates: unknown, properties: object = {}) => ({
  type: 'Feature',
  geometry: { type: 'LineString', coordinates },
  properties,
});
const gpx = (inner: string) =>
  `<?xml version="1.0"?>\n<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">${inner}</gpx>`;
const trkpt = (lat: number, lon: number, inner = '') => `<trkpt lat="${lat}" lon="${lon}">${inner}</trkpt>`;

describe('GPX', () => {
  test('gives the points of its track with their times and heights, all segments in turn', () => {
    const segments = [
      [trkpt(52.5, 13.4, `<ele>34.5</ele><time>${at(0)}</time>`), trkpt(52.6, 13.5, `<time>${at(10)}</time>`)],
      [trkpt(52.7, 13.6, `<time>${at(25.5)}</time>`)],
    ];
    const track = segments.map((points) => `<trkseg>${points.join('')}</trkseg>`).join('');
    // A segment of one point is not a line.
    expect(read(gpx(`<trk>${track.replace('</trkseg><trkseg>', '')}</trk>`))).toEqual([
      { latitude: 52.5, longitude: 13.4, altitudeMeters: 34.5, seconds: 0 },
      { latitude: 52.6, longitude: 13.5, seconds: 10 },
      { latitude: 52.7, longitude: 13.6, seconds: 25.5 },
    ]);
    const two = `<trkseg>${segments[0]!.join('')}</trkseg><trkseg>${trkpt(1, 2, `<time>${at(30)}</time>`)}${trkpt(1, 3, `<time>${at(31)}</time>`)}</trkseg>`;
    expect(read(gpx(`<trk>${two}</trk>`)).map(({ seconds }) => seconds)).toEqual([0, 10, 30, 31]);
  });

  test('is about what was driven, not about what was planned or marked', () => {
    const route = '<rte><rtept lat="1" lon="1"/><rtept lat="2" lon="2"/></rte>';
    const mark = `<wpt lat="9" lon="9"><time>${at(0)}</time></wpt>`;
    const track = `<trk><trkseg>${trkpt(5, 5)}${trkpt(6, 6)}</trkseg></trk>`;
    expect(read(gpx(route + mark + track)).map(({ latitude }) => latitude)).toEqual([5, 6]);
    expect(read(gpx(route + mark)).map(({ latitude }) => latitude)).toEqual([1, 2]);
    expect(read(gpx(mark)).map(({ latitude }) => latitude)).toEqual([9]);
  });

  test.each([
    [
      'cut in the middle',
      gpx(`<trk><trkseg>${trkpt(1, 1)}`).replace('</gpx>', ''),
      /^ride is neither GPX nor GeoJSON: /,
    ],
    ['of another kind', '<kml></kml>', /^ride holds no track/],
    [
      'beyond the pole',
      gpx(`<trk><trkseg>${trkpt(91, 1)}${trkpt(1, 1)}</trkseg></trk>`),
      /^ride is no GeoJSON of a track/,
    ],
  ])('%s is refused in a sentence', (_, text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });
});

describe('GeoJSON', () => {
  test.each([
    [
      'a geometry',
      line([
        [13.4, 52.5],
        [13.5, 52.6],
      ]).geometry,
    ],
    [
      'a feature',
      line([
        [13.4, 52.5],
        [13.5, 52.6],
      ]),
    ],
    ['a collection', { type: 'FeatureCollection', features: [line([[13.4, 52.5]]), line([[13.5, 52.6]])] }],
    ['lines', { type: 'MultiLineString', coordinates: [[[13.4, 52.5]], [[13.5, 52.6]]] }],
  ])('may be %s', (_, value) => {
    expect(read(value).map(({ latitude, longitude }) => [longitude, latitude])).toEqual([
      [13.4, 52.5],
      [13.5, 52.6],
    ]);
  });

  test('without times is driven at 50 km/h', () => {
    const [, end] = read(
      line([
        [13.4, 52.5],
        [13.4, 52.6],
      ]),
    );
    expect(end!.seconds).toBeCloseTo(distanceMeters(52.5, 13.4, 52.6, 13.4) / (50 / 3.6), 6);
  });

  test('with times of all of its positions keeps them, in their order', () => {
    const coordinates = [
      [1, 1],
      [2, 2],
      [3, 3],
    ];
    const times = [at(0), at(60), at(30)];
    const seconds = (properties: object) =>
      read(line(coordinates, properties)).map((one) => [one.latitude, one.seconds]);
    const ordered = [
      [1, 0],
      [3, 30],
      [2, 60],
    ];
    expect(seconds({ coordTimes: times })).toEqual(ordered);
    expect(seconds({ coordinateProperties: { times } })).toEqual(ordered);
    expect(seconds({ coordTimes: times.slice(1) })[1]![1]).toBeGreaterThan(1000);
  });

  test('of points is a track by their times', () => {
    const dot = (latitude: number, properties: object | null) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [0, latitude] },
      properties,
    });
    const features = [
      dot(3, { time: at(20) }),
      dot(1, { recordedAt: at(0) }),
      dot(2, { timestamp: t0 + 5000 }),
      dot(9, { name: 'a place' }),
      dot(8, null),
      { type: 'Feature', geometry: null, properties: null },
    ];
    expect(read({ type: 'FeatureCollection', features })).toEqual([
      { latitude: 1, longitude: 0, seconds: 0 },
      { latitude: 2, longitude: 0, seconds: 5 },
      { latitude: 3, longitude: 0, seconds: 20 },
    ]);
  });

  test.each([
    ['no JSON', '{"type"', /^ride is neither GPX nor GeoJSON: /],
    ['an empty file', '', /^ride is neither GPX nor GeoJSON: /],
    ['something else', { hello: 1 }, /^ride is no GeoJSON of a track: /],
    [
      'a latitude of 91',
      line([
        [0, 0],
        [0, 91],
      ]),
      /geometry\.coordinates\.1: Should be longitude and latitude/,
    ],
    ['a text as position', line([['0', '0']]), /geometry\.coordinates\.0\.0: /],
    [
      'a polygon',
      { type: 'Polygon', coordinates: [] },
      /^ride holds no track: neither a line, nor points with times\.$/,
    ],
    ['no feature', { type: 'FeatureCollection', features: [] }, /^ride holds no track/],
  ])('%s is refused in a sentence', (_, value, sentence) => {
    expect(() => read(value)).toThrow(sentence);
  });
});

test('the demo drives through its place, outside at both ends, and ends where it began', () => {
  const points = demoTrack();
  const [longitude, latitude] = circles[0]!.at;
  const { radiusMeters } = circles[0]!;
  const distances = points.map((point) => distanceMeters(latitude, longitude, point.latitude, point.longitude));
  const inside = distances.map((meters) => meters <= radiusMeters);
  expect([inside[0], inside.at(-1), inside.filter(Boolean).length]).toEqual([false, false, 5]);
  // One stay: it enters once and leaves once.
  expect(inside.filter((is, i) => is !== (inside[i - 1] ?? false))).toHaveLength(2);
  const { seconds: _, ...first } = points[0]!;
  expect(points.at(-1)).toMatchObject(first);
  for (const [i, { seconds }] of points.entries()) expect(seconds).toBe(i * 5);
});
