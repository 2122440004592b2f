import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parseQuery } from '../../../shared/http/query.ts';
import { isInOrder, notInOrder, spanOf, spanParameters } from '../../../shared/wire/time-span.ts';

const query = z.object(spanParameters).refine(isInOrder, notInOrder);
const read = (text: string) => query.safeParse({ ...parseQuery(text) });
const span = (text: string) => spanOf(read(text).data ?? {});
const at = (text: string) => Date.parse(text);
const [least, most] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

describe('from and to', () => {
  test.each([
    ['from=2026-03-17&to=2026-03-18', at('2026-03-17T00:00:00Z'), at('2026-03-18T23:59:59.999Z')],
    ['from=2026-03-17&to=2026-03-17', at('2026-03-17T00:00:00Z'), at('2026-03-17T23:59:59.999Z')],
    ['from=2026-03-17T10:00:00Z', at('2026-03-17T10:00:00Z'), most],
    ['to=2026-03-17T10:00:00Z', least, at('2026-03-17T10:00:00Z')],
    ['from=2026-03-17T10:00:00%2B02:00', at('2026-03-17T08:00:00Z'), most],
    ['from=2026-03-17T10:00:00+02:00', at('2026-03-17T08:00:00Z'), most],
    ['from=2026-03-17T10:00:00Z&to=2026-03-17', at('2026-03-17T10:00:00Z'), at('2026-03-17T23:59:59.999Z')],
    ['from=2026-03-17T10:00:00Z&to=2026-03-17T10:00:00Z', at('2026-03-17T10:00:00Z'), at('2026-03-17T10:00:00Z')],
  ])('%s', (text, from, to) => expect(span(text)).toEqual({ from, to }));

  test('are open where they are absent', () => expect(span('')).toBeUndefined());

  test('between two milliseconds span nothing, and are in order', () => {
    expect(span('from=2026-03-17T10:00:00.0001Z&to=2026-03-17T10:00:00.0001Z')).toEqual({
      from: at('2026-03-17T10:00:00.001Z'),
      to: at('2026-03-17T10:00:00Z'),
    });
  });

  test.each([
    ...['from=', 'to=', 'from=now', 'from=2026-02-30', 'to=2026', 'from=1773741600000', 'to=2026-03-17T10:00:00'],
    'from=2026-03-17T24:00:00Z',
  ])('refuses %s', (text) => {
    expect(read(text).error?.issues).toMatchObject([{ path: [text.split('=')[0]], params: { type: 'format' } }]);
  });

  test.each([
    'from=2026-03-18&to=2026-03-17',
    'from=2026-03-17T10:00:00.001Z&to=2026-03-17T10:00:00Z',
    'from=2026-03-18T00:00:00Z&to=2026-03-17',
  ])('refuses an end before the beginning: %s', (text) => {
    expect(read(text).error?.issues).toMatchObject([{ path: ['to'], params: { type: 'conflict' } }]);
  });

  test.each([
    ['from=1969-12-31', 'from', 'too_small'],
    ['from=1970-01-01T00:00:00%2B00:01', 'from', 'too_small'],
    ['to=9999-12-31T23:59:59-23:59', 'to', 'too_large'],
  ])('refuses %s, which is not from 1970 to 9999', (text, path, type) => {
    expect(read(text).error?.issues).toMatchObject([{ path: [path], params: { type } }]);
  });

  test('may be the first and the last instant of all', () => {
    expect(span('from=1970-01-01&to=9999-12-31')).toEqual({ from: 0, to: at('9999-12-31T23:59:59.999Z') });
  });

  test('have a form in the document that refuses nothing of theirs', () => {
    const { pattern } = spanParameters.from.meta()!.override as { pattern: string };
    const form = new RegExp(pattern);
    for (const text of [
      '2026-03-17',
      '2026-03-17T10:00:00Z',
      '2026-03-17t10:00:00.123456z',
      '2024-02-29T23:59:59-23:59',
    ])
      expect([text, form.test(text), read(`from=${text}`).success]).toEqual([text, true, true]);
    for (const text of ['', '1', 'now', '2026-13-01', '2026-03-17T10:00:00', '2026-03-17T24:00:00Z', '2026-03-17Z'])
      expect([text, form.test(text), read(`from=${text}`).success]).toEqual([text, false, false]);
  });

  test('refuses two of one', () => expect(read('from=2026-03-17&from=2026-03-18').success).toBe(false));
});
