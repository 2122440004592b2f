import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExactly } from '../../../shared/json/exact.ts';
import { type Condition, holds, readCondition } from '../../../shared/workflows/condition.ts';
import type { Scope } from '../../../shared/workflows/path.ts';

const scopeOf = (data: unknown): Scope => ({
  event: { type: 'geofence.enter', data },
  outputs: new Map([['s1', { result: true }]]),
  workspace: { name: 'Acme' },
});

function read(given: unknown): Condition {
  const found = readCondition(given);
  if ('faults' in found) throw new Error(JSON.stringify(found.faults));
  return found.condition;
}

const isTrue = (given: unknown, data: unknown) => holds(read(given), scopeOf(data));
const compare = (op: string, value: unknown, of: unknown) => isTrue({ field: 'event.data.x', op, value }, { x: of });

describe('comparisons', () => {
  test.each([
    ['eq', 5, 5, true],
    ['eq', '5', 5, false],
    ['eq', null, null, true],
    ['eq', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true],
    ['eq', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['eq', [1, 2], [2, 1], false],
    ['eq', [], {}, false],
    ['ne', 5, 6, true],
    ['ne', '5', 5, true],
    ['gt', 5, 6, true],
    ['gt', 5, 5, false],
    ['gt', '5', 6, false],
    ['gt', 5, '6', false],
    ['gte', 5, 5, true],
    ['lt', 'b', 'a', true],
    ['lte', '2026-03-22T09:40:00Z', '2026-03-22T09:39:00Z', true],
    ['lt', 5, true, false],
    ['in', [1, 'a', null], 'a', true],
    ['in', [1, 'a'], '1', false],
    ['contains', 'or', 'door', true],
    ['contains', 1, 'door 1', false],
    ['contains', { a: 1 }, [{ a: 1 }], true],
    ['contains', 'a', { a: 1 }, false],
    ['matches', '^do+r$', 'door', true],
    ['matches', 'o{2}', 'door', true],
    ['matches', 'door', 'Door', false],
    ['matches', '1', 1, false],
    ['exists', undefined, null, true],
    ['exists', true, 0, true],
    ['exists', false, 0, false],
  ])('%s %j of %j is %s', (op, value, of, expected) => {
    expect(compare(op, value, of)).toBe(expected);
  });

  test('a missing path makes every comparison false', () => {
    const values = { in: [1], matches: '.*', contains: 'x', eq: null, ne: 1, gt: 1, gte: 1, lt: 1, lte: 1 };
    for (const [op, value] of Object.entries(values)) {
      expect(isTrue({ field: 'event.data.x', op, value }, {}), op).toBe(false);
    }
    expect(isTrue({ field: 'event.data.x', op: 'exists' }, {})).toBe(false);
    expect(isTrue({ field: 'event.data.x', op: 'exists', value: false }, {})).toBe(true);
  });

  test('a value may be a template, which keeps its type', () => {
    const same = { field: 'event.data.a', op: 'eq', value: '{{event.data.b}}' };
    expect(isTrue(same, { a: 1, b: 1 })).toBe(true);
    expect(isTrue(same, { a: 1, b: '1' })).toBe(false);
    expect(isTrue({ ...same, op: 'ne' }, { a: 1 })).toBe(false);
    expect(isTrue({ ...same, value: 'Hi {{workspace.name}}' }, { a: 'Hi Acme' })).toBe(true);
    expect(isTrue({ ...same, op: 'in' }, { a: 1, b: [2, 1] })).toBe(true);
  });

  test('numbers are compared with all of their digits', () => {
    const data = parseExactly('{"x": 613196570357137407, "y": 1.0}');
    const at = (field: string, op: string, value: string) =>
      isTrue({ field: `event.data.${field}`, op, value: parseExactly(value) }, data);
    expect(at('x', 'eq', '613196570357137407')).toBe(true);
    expect(at('x', 'eq', '613196570357137408')).toBe(false);
    expect(at('x', 'lt', '613196570357137408')).toBe(true);
    expect(at('y', 'eq', '1')).toBe(true);
    expect(at('y', 'gt', '0.5')).toBe(true);
  });
});

describe('what can be reached', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'length', 'hasOwnProperty', 'rawJSON'];

  test.each(names)('%s is nothing but a key', (name) => {
    const data = parseExactly('{"list": [1], "text": "abc", "number": 1.0, "object": {}}');
    for (const of of ['list', 'text', 'number', 'object']) {
      expect(isTrue({ field: `event.data.${of}.${name}`, op: 'exists' }, data), of).toBe(false);
    }
    expect(isTrue({ field: `steps.${name.toLowerCase()}.output`, op: 'exists' }, data)).toBe(false);
    const own = JSON.parse(`{"${name}": {"a": 1}}`);
    expect(isTrue({ field: `event.data.${name}.a`, op: 'eq', value: 1 }, own)).toBe(true);
  });

  test('items of lists by their number, and no others', () => {
    const data = { list: ['a', null] };
    expect(isTrue({ field: 'event.data.list.0', op: 'eq', value: 'a' }, data)).toBe(true);
    expect(isTrue({ field: 'event.data.list.1', op: 'eq', value: null }, data)).toBe(true);
    for (const at of ['2', '-1', '01', '1e0', '0x0'])
      expect(isTrue({ field: `event.data.list.${at}`, op: 'exists' }, data), at).toBe(false);
  });
});

describe('what is refused', () => {
  test.each([
    ['a text', 'x', 'type_error', []],
    ['nothing', {}, 'missing', ['field']],
    ['another root', { field: 'env.SECRET', op: 'exists' }, 'pattern', ['field']],
    ['a step without "output"', { field: 'steps.s1.input', op: 'exists' }, 'pattern', ['field']],
    ['an unknown operator', { field: 'event.x', op: 'like', value: 1 }, 'enum', ['op']],
    ['no operator', { field: 'event.x', value: 1 }, 'missing', ['op']],
    ['no value', { field: 'event.x', op: 'eq' }, 'missing', ['value']],
    ['an unknown field', { field: 'event.x', op: 'exists', run: '1' }, 'unknown_field', ['run']],
    ['"in" without a list', { field: 'event.x', op: 'in', value: 'a' }, 'type_error', ['value']],
    ['an order of objects', { field: 'event.x', op: 'gt', value: {} }, 'type_error', ['value']],
    ['a look-ahead', { field: 'event.x', op: 'matches', value: '(?=a)' }, 'pattern', ['value']],
    ['a long pattern', { field: 'event.x', op: 'matches', value: 'a'.repeat(501) }, 'too_long', ['value']],
    ['a template of no path', { field: 'event.x', op: 'eq', value: '{{1+1}}' }, 'pattern', ['value']],
    ['an empty list', { all: [] }, 'too_short', ['all']],
    [
      'a fault inside',
      { any: [{ not: { all: [{ field: 'x', op: 'eq' }] } }] },
      'pattern',
      ['any', 0, 'not', 'all', 0, 'field'],
    ],
  ])('%s', (_, given, type, at) => {
    expect(readCondition(given)).toEqual({ faults: [{ type, at, message: expect.any(String) }] });
  });

  test('eleven levels', () => {
    let given: unknown = { field: 'event.x', op: 'exists' };
    for (let level = 1; level < 10; level++) given = { not: given };
    expect(readCondition(given)).toHaveProperty('condition');
    expect(readCondition({ not: given })).toHaveProperty('faults.0.type', 'too_large');
  });
});

test('patterns that would hang others take linear time', () => {
  const before = performance.now();
  expect(compare('matches', '(x+x+)+y', 'x'.repeat(60_000))).toBe(false);
  expect(performance.now() - before).toBeLessThan(5000);
});

// A naive implementation of the same rules.
type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };
interface Naive {
  readonly all?: Naive[];
  readonly any?: Naive[];
  readonly not?: Naive;
  readonly field?: string;
  readonly op?: string;
  readonly value?: Plain;
}

const sorted = (value: Plain): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => [key, sorted(item)])
          .concat([['{}', '']])
      : value;
const same = (a: Plain, b: Plain) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function naively({ all, any, not, field = '', op, value }: Naive, data: Plain): boolean {
  if (all) return all.every((one) => naively(one, data));
  if (any) return any.some((one) => naively(one, data));
  if (not) return !naively(not, data);
  let found: Plain | undefined = data;
  for (const name of field.split('.').slice(2)) {
    const own: readonly [string, Plain][] = typeof found === 'object' && found !== null ? Object.entries(found) : [];
    found = own.find(([key]) => key === name)?.[1];
  }
  if (op === 'exists') return (found !== undefined) === (value ?? true);
  if (found === undefined || value === undefined) return false;
  const comparable = typeof found === typeof value && ['number', 'string'].includes(typeof found);
  const [a, b] = [found as number, value as number];
  switch (op) {
    case 'eq':
      return same(found, value);
    case 'ne':
      return !same(found, value);
    case 'gt':
      return comparable && a > b;
    case 'gte':
      return comparable && a >= b;
    case 'lt':
      return comparable && a < b;
    case 'lte':
      return comparable && a <= b;
    case 'in':
      return (value as Plain[]).some((one) => same(one, found));
    case 'contains':
      return typeof found === 'string'
        ? typeof value === 'string' && found.indexOf(value) >= 0
        : Array.isArray(found) && found.some((one) => same(one, value));
    default:
      throw new Error(`No reading of ${op}`);
  }
}

const scalar = fc.constantFrom<Plain[]>(null, true, false, 0, 1, -1, 2.5, '', '1', 'a', 'ab');
const plain: fc.Arbitrary<Plain> = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '0', '__proto__'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
const field = fc
  .array(fc.constantFrom('a', 'b', '0', '1', '__proto__', 'length'), { maxLength: 3 })
  .map((names) => ['event', 'data', ...names].join('.'));
const comparison: fc.Arbitrary<Naive> = fc.oneof(
  fc.record({ field, op: fc.constantFrom('eq', 'ne', 'contains'), value: plain }),
  fc.record({ field, op: fc.constantFrom('gt', 'gte', 'lt', 'lte'), value: fc.constantFrom<Plain[]>(0, 1, 'a', '') }),
  fc.record({ field, op: fc.constant('in'), value: fc.array(plain, { maxLength: 3 }) }),
  fc.record({ field, op: fc.constant('exists'), value: fc.boolean() }),
);
const condition: fc.Arbitrary<Naive> = fc.letrec<{ one: Naive }>((tie) => ({
  one: fc.oneof(
    { depthSize: 'small' },
    comparison,
    fc.record({ all: fc.array(tie('one'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('one'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('one') }),
  ),
})).one;

test('any condition holds exactly when a naive reading says so', () => {
  fc.assert(
    fc.property(condition, plain, (given, data) => {
      expect(isTrue(given, data)).toBe(naively(given, data));
    }),
    { numRuns: 2000 },
  );
});
