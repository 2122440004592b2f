import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cell, tableFormats } from '../../../shared/archives/tables.ts';
import { runs } from '../../support/thorough.ts';

const columns = ['a', 'b', 'c'];
const { CSV, NDJSON } = tableFormats;
const csvOf = (...rows: Cell[][]) => CSV.header(columns) + CSV.rows(columns, rows);

/** Text that is hard to write as CSV. */
const hard = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom('"', ',', '\r', '\n', '\r\n', "'", ' ', '=', '-', 'ä', '測'), { maxLength: 8 })
    .map((all) => all.join('')),
);

describe('CSV', () => {
  test('has a header row, commas and line ends of RFC 4180', () => {
    expect(csvOf(['x', 1.5, true], ['', null, false])).toBe('a,b,c\r\nx,1.5,true\r\n,,false\r\n');
  });

  test('of no rows is the header row', () => {
    expect(csvOf()).toBe('a,b,c\r\n');
  });

  test('another parser reads every text unchanged, except for the guard against formulas', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(hard, hard, hard), { maxLength: 10 }), (rows) => {
        const read = parse(csvOf(...rows), { record_delimiter: '\r\n' }) as string[][];
        const unguarded = read
          .slice(1)
          .map((row, i) =>
            row.map((cell, j) => (/^'[=@+\-\t\r]/.test(cell) && rows[i]![j] !== cell ? cell.slice(1) : cell)),
          );
        expect(unguarded).toEqual(rows);
      }),
      { numRuns: runs(1000) },
    );
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['+49 30 1234', "'+49 30 1234"],
    ['-', "'-"],
    ['-1+cmd', "'-1+cmd"],
    ['--1', "'--1"],
    ['-1e', "'-1e"],
    ['-Infinity', "'-Infinity"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    ['-5\n=1', "'-5\n=1"],
  ])('%j, which a spreadsheet may run, becomes %j', (given, shown) => {
    const [, [cell]] = parse(csvOf([given, 1, 1]), { record_delimiter: '\r\n' }) as [unknown, string[]];
    expect(cell).toBe(shown);
  });

  test.each([
    -5,
    -0.25,
    -1e-7,
    -1e21,
    '-5',
    '+5',
    '-9223372036854775808',
    '-.5',
    '+1.5E-10',
    'a=1',
    "'=1",
    ' =1',
    '５',
  ])('%j is not changed', (given) => {
    const [, [cell]] = parse(csvOf([given, 1, 1]), { record_delimiter: '\r\n' }) as [unknown, string[]];
    expect(cell).toBe(String(given));
  });

  test('a JSON document is its text', () => {
    const [, row] = parse(csvOf([{ a: '=1', b: [1, 'x"y'] }, 1, 1])) as string[][];
    expect(JSON.parse(row![0]!)).toEqual({ a: '=1', b: [1, 'x"y'] });
  });
});

describe('NDJSON', () => {
  test('has an object a line, with the columns as keys and typed values', () => {
    const rows: Cell[][] = [
      ['x\ny', -1.5, true],
      ['=1', null, { z: [1] }],
    ];
    const text = NDJSON.header(columns) + NDJSON.rows(columns, rows);
    expect(text).toBe('{"a":"x\\ny","b":-1.5,"c":true}\n{"a":"=1","b":null,"c":{"z":[1]}}\n');
  });

  test('of no rows is empty', () => {
    expect(NDJSON.header(columns) + NDJSON.rows(columns, [])).toBe('');
  });
});
