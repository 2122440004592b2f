import { describe, expect, test } from 'vitest';
import { readSchema } from '../../../shared/forms/read-schema.ts';
import { validate } from '../../../shared/forms/validate.ts';
import { parseExactly } from '../../../shared/json/exact.ts';

const options = ['a', 'b', 'c'].map((value) => ({ value, label: value }));
const field = (id: string, type: string, more: object = {}) => ({ id, type, label: id, ...more });

function check(fields: readonly object[], data: object) {
  const read = readSchema({ title: 'A form', fields });
  if (read.failures) throw new Error(JSON.stringify(read.failures));
  const result = validate(read.schema, data as never, ['body', 'data'], '2026-03-17');
  const failures = result.failures.all.map(({ type, loc }) => `${type} ${loc.slice(2).join('.')}`);
  return { ...result, failed: failures };
}
const one = (type: string, value: unknown, more: object = {}) => check([field('x', type, more)], { x: value }).failed;

describe('values of each type', () => {
  const right: [string, unknown[], object?][] = [
    ['text', ['a', 'صباح', '👩‍👩‍👧', 'e\u0301']],
    ['email', ['a@b.example']],
    ['phone', ['+593 2 123 4567']],
    ['number', [0, -1.5, 1e300]],
    ['integer', [3, -7]],
    ['date', ['2024-02-29', '0001-01-01']],
    ['time', ['00:00', '23:59:59']],
    ['datetime', ['2026-03-17T14:35:00Z', '2026-03-17T14:35+05:30', '2026-03-17T14:35:09.123']],
    ['boolean', [true, false]],
    ['select_one', ['a'], { options }],
    ['select_one_other', ['b', { other: 'Something else' }], { options }],
    ['select_multiple', [['a', 'c']], { options }],
    [
      'geopoint',
      [
        { latitude: -90, longitude: 180 },
        { latitude: 1, longitude: 2, altitude: null, accuracy: 0 },
      ],
    ],
    [
      'geotrace',
      [
        {
          points: [
            { latitude: 0, longitude: 0 },
            { latitude: 0, longitude: 1, timestamp: '2026-03-17T14:35:00Z' },
          ],
        },
      ],
    ],
    [
      'route',
      [
        {
          points: [{ latitude: 0, longitude: 0, timestamp: '2026-03-17T14:35:00Z', speed: null, heading: 359 }],
          pauses: [{ paused_at: '2026-03-17T14:35:00Z', resumed_at: null }],
          started_at: '2026-03-17T14:35:00Z',
          distance_meters: 3,
        },
      ],
    ],
    ['photo', ['IMG 1.jpg']],
    ['hidden', ['x', 1, true]],
    ['note', [null, '']],
  ];
  test.each(right)('%s', (type, values, more) => {
    for (const value of values) expect(one(type, value, more), JSON.stringify(value)).toEqual([]);
  });

  const refused: [string, unknown, string[], object?][] = [
    ['text', 5, ['type_error x']],
    ['email', 'nobody', ['format x']],
    ['number', '5', ['type_error x']],
    ['integer', 1.5, ['type_error x']],
    ['date', '2026-02-29', ['format x']],
    ['date', '2026-2-9', ['format x']],
    ['time', '24:00', ['format x']],
    ['datetime', '2026-03-17', ['format x']],
    ['boolean', 'true', ['type_error x']],
    ['select_one', 'z', ['option x'], { options }],
    ['select_one_other', { other: '' }, ['missing x.other'], { options }],
    ['select_multiple', ['a', 'z', 'a', 1], ['option x.1', 'option x.2', 'type_error x.3'], { options }],
    ['geopoint', { latitude: 91, lng: 1 }, ['unknown_field x.lng', 'too_large x.latitude', 'missing x.longitude']],
    ['geotrace', { points: [{ latitude: 0, longitude: 0 }] }, ['too_short x.points']],
    ['route', { points: [{ latitude: 0, longitude: 0 }] }, ['missing x.points.0.timestamp']],
    ['photo', {}, ['type_error x']],
    ['hidden', { a: 1 }, ['type_error x']],
    ['note', 'x', ['unknown_field x']],
  ];
  test.each(refused)('%s refuses %j', (type, value, failed, more) => {
    expect(one(type, value, more)).toEqual(failed);
  });

  test('numbers are stored as they were written, and judged as numbers', () => {
    const data = parseExactly('{"n":1.0,"big":613196570357137407}') as object;
    const { failed, data: kept } = check([field('n', 'integer'), field('big', 'integer')], data);
    expect(failed).toEqual([]);
    expect(JSON.stringify(kept)).toBe('{"n":1.0,"big":613196570357137407}');
    expect(one('number', (parseExactly('{"n":1e400}') as { n: unknown }).n)).toEqual(['type_error x']);
  });
});

describe('rules', () => {
  test('each has its own type of failure, and a message of its own replaces the text', () => {
    const rules: [string, unknown, object, string][] = [
      ['number', 1, { min: 2 }, 'too_small'],
      ['date', '2026-03-18', { max: '2026-03-17' }, 'too_large'],
      ['time', '08:59', { min: '09:00' }, 'too_small'],
      ['datetime', '2026-03-17T12:00:00+02:00', { min: '2026-03-17T10:00:01Z' }, 'too_small'],
      ['text', '👍', { min_length: 2 }, 'too_short'],
      ['text', 'abc', { max_length: 2 }, 'too_long'],
      ['text', 'abc', { pattern: '^[0-9]+$' }, 'pattern'],
      ['select_multiple', ['a'], { min_selected: 2 }, 'too_short'],
      ['geopoint', { latitude: 0, longitude: 0, accuracy: 11 }, { max_accuracy: 10 }, 'accuracy'],
    ];
    for (const [type, value, validation, failed] of rules) {
      const more = {
        validation: { ...validation, message: 'So not.' },
        ...(type.startsWith('select') ? { options } : {}),
      };
      const { failures } = check([field('x', type, more)], { x: value });
      expect(failures.all.map((one) => [one.type, one.msg])).toEqual([[failed, 'So not.']]);
    }
    expect(one('geopoint', { latitude: 0, longitude: 0 }, { validation: { max_accuracy: 10 } })).toEqual([
      'accuracy x.accuracy',
    ]);
  });

  // A backtracking search would take longer than the age of the universe for each of these.
  const evil = [
    '^(a+)+$',
    '^(a|a)*$',
    '^(a|aa)+$',
    '^(a*)*$',
    '^([a-z]+)*[A-Z]$',
    '(a+a+)+X$',
    '(.*a){20}X',
    '(?i)^(A?){30}a{30}X$',
  ];
  test.each(evil)('a text of 50 kB is searched for %s in time that grows with the text', (pattern) => {
    const wrong = `${'a'.repeat(50_000)}!`;
    expect(one('text', wrong, { validation: { pattern } })).toEqual(['pattern x']);
  });

  test('hidden fields are neither required nor checked, and are not stored', () => {
    const fields = [
      field('has', 'boolean'),
      field('age', 'integer', { required: true, visible_if: { field: 'has', op: 'eq', value: true } }),
      field('old', 'text', { required: true, visible_if: { field: 'age', op: 'gte', value: 18 } }),
    ];
    expect(check(fields, { has: false, age: 'x', old: 'y' })).toMatchObject({ failed: [], data: { has: false } });
    expect(check(fields, { has: false, age: 'x', old: 'y' }).data).toEqual({ has: false });
    expect(check(fields, { has: true, age: 20 }).failed).toEqual(['missing old']);
  });

  test('rows of a repeat stand alone, and failures name the row', () => {
    const members = field('members', 'repeat', {
      validation: { min_items: 2, max_items: 3 },
      fields: [
        field('age', 'integer', { required: true, validation: { min: 0 } }),
        field('school', 'text', { required_if: { field: 'age', op: 'lt', value: 18 } }),
      ],
    });
    const { failed } = check([members], { members: [{ age: 3 }, { age: -1, school: 'x' }, {}, 5] });
    expect(failed).toEqual([
      'too_long members',
      'missing members.0.school',
      'too_small members.1.age',
      'missing members.2.age',
      'type_error members.3',
    ]);
    expect(check([members], { members: Array.from({ length: 1001 }, () => ({})) }).failed).toEqual([
      'too_long members',
    ]);
  });

  test('calculations replace what was sent, and a missing operand or a division by zero gives null', () => {
    const ref = (id: string) => ({ field: id });
    const calc = (id: string, calculate: unknown) => field(id, 'calculated', { calculate });
    const fields = [
      field('a', 'number'),
      field('b', 'number'),
      field('rows', 'repeat', { fields: [field('n', 'number'), calc('twice', { op: 'mul', args: [ref('n'), 2] })] }),
      calc('ratio', { op: 'div', args: [ref('a'), ref('b')] }),
      calc('rounded', { op: 'round', args: [{ op: 'div', args: [ref('a'), 3] }, 2] }),
      calc('half', { op: 'round', args: [1.005, 2] }),
      calc('total', { op: 'sum', args: [ref('twice')] }),
      calc('number', { op: 'count', args: [ref('rows')] }),
      calc('day', { op: 'today' }),
      calc('words', {
        op: 'concat',
        args: [ref('a'), ' of ', { op: 'if', args: [{ field: 'b', op: 'answered' }, ref('b'), 'none'] }],
      }),
    ];
    expect(check(fields, { a: 10, b: 0, ratio: 99, rows: [{ n: 1 }, { n: 2, twice: 0 }, {}] }).data).toEqual({
      a: 10,
      b: 0,
      rows: [{ n: 1, twice: 2 }, { n: 2, twice: 4 }, { twice: null }],
      ratio: null,
      rounded: 3.33,
      half: 1.01,
      total: 6,
      number: 3,
      day: '2026-03-17',
      words: '10 of 0',
    });
    expect(check(fields, {}).data).toMatchObject({ ratio: null, rounded: null, total: 0, number: 0, words: null });
  });

  test('keys that are no field are named at every level, __proto__ too', () => {
    const data = JSON.parse('{"__proto__":1,"g":{"nam":"x"},"constructor":2}') as object;
    const { failed, failures } = check([field('g', 'group', { fields: [field('name', 'text')] })], data);
    expect(failed).toEqual(['unknown_field g.nam', 'unknown_field __proto__', 'unknown_field constructor']);
    expect(failures.all[0]?.msg).toContain('did you mean "name"?');
  });

  test('rules that take too many steps are refused, not run', () => {
    const args = Array.from({ length: 100 }, () => ({ field: 'n' }));
    const calculated = Array.from({ length: 50 }, (_, i) =>
      field(`c${i}`, 'calculated', { calculate: { op: 'add', args } }),
    );
    const fields = [field('rows', 'repeat', { fields: [field('n', 'number'), ...calculated] })];
    const rows = Array.from({ length: 1000 }, () => ({ n: 1 }));
    expect(check(fields, { rows }).failed).toEqual(['too_large ']);
    expect(check(fields, { rows: rows.slice(0, 100) }).failed).toEqual([]);
  });

  test('long searches count as many steps', () => {
    const any = Array.from({ length: 100 }, (_, i) => ({ field: 'long', op: 'contains', value: `no${i}` }));
    const inner = Array.from({ length: 20 }, (_, i) => field(`i${i}`, 'text', { visible_if: { any } }));
    const fields = [field('long', 'text'), field('rows', 'repeat', { fields: inner })];
    const data = { long: 'x'.repeat(500_000), rows: [{}, {}, {}] };
    expect(check(fields, data).failed).toEqual(['too_large ']);
  });

  test('places are returned with their path, unless they are hidden or invalid', () => {
    const gps = field('gps', 'geopoint', { within_geofence: { tag: 'x' } });
    const spot = field('spot', 'geopoint', {
      within_geofence: { geofence_id: 'y' },
      visible_if: { field: 'on', op: 'eq', value: true },
    });
    const fields = [field('on', 'boolean'), gps, field('rows', 'repeat', { fields: [spot] })];
    const here = { latitude: 1, longitude: 2 };
    const paths = (data: object) => check(fields, data).places.map(({ path }) => path);
    expect(paths({ on: true, gps: here, rows: [{}, { spot: here }] })).toEqual(['gps', 'rows[1].spot']);
    expect(paths({ on: false, gps: { latitude: 1 }, rows: [{ spot: here }] })).toEqual([]);
  });
});
