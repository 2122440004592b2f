import { describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { bodyOf } from '../../../shared/http/body.ts';
import { RequestInput } from '../../../shared/http/input.ts';
import { defineRoute, type Route } from '../../../shared/http/route.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { freeObject } from '../../../shared/wire/free-object.ts';
import { strictObject } from '../../../shared/wire/schema.ts';
import { request } from '../support/people.ts';

const item = strictObject({
  name: z.string(),
  tags: z.array(z.string()).max(5).optional(),
  free: freeObject(1000).optional(),
});
const route = defineRoute({
  method: 'POST',
  path: '/api/v1/things/bulk',
  operationId: 'bulkThings',
  summary: 'Make things',
  scope: 'geofences:write',
  batch: { field: 'items', most: () => 1000 },
  uses: {},
  query: z.object({ limit: z.string().optional(), status: z.enum(['a', 'b']).optional() }),
  body: strictObject({ items: z.array(item).max(500), note: z.string().optional(), size: z.number().optional() }),
  success: { 201: null },
  problems: [],
});

const read = (body: unknown, query = {}, of: Route = route) =>
  new RequestInput(of, {
    ...request({ body: typeof body === 'string' ? body : JSON.stringify(body) }),
    query,
  }).fields();

function failures(body: unknown, query = {}, of: Route = route) {
  try {
    read(body, query, of);
    return [];
  } catch (error) {
    return (error as Problem).fields ?? [];
  }
}

const items = (count: number, one: unknown) => ({ items: Array(count).fill(one) });

describe('the failures of a body', () => {
  test('of a batch say that no item was processed; others do not', () => {
    expect(failures({ items: [{ name: 'A' }, {}], note: 1 })).toEqual([
      { type: 'missing', loc: ['body', 'items', 1, 'name'], msg: 'Field required (no item was processed)' },
      { type: 'type_error', loc: ['body', 'note'], msg: 'Should be a string' },
    ]);
    expect(failures({})).toEqual([{ type: 'missing', loc: ['body', 'items'], msg: 'Field required' }]);
  });

  test('are at most 100, and no more are computed', () => {
    const looked = vi.fn((value: string) => value === 'good');
    const counting = { ...route, body: strictObject({ items: z.array(z.string().refine(looked)).max(5000) }) } as Route;
    expect(failures(items(5000, 'bad'), {}, counting)).toHaveLength(100);
    expect(looked).toHaveBeenCalledTimes(100);
    expect(failures(items(500, { zebra: 1, yak: 2, xerus: 3 }))).toHaveLength(100);
    expect(failures(Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`k${i}`, 1])))).toHaveLength(100);
  });

  test('of a long list that is nearly right are those of a short one', () => {
    const body = items(400, { name: 'A' });
    (body.items as unknown[])[399] = { name: 5, tags: ['a'], other: 1 };
    expect(failures(body).map(({ loc, type }) => `${loc.slice(1).join('.')} ${type}`)).toEqual([
      'items.399.name type_error',
      'items.399.other unknown_field',
    ]);
    expect(read(items(400, { name: 'A' })).body).toEqual(items(400, { name: 'A' }));
  });

  test('lists that are too long are reported before anything in them', () => {
    const looked = vi.fn(() => true);
    const counting = { ...route, body: strictObject({ items: z.array(z.string().refine(looked)).max(5) }) } as Route;
    expect(failures(items(6, 'x'), {}, counting)).toEqual([
      { type: 'too_long', loc: ['body', 'items'], msg: 'Should have at most 5 items' },
    ]);
    expect(looked).not.toHaveBeenCalled();
    expect(failures(items(2, { name: 'A', tags: Array(6).fill(1) }))).toEqual([
      {
        type: 'too_long',
        loc: ['body', 'items', 0, 'tags'],
        msg: 'Should have at most 5 items (no item was processed)',
      },
      {
        type: 'too_long',
        loc: ['body', 'items', 1, 'tags'],
        msg: 'Should have at most 5 items (no item was processed)',
      },
    ]);
  });

  test('are listed after those of the query', () => {
    expect(failures({ items: 1 }, { limt: '1', status: 'c', _: '1' }).map(({ loc }) => loc.join('.'))).toEqual([
      'query.limt',
      'query.status',
      'body.items',
    ]);
  });
});

describe('numbers', () => {
  test('are doubles for schemas, and as they were written in free objects', () => {
    const { body } = read('{"items":[{"name":"A","free":{"n":1.0,"deep":[2.50]}}],"size":1.50}');
    expect(JSON.stringify(body)).toBe('{"items":[{"name":"A","free":{"n":1.0,"deep":[2.50]}}],"size":1.5}');
  });

  test('are no strings, whatever is sent in their place', () => {
    const { body } = read(String.raw`{"items":[{"name":"\u0031.0","free":{"n":"1.0"}}],"size":1}`);
    expect(body).toEqual({ items: [{ name: '1.0', free: { n: '1.0' } }], size: 1 });
    expect(failures('{"items":[{"name":1.0}]}')).toMatchObject([
      { type: 'type_error', loc: ['body', 'items', 0, 'name'] },
    ]);
    expect(failures('{"items":[],"note":1.0,"size":1e400}').map(({ type }) => type)).toEqual([
      'type_error',
      'type_error',
    ]);
  });
});

describe('what a request brings', () => {
  test('is read once, and not before somebody asks', () => {
    const text = vi.fn(() => '{"items":[]}');
    const given = { ...request(), body: { bytes: 12, text, raw: () => Buffer.from(text()) } };
    const input = new RequestInput(route, given);
    expect(text).not.toHaveBeenCalled();
    expect(input.fields()).toBe(input.fields());
    expect(input.given()).toBe(input.given());
    expect(text).toHaveBeenCalledTimes(1);
  });

  test('and cannot be read is refused alike each time', () => {
    const input = new RequestInput(route, { ...request(), body: bodyOf('{', false) });
    const refusals = [input.given, input.fields, input.given].map((what) => {
      try {
        return what();
      } catch (error) {
        return error;
      }
    });
    expect(refusals[0]).toMatchObject({ code: 'MALFORMED_JSON' });
    expect(new Set(refusals).size).toBe(1);
  });
});
