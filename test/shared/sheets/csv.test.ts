import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../shared/json/exact.ts';
import { parseExactly } from '../../../shared/json/exact.ts';
import { mainSheet, repeatSheet } from '../../../shared/sheets/csv.ts';
import type { Filled } from '../../../shared/sheets/filled.ts';
import { runs } from '../../support/thorough.ts';
import { filled, layoutOf, readCsv, text } from './survey.ts';

const leading = ['submission_id', 'collected_at', 'received_at', 'submitted_by', 'device_id', 'version_num'];

/** The columns of fields, and the cells of one submission in them. */
function table(fields: readonly object[], data: JsonObject, more: Partial<Filled> = {}) {
  const sheet = mainSheet(layoutOf(fields));
  const [header = [], row = []] = readCsv(sheet.header + sheet.rowsOf(filled(data, more)));
  return Object.fromEntries(header.map((name, i) => [name, row[i]]));
}

const choices = [
  { value: 'A', label: 'Ay' },
  { value: 'B', label: 'Bee' },
  { value: 'C', label: 'Cee' },
];

describe('a table of submissions', () => {
  test('begins with what is known of each submission', () => {
    expect(table([text('name', 'Name')], { name: 'Maria' }, { deviceId: 'd1', num: 3 })).toEqual({
      submission_id: filled({}).id,
      collected_at: '2026-03-17T14:35:00Z',
      received_at: '2026-03-17T14:35:09.250Z',
      submitted_by: 'user_0d0c4c1e-8a52-7d40-9a51-3f2d6c0e8b11',
      device_id: 'd1',
      version_num: '3',
      Name: 'Maria',
    });
  });

  test('has a value for each type of field, and nothing for notes, dividers and groups', () => {
    const fields = [
      { id: 'n', type: 'number', label: 'N' },
      { id: 'yes', type: 'boolean', label: 'Yes?' },
      { id: 'when', type: 'datetime', label: 'When' },
      { id: 'one', type: 'select_one', label: 'One', options: choices },
      { id: 'other', type: 'select_one_other', label: 'Other', options: choices },
      { id: 'many', type: 'select_multiple', label: 'Many', options: choices },
      { id: 'place', type: 'geopoint', label: 'Place' },
      { id: 'trace', type: 'geotrace', label: 'Trace' },
      { id: 'hint', type: 'note', label: 'Read this' },
      { id: 'line', type: 'divider' },
      { id: 'source', type: 'hidden' },
      { id: 'home', type: 'group', label: 'Home', fields: [text('street', 'Street')] },
      { id: 'twice', type: 'calculated', label: 'Twice', calculate: { op: 'mul', args: [{ field: 'n' }, 2] } },
    ];
    const data =
      parseExactly(`{"n": 1.50, "yes": false, "when": "2026-03-17T14:35:00+01:00", "one": "A", "other": {"other": "=x"},
      "many": ["A", "B", "C"], "place": {"latitude": -0.2295, "longitude": -78.5243, "accuracy": 4.0},
      "trace": {"points": [{"latitude": 1, "longitude": 2.10}, {"latitude": 3e-7, "longitude": 4}]}, "source": "qr",
      "home": {"street": "Rue d’Or"}, "twice": 3}`) as JsonObject;
    const { submission_id: _, ...cells } = table(fields, data);
    expect(Object.fromEntries(Object.entries(cells).slice(leading.length - 1))).toEqual({
      N: '1.50',
      'Yes?': 'false',
      When: '2026-03-17T14:35:00+01:00',
      One: 'A',
      Other: "'=x",
      Many: 'A|B|C',
      Place_lat: '-0.2295',
      Place_lng: '-78.5243',
      Place_alt: '',
      Place_accuracy: '4.0',
      Trace: 'LINESTRING (2.10 1, 4 0.0000003)',
      source: 'qr',
      Street: 'Rue d’Or',
      Twice: '3',
    });
  });

  test('leaves unanswered fields empty', () => {
    const fields = [
      text('name', 'Name'),
      { id: 'place', type: 'geopoint', label: 'Place' },
      { id: 'many', type: 'select_multiple', label: 'Many', options: choices },
      { id: 'home', type: 'group', label: 'Home', fields: [text('street', 'Street')] },
      { id: 'photo', type: 'photo', label: 'Photo' },
    ];
    for (const data of [{}, { name: null, place: null, many: [], home: null, photo: '' }]) {
      const cells = Object.values(table(fields, data)).slice(leading.length);
      expect(cells).toEqual(['', '', '', '', '', '', '', '']);
    }
  });

  test('shows the id of a media file once it is uploaded, and says so if it is not', () => {
    const fields = [
      { id: 'photo', type: 'photo', label: 'Photo' },
      { id: 'voice', type: 'audio', label: 'Voice' },
    ];
    // An id in the data is not a link to a file.
    const data = { photo: '01957e2b-a424-7c3e-8a51-3f2d6c0e8b11', voice: '01957e2b-a425-7c3e-8a51-3f2d6c0e8b11' };
    expect(table(fields, data, { media: new Set([data.photo]) })).toMatchObject({
      Photo: data.photo,
      Voice: '[upload_missing]',
    });
  });
});

describe('headers', () => {
  const headersOf = (...fields: object[]) => readCsv(mainSheet(layoutOf(fields)).header)[0]!.slice(leading.length);

  test('of equal labels have the field id behind all but the first', () => {
    expect(headersOf(text('full_name', 'Name'), text('full_name_2', 'Name'), text('c', 'Name'))).toEqual([
      'Name',
      'Name (full_name_2)',
      'Name (c)',
    ]);
  });

  test('of labels that only look equal are distinguished, in any script', () => {
    expect(headersOf(text('a', 'Caf\u00e9'), text('b', 'Cafe\u0301'), text('c', 'שם'), text('d', 'שם'))).toEqual([
      'Caf\u00e9',
      'Cafe\u0301 (b)',
      'שם',
      'שם (d)',
    ]);
  });

  test('of fields that are labelled like other columns are distinguished', () => {
    const place = { id: 'place', type: 'geopoint', label: 'GPS' };
    expect(headersOf(text('a', 'submission_id'), text('b', 'GPS_lng'), place, text('c', 'GPS_lat'))).toEqual([
      'submission_id (a)',
      'GPS_lng',
      'GPS (place)_lat',
      'GPS (place)_lng',
      'GPS (place)_alt',
      'GPS (place)_accuracy',
      'GPS_lat',
    ]);
    expect(headersOf(text('a', 'N (b)'), text('c', 'N'), text('b', 'N'))).toEqual(['N (b)', 'N', 'N (b) (b)']);
  });

  test('that look like formulas are neutralised', () => {
    expect(headersOf(text('a', '=1+1'), text('b', '+49 170'))).toEqual(["'=1+1", "'+49 170"]);
  });
});

test('cells that look like formulas are neutralised, and plain numbers are not', () => {
  const given = [
    '=HYPERLINK("http://x")',
    '@x',
    '+49 170',
    '-a',
    '\tx',
    '\rx',
    '-5',
    '+1.5e3',
    '5',
    'a=b',
    '🦊 "q", ש\r\n二',
  ];
  const fields = given.map((_, i) => text(`f${i}`, `F${i}`));
  const cells = Object.values(table(fields, Object.fromEntries(given.map((one, i) => [`f${i}`, one]))));
  expect(cells.slice(leading.length)).toEqual(given.map((one, i) => (i < 6 ? `'${one}` : one)));
});

test('any text is read back unchanged by another reader', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 8 }), (given) => {
      const fields = given.map((_, i) => text(`f${i}`, `F${i}`));
      const cells = Object.values(table(fields, Object.fromEntries(given.map((one, i) => [`f${i}`, one]))));
      const plain = cells.slice(leading.length).map((cell, i) => (cell === `'${given[i]}` ? given[i] : cell));
      expect(plain).toEqual(given);
    }),
    { numRuns: runs(300) },
  );
});

describe('versions', () => {
  const first = [
    text('a', 'A'),
    text('old', 'Old'),
    { id: 'g', type: 'group', label: 'G', fields: [text('moved', 'Moved')] },
  ];
  const second = [text('moved', 'Moved to the top'), text('a', 'A, renamed')];
  const layout = layoutOf(second, first);

  test('share one table: the fields and labels of the newest, then those that are gone', () => {
    expect(readCsv(mainSheet(layout).header)[0]!.slice(leading.length)).toEqual([
      'Moved to the top',
      'A, renamed',
      'Old',
    ]);
  });

  test('have their answers where each has put its fields', () => {
    const { rowsOf } = mainSheet(layout);
    const rows = [filled({ a: '1', old: '2', g: { moved: '3' } }), filled({ a: '4', moved: '5' }, { num: 2 })];
    expect(rows.map((row) => readCsv(rowsOf(row))[0]!.slice(leading.length - 1))).toEqual([
      ['1', '3', '1', '2'],
      ['2', '5', '4', ''],
    ]);
  });
});

describe('a table of a repeat', () => {
  const members = {
    id: 'members',
    type: 'repeat',
    label: 'Members',
    fields: [
      text('name', 'Name'),
      { id: 'where', type: 'group', label: 'W', fields: [{ id: 'at', type: 'geopoint', label: 'At' }] },
    ],
  };
  const layout = layoutOf([text('name_of_head', 'Name'), members]);
  const sheet = repeatSheet(layout, layout.repeats[0]!);

  test('has a row for each row, with its place from 0', () => {
    const data = { members: [{ name: 'Ana' }, { name: 'Bo', where: { at: { latitude: 1, longitude: 2 } } }] };
    const { id } = filled({});
    expect(readCsv(sheet.header + sheet.rowsOf(filled(data)))).toEqual([
      ['submission_id', 'row_index', 'Name', 'At_lat', 'At_lng', 'At_alt', 'At_accuracy'],
      [id, '0', 'Ana', '', '', '', ''],
      [id, '1', 'Bo', '1', '2', '', ''],
    ]);
  });

  test('has no row for a submission without rows', () => {
    expect(sheet.rowsOf(filled({}))).toBe('');
  });

  test('is no column of the table of submissions', () => {
    expect(readCsv(mainSheet(layout).header)[0]).toEqual([...leading, 'Name']);
  });
});
