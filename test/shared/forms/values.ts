/** Values of each type of field, some of which are wrong. */

export const texts = ['text', 'textarea', 'email', 'phone', 'barcode'];
export const media = ['photo', 'audio', 'video', 'signature', 'file'];

/** Right ones in ascending order; the last two are one instant. */
export const moments = {
  date: ['0001-01-01', '1999-12-31', '2024-02-29', '2026-03-17'],
  time: ['00:00', '08:59:59', '09:00', '23:59:59'],
  datetime: ['1969-12-31T23:59:59Z', '2026-03-17T14:35:00+14:00', '2026-03-17T14:35:00Z', '2026-03-17T09:05:00-05:30'],
} as const;

const wrongMoments = {
  date: ['2026-02-29', '2026-04-31', '2026-3-17', '17.03.2026', '2026-03-17T00:00:00Z', '12026-03-17'],
  time: ['24:00', '9:00', '09:60', '09:00:60', '09:00Z', '09:00:00.5'],
  datetime: [
    '2026-03-17',
    '2026-02-30T00:00:00Z',
    '2026-03-17T24:00:00Z',
    '2026-03-17T14:35:00+24:00',
    '2026-03-17 14:35',
  ],
};

const point = { latitude: -0.2295, longitude: -78.5243 };
const timed = { ...point, timestamp: '2026-03-17T14:35:00Z' };
const points: readonly unknown[] = [
  point,
  { latitude: 90, longitude: -180, altitude: null, accuracy: 0 },
  { ...point, altitude: -413.5, accuracy: 7 },
  { ...point, accuracy: 300 },
  { latitude: 90.1, longitude: 1 },
  { latitude: 1, longitude: -180.5, accuracy: -1 },
  { latitude: '1', longitude: null },
  { ...point, lng: 1, timestamp: '2026-03-17T14:35:00Z' },
  [1, 2],
];
const traces: readonly unknown[] = [
  { points: [point, timed] },
  { points: [timed, { ...point, timestamp: 'yesterday' }] },
  { points: [point] },
  { points: [point, 5, { ...point, speed: 1 }] },
  { points: {} },
  { pts: [point, point] },
];
const routes: readonly unknown[] = [
  { points: [{ ...timed, speed: 1.5, heading: 360, altitude: 2850, accuracy: 3 }] },
  { points: [timed, timed], pauses: [{ paused_at: '2026-03-17T14:36:00Z' }], started_at: '2026-03-17T14:35:00Z' },
  { points: [timed], pauses: null, ended_at: '2026-03-17T14:35:00+05:30', distance_meters: 0, duration_seconds: 5.5 },
  { points: [point], pauses: [{ resumed_at: 'then' }, 1], started_at: 5 },
  { points: [{ ...timed, speed: -1, heading: 361, colour: 'red' }], distance_meters: -1, duration_seconds: 'long' },
  { points: [] },
  {},
];
const ofText = ['a', 'b', 'ab', 'x7', 'long text', 'صباح', '👩‍👩‍👧', 'e\u0301', 'a@b.example', '@', 'a b@c'];
const ofMedia = ['IMG 1.jpg', 'x'.repeat(255), 'x'.repeat(256), 5, ['a.jpg']];
const ofOther = ['a', 'z', { other: 'Something' }, { other: '' }, { other: 5 }, { another: 'x' }, {}];

export const valuesOfTypes: Readonly<Record<string, readonly unknown[]>> = {
  ...Object.fromEntries(texts.map((type) => [type, ofText])),
  ...Object.fromEntries(media.map((type) => [type, ofMedia])),
  number: [0, 1, 1.5, 1.75, 2, 9, 1e300, -1],
  integer: [0, 1, 1.5, 2, 9, 10, -3, '1'],
  date: [...moments.date, ...wrongMoments.date],
  time: [...moments.time, ...wrongMoments.time],
  datetime: [...moments.datetime, ...wrongMoments.datetime],
  boolean: [true, false, 'true', 0],
  select_one: ['a', 'b', 'z', ['a'], 1],
  select_one_other: ofOther,
  select_multiple: [['a'], ['a', 'b'], ['c', 'b', 'a'], ['a', 'z'], ['b', 'b', 1], 'a'],
  geopoint: points,
  geotrace: traces,
  route: routes,
  hidden: ['x', 1, true, { a: 1 }, [1]],
  note: [null, '', 'x'],
  divider: [null, [], 1],
};
