import { describe, expect, test } from 'vitest';
import { Failures } from '../../../shared/forms/failures.ts';
import { readSchema } from '../../../shared/forms/read-schema.ts';
import { checkStability, withPublished } from '../../../shared/forms/stability.ts';

const text = (id: string, more: object = {}) => ({ id, type: 'text', label: id, ...more });
const form = (...fields: unknown[]) => ({ title: 'A form', fields });
const wrong = (schema: unknown) =>
  (readSchema(schema).failures ?? []).map(({ type, loc }) => [type, loc.slice(2).join('.')] as const);
const sound = (schema: unknown) => {
  const { failures, ...read } = readSchema(schema);
  if (failures) throw new Error(JSON.stringify(failures));
  return (read as { schema: Parameters<typeof checkStability>[0] }).schema;
};

describe('the schema of a form', () => {
  test('every type is accepted with what it needs', () => {
    const options = [{ value: 'yes', label: 'Yes' }];
    const needs: Record<string, object> = {
      select_one: { options },
      select_one_other: { options },
      select_multiple: { options },
      group: { fields: [text('inner1')] },
      repeat: { fields: [text('inner2')] },
      calculated: { calculate: { op: 'today' } },
    };
    const types =
      'text textarea email phone barcode number integer date time datetime boolean select_one select_one_other ' +
      'select_multiple geopoint geotrace route photo audio video signature file group repeat calculated hidden note divider';
    const fields = types.split(' ').map((type) => ({ id: `f_${type}`, type, label: type, ...needs[type] }));
    expect(wrong(form(...fields))).toEqual([]);
  });

  test('all errors are reported at once, with their places', () => {
    const schema = {
      version: 2,
      fields: [
        { type: 'text', label: 'x' },
        { id: '1st', type: 'text', label: 'x' },
        { id: 'a', type: 'txt', label: 'x' },
        text('b', { validation: { min: 1, min_length: 5, max_length: 2 }, colour: 'red' }),
        text('b'),
        { id: 'c', type: 'select_one', label: 'c', options: [{ value: 'x|y', label: 'X' }, { value: 'z' }] },
        { id: 'd', type: 'date', label: 'd', validation: { min: '2026-02-30' }, default: 'soon' },
        { id: 'e', type: 'group', label: 'e' },
        { id: 'f', type: 'calculated', label: 'f' },
        text('g', { validation: { pattern: '(' } }),
      ],
    };
    expect(wrong(schema)).toEqual([
      ['enum', 'version'],
      ['missing', 'title'],
      ['missing', 'fields.0.id'],
      ['pattern', 'fields.1.id'],
      ['enum', 'fields.2.type'],
      ['unknown_field', 'fields.3.colour'],
      ['unknown_field', 'fields.3.validation.min'],
      ['conflict', 'fields.3.validation.max_length'],
      ['conflict', 'fields.4.id'],
      ['pattern', 'fields.5.options.0.value'],
      ['missing', 'fields.5.options.1.label'],
      ['format', 'fields.6.validation.min'],
      ['missing', 'fields.7.fields'],
      ['pattern', 'fields.9.validation.pattern'],
      ['format', 'fields.6.default'],
      ['missing', 'fields.8.calculate'],
    ]);
  });

  test.each(['', ' ', '\u200b', '\u2800'])('a title or a label of %j cannot be seen', (blank) => {
    const field = { id: 'a', type: 'text', label: blank };
    expect(wrong({ title: blank, fields: [field] })).toEqual([
      ['too_short', 'title'],
      ['too_short', 'fields.0.label'],
    ]);
  });

  test('groups are at most five deep, and a repeat is in no repeat', () => {
    const nested = (depth: number): object =>
      depth === 0 ? text('leaf') : { id: `g${depth}`, type: 'group', label: 'g', fields: [nested(depth - 1)] };
    expect(wrong(form(nested(5)))).toEqual([]);
    expect(wrong(form(nested(6)))).toEqual([
      ['too_large', 'fields.0.fields.0.fields.0.fields.0.fields.0.fields.0.type'],
    ]);
    const repeat = (id: string, inner: object) => ({ id, type: 'repeat', label: id, fields: [inner] });
    expect(wrong(form(repeat('a', { id: 'g', type: 'group', label: 'g', fields: [repeat('b', text('x'))] })))).toEqual([
      ['conflict', 'fields.0.fields.0.fields.0.type'],
    ]);
  });

  test('500 fields are accepted, 501 are not, at any level', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => text(`f${i}`));
    expect(wrong(form(...many(500)))).toEqual([]);
    expect(
      wrong(
        form(...many(400), {
          id: 'g',
          type: 'group',
          label: 'g',
          fields: many(101).map((one) => ({ ...one, id: `g_${one.id}` })),
        }),
      ),
    ).toContainEqual(['too_long', 'fields']);
  });

  test('conditions see fields of the same row and outer ones, but no rows from outside', () => {
    const members = {
      id: 'members',
      type: 'repeat',
      label: 'm',
      fields: [text('name'), text('nick', { visible_if: { field: 'name', op: 'answered' } })],
    };
    expect(wrong(form(text('a'), members, text('b', { visible_if: { field: 'name', op: 'answered' } })))).toEqual([
      ['unknown_reference', 'fields.2.visible_if.field'],
    ]);
    expect(wrong(form(text('b', { visible_if: { field: 'nobody', op: 'eq', value: 1 } })))).toEqual([
      ['unknown_reference', 'fields.0.visible_if.field'],
    ]);
  });

  test('cycles are reported, through groups too; requirements may name each other', () => {
    const shown = (field: string) => ({ visible_if: { field, op: 'answered' } });
    expect(wrong(form(text('a', shown('b')), text('b', shown('c')), text('c', shown('a'))))).toHaveLength(1);
    expect(wrong(form(text('a', shown('a'))))).toEqual([['conflict', 'fields.0.visible_if']]);
    expect(wrong(form({ id: 'g', type: 'group', label: 'g', fields: [text('x')], ...shown('x') }))).toHaveLength(1);
    const needed = (field: string) => ({ required_if: { field, op: 'answered' } });
    expect(wrong(form(text('a', needed('b')), text('b', needed('a'))))).toEqual([]);
  });

  test('cycles through calculations, conditions and repeats are reported at one of their fields', () => {
    const calc = (id: string, calculate: unknown, more: object = {}) => ({
      id,
      type: 'calculated',
      label: id,
      calculate,
      ...more,
    });
    const of = (field: string) => ({ field });
    const shown = (field: string) => ({ visible_if: { field, op: 'answered' } });
    const rows = (...fields: unknown[]) => ({ id: 'rows', type: 'repeat', label: 'rows', fields });
    const failuresOf = (...fields: unknown[]) => wrong(form(...fields)).map(([type, loc]) => `${type} ${loc}`);
    expect(failuresOf(calc('a', { op: 'add', args: [of('a'), 1] }))).toEqual(['conflict fields.0.calculate']);
    expect(failuresOf(calc('a', of('b')), calc('b', { op: 'concat', args: [of('c')] }), calc('c', of('a')))).toEqual([
      'conflict fields.0.calculate',
    ]);
    expect(failuresOf(text('a', shown('b')), calc('b', of('a')))).toEqual(['conflict fields.0.visible_if']);
    expect(
      failuresOf(text('a', shown('b')), calc('b', { op: 'if', args: [{ field: 'a', op: 'eq', value: 1 }, 1, 2] })),
    ).toEqual(['conflict fields.0.visible_if']);
    const total = calc('total', { op: 'sum', args: [of('n')] });
    expect(failuresOf(total, rows(calc('n', of('total'))))).toEqual(['conflict fields.0.calculate']);
    expect(failuresOf(total, rows(text('n', shown('total'))))).toEqual(['conflict fields.0.calculate']);
    expect(failuresOf(total, { ...rows(text('n')), ...shown('total') })).toEqual(['conflict fields.0.calculate']);
    expect(failuresOf(rows(calc('a', of('b')), calc('b', of('a'))))).toEqual(['conflict fields.0.fields.0.calculate']);
    expect(failuresOf(calc('many', { op: 'count', args: [of('rows')] }), rows(calc('n', of('many'))))).toEqual([]);
    expect(failuresOf(total, rows(text('n'), calc('share', { op: 'div', args: [of('n'), of('total')] })))).toEqual([]);
  });

  test('rules are nested ten levels deep at most', () => {
    const nested = (depth: number): object =>
      depth === 1 ? { field: 'a', op: 'answered' } : { not: nested(depth - 1) };
    expect(wrong(form(text('a'), text('b', { visible_if: nested(10) })))).toEqual([]);
    expect(wrong(form(text('a'), text('b', { visible_if: nested(11) }))).map(([type]) => type)).toEqual(['too_large']);
    const within = (key: 'all' | 'any', depth: number): object =>
      depth === 1 ? { field: 'a', op: 'answered' } : { [key]: [within(key, depth - 1)] };
    const needed = (required_if: object) => wrong(form(text('a'), text('b', { required_if }))).map(([type]) => type);
    for (const key of ['all', 'any'] as const) {
      expect([needed(within(key, 10)), needed(within(key, 11))]).toEqual([[], ['too_large']]);
    }
  });

  test('calculations are nested ten levels deep at most, with the conditions in them', () => {
    const failuresOf = (calculate: unknown) =>
      wrong(form(text('a'), { id: 'c', type: 'calculated', label: 'c', calculate })).map(([type]) => type);
    const sums = (depth: number): object => ({ op: 'add', args: [1, depth === 1 ? 2 : sums(depth - 1)] });
    expect([failuresOf(sums(10)), failuresOf(sums(11))]).toEqual([[], ['too_large']]);
    const leaf = { field: 'a' };
    const choices = (depth: number): object =>
      depth === 1 ? leaf : { op: 'if', args: [{ field: 'a', op: 'answered' }, 1, choices(depth - 1)] };
    expect([failuresOf(choices(10)), failuresOf(choices(11))]).toEqual([[], ['too_large', 'too_large']]);
    const nots = (depth: number): object => (depth === 1 ? { field: 'a', op: 'answered' } : { not: nots(depth - 1) });
    const tested = (depth: number) => ({ op: 'if', args: [nots(depth - 1), 1, 2] });
    expect([failuresOf(tested(10)), failuresOf(tested(11))]).toEqual([[], ['too_large']]);
  });

  test('a place is compared with one geofence, or a geopoint with those of a tag or a group', () => {
    const place = (type: string, within_geofence: object) => form({ id: 'p', type, label: 'p', within_geofence });
    expect(wrong(place('geopoint', { tag: 'field', mode: 'flag', max_distance_meters: 10_000 }))).toEqual([]);
    expect(wrong(place('route', { geofence_id: 'x' }))).toEqual([]);
    expect(wrong(place('route', { tag: 'x' }))).toEqual([['conflict', 'fields.0.within_geofence.tag']]);
    expect(wrong(place('geopoint', { tag: 'x', group_name: 'y' }))).toHaveLength(1);
    expect(wrong(place('geopoint', { max_distance_meters: 10_001 }))).toHaveLength(2);
    expect(wrong(place('text', { tag: 'x' }))).toEqual([['unknown_field', 'fields.0.within_geofence']]);
  });

  test('patterns have a limit together, so that reading a schema costs little; the same one counts once', () => {
    const many = (source: (i: number) => string) =>
      form(...Array.from({ length: 500 }, (_, i) => text(`f${i}`, { validation: { pattern: source(i) } })));
    expect(wrong(many(() => '[\\pL\\pN]'.repeat(100)))).toEqual([]);
    expect(wrong(many((i) => `^[A-Z]{${i % 9}}x${i}`))).toEqual([]);
    expect(wrong(many((i) => `(x{1,20}){1,20}${i}`)).map(([type]) => type)).toContain('too_long');
    expect(wrong(form(text('a', { validation: { pattern: `(${'[ab]'.repeat(40)}){60}` } })))).toEqual([
      ['too_long', 'fields.0.validation.pattern'],
    ]);
  });

  test('at most a hundred failures are reported', () => {
    expect(wrong(form(...Array.from({ length: 400 }, () => ({})))).length).toBe(100);
  });
});

describe('published ids', () => {
  const check = (schema: ReturnType<typeof sound>, published: Record<string, string>) => {
    const failures = new Failures();
    checkStability(schema, published, ['body', 'schema'], failures);
    return failures.all.map(({ type, loc }) => [type, loc.join('.')]);
  };
  const first = withPublished(sound(form(text('a'), { id: 'r', type: 'repeat', label: 'r', fields: [text('b')] })), {});

  test('may change within their row of types, and return after they were removed', () => {
    expect(check(sound(form({ id: 'a', type: 'barcode', label: 'a' })), first)).toEqual([]);
    const without = withPublished(sound(form(text('c'))), first);
    expect(check(sound(form({ id: 'a', type: 'number', label: 'a' })), without)).toEqual([
      ['conflict', 'body.schema.fields.0.type'],
    ]);
  });

  test('stay in their repeat', () => {
    expect(check(sound(form(text('b'))), first)).toEqual([['conflict', 'body.schema.fields.0.type']]);
    const group = { id: 'g', type: 'group', label: 'g', fields: [text('a')] };
    expect(check(sound(form(group)), first)).toEqual([]);
  });
});
