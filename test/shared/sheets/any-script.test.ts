import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mainSheet, repeatSheet } from '../../../shared/sheets/csv.ts';
import { isBlank } from '../../../shared/wire/text.ts';
import { runs } from '../../support/thorough.ts';
import { filled, layoutOf, readCsv, text } from './survey.ts';

/** Tables whose labels and answers are in any script, read by two readers: csv-parse, and RFC 4180 taken at its word. */

/** @throws for everything that the grammar of RFC 4180 does not allow */
function strictRows(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < csv.length; ) {
    const quoted = /"((?:[^"]|"")*)"/y;
    const plain = /[^",\r\n]*/y;
    const isQuoted = csv[at] === '"';
    const reader = isQuoted ? quoted : plain;
    reader.lastIndex = at;
    const [whole, inside = ''] = reader.exec(csv) ?? expect.fail(`An open quote at ${at}`);
    row.push(isQuoted ? inside.replaceAll('""', '"') : whole);
    at += whole.length;
    if (csv.startsWith('\r\n', at)) {
      rows.push(row);
      row = [];
      at += 2;
    } else if (csv[at] === ',') {
      at += 1;
      if (at === csv.length) expect.fail('The last row has no end');
    } else expect.fail(`${JSON.stringify(csv[at])} behind a cell at ${at}`);
  }
  if (row.length > 0) expect.fail('The last row has no end');
  return rows;
}

function bothRead(csv: string): string[][] {
  const rows = strictRows(csv);
  expect(readCsv(csv)).toEqual(rows);
  return rows;
}

const scripts = [
  'שם המשפחה',
  'اسم العائلة',
  '姓名',
  'नाम',
  'Cafe\u0301',
  'Caf\u00e9',
  '👨‍👩‍👧‍👦 🏳️‍🌈',
  '\u202eabc\u202c',
  '\ufeffBOM',
  'a,b',
  'a|b',
  '"quoted"',
  'line\nline',
  'line\r\nline',
  '\u2028',
  ' spaces ',
  "'",
  '=1+1',
  '＝1',
];
const words = fc.oneof(
  fc.constantFrom(...scripts),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'x', "'"), minLength: 1, maxLength: 6 }),
);
const labels = words.filter((label) => !isBlank(label));

const isNumber = (given: string) => /^\S+$/.test(given) && Number.isFinite(Number(given));
/** A cell as it is written, so that no spreadsheet runs it. */
const cell = (given: string) => (/^[=@+\-\t\r]/.test(given) && !isNumber(given) ? `'${given}` : given);

test('both readers find every label and answer, in the table and in that of a repeat', () => {
  const columns = fc.array(fc.record({ label: labels, answer: words }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(columns, columns, (outer, inner) => {
      const fieldsOf = (of: typeof outer, prefix: string) => of.map(({ label }, i) => text(`${prefix}${i}`, label));
      const answersOf = (of: typeof outer, prefix: string) =>
        Object.fromEntries(of.map(({ answer }, i) => [`${prefix}${i}`, answer]));
      const rows = { id: 'rows', type: 'repeat', label: 'Rows', fields: fieldsOf(inner, 'r') };
      const layout = layoutOf([...fieldsOf(outer, 'f'), rows]);
      const submission = filled({ ...answersOf(outer, 'f'), rows: [answersOf(inner, 'r'), {}] });
      const main = mainSheet(layout);
      const repeat = repeatSheet(layout, layout.repeats[0]!);
      for (const [sheet, of, before] of [
        [main, outer, 6],
        [repeat, inner, 2],
      ] as const) {
        const [header = [], ...found] = bothRead(sheet.header + sheet.rowsOf(submission));
        expect(new Set(header.map((name) => name.normalize('NFC'))).size).toBe(header.length);
        for (const [i, { label, answer }] of of.entries()) {
          expect(header[before + i]!.startsWith(cell(label)), header[before + i]).toBe(true);
          expect(found[0]![before + i]!).toBe(cell(answer));
        }
      }
    }),
    { numRuns: runs(1000) },
  );
});

test('the strict reader refuses what other readers forgive', () => {
  for (const wrong of ['a\n', 'a', '"a"b\r\n', 'a"b\r\n', '"a\r\n', 'a,']) {
    expect(() => strictRows(wrong), JSON.stringify(wrong)).toThrow();
  }
  expect(strictRows('a,"b ""c""\r\n",\r\n')).toEqual([['a', 'b "c"\r\n', '']]);
});

test('answers of the first version stand beside those of the third, whatever the labels were then', () => {
  const first = [text('a', 'שם'), text('b', 'Cafe\u0301'), text('gone', '🏠')];
  const second = [text('b', 'Caf\u00e9'), text('new', '新')];
  const third = [text('new', '名'), text('a', 'Caf\u00e9'), text('b', 'Cafe\u0301')];
  const { header, rowsOf } = mainSheet(layoutOf(third, second, first));
  const all = [filled({ a: 'א', b: 'e\u0301', gone: '👋🏽' }), filled({ new: '新', a: '=x', b: 'b' }, { num: 3 })];
  expect(bothRead(header + all.map(rowsOf).join('')).map((row) => row.slice(5))).toEqual([
    ['version_num', '名', 'Caf\u00e9', 'Cafe\u0301 (b)', '🏠'],
    ['1', '', 'א', 'e\u0301', '👋🏽'],
    ['3', '新', "'=x", 'b', ''],
  ]);
});
