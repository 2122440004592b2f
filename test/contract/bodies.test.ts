import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { bodyLimitOf } from '../../shared/http/body.ts';
import { mayOmitBody } from '../../shared/http/route.ts';
import { statusOf } from '../../shared/problems/problem.ts';
import { expectDocumented } from '../support/answers.ts';
import { addressed, paramsOf } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
import { allowedTo, newWorld, type World } from './world.ts';

/** Every route with a body refuses invalid bodies, names what is wrong, and says how to correct it. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

const mebibyte = 1024 * 1024;

const otherCase = (field: string) =>
  field.includes('_')
    ? field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
    : field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Bodies that are lists answer for each item; see `location-calls.ts`. */
const ofObjects = addressed.filter(({ route }) => (route.body as z.ZodObject | undefined)?.shape);

describe.each(ofObjects)('$name', ({ name, route }) => {
  const invalid = route.invalid ?? 422;
  const fields = Object.keys((route.body as z.ZodObject).shape);
  const params = paramsOf(route, randomUUID());
  beforeAll(async () => {
    if (route.path.includes('{id}')) params.id = (await world.fence()).id;
  });

  async function send(body: unknown, headers: Record<string, string> = {}): Promise<Invoked> {
    const answer = await world.call(name, { ...allowedTo(route), params, body, headers });
    expectDocumented(route, answer);
    return answer;
  }

  const failures = (answer: Invoked) => (Array.isArray(answer.body.detail) ? answer.body.detail : []);

  test.each([
    ['cut short', '{"name":'],
    ['a sentence', 'hello'],
    ['two values', '{} {}'],
    ['a comment', '{} // no'],
    ['NaN', '{"a":NaN}'],
  ])('is not JSON: %s', async (_, text) => {
    const { status, body } = await send(text);
    expect([status, body.error_code]).toEqual([statusOf('MALFORMED_JSON', route), 'MALFORMED_JSON']);
  });

  test('is empty although a body is required', async () => {
    const { status, body } = await send('');
    if (mayOmitBody(route)) return expect([200, 201, 404, 501]).toContain(status);
    expect([status, body.error_code]).toEqual([statusOf('MALFORMED_JSON', route), 'MALFORMED_JSON']);
  });

  test.each(['[]', 'null', '5', '"text"', 'true'])('is no object: %s', async (text) => {
    const answer = await send(text);
    expect([answer.status, answer.body.error_code]).toEqual([invalid, 'VALIDATION_ERROR']);
    expect(failures(answer)[0].loc).toEqual(['body']);
  });

  test('is larger than its route takes', async () => {
    const most = bodyLimitOf(route);
    const { status, body } = await send(`{"a":"${'x'.repeat(most)}"}`);
    expect([status, body.error_code, body.details]).toEqual([413, 'PAYLOAD_TOO_LARGE', { max_bytes: most }]);
    expect(most).toBeLessThanOrEqual(4 * mebibyte);
  });

  test.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])(
    'is of another type: %s',
    async (type) => {
      const { status, body } = await send('{}', { 'content-type': type });
      expect([status, body.error_code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    },
  );

  test.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/merge-patch+json'])(
    'is JSON: %s',
    async (type) => {
      expect((await send('{}', { 'content-type': type })).body.error_code).not.toBe('UNSUPPORTED_MEDIA_TYPE');
    },
  );

  test('names an unknown field, and the one that was meant', async () => {
    const [field = ''] = fields.toSorted((one, other) => other.length - one.length);
    const typo = `${field.slice(0, 2)}${field.slice(3)}`;
    const answer = await send({ [typo]: 1, zebra: 1 });
    expect([answer.status, answer.body.error_code]).toEqual([invalid, 'VALIDATION_ERROR']);
    expect(failures(answer)).toContainEqual({
      type: 'unknown_field',
      loc: ['body', typo],
      msg: `Unknown field "${typo}"; did you mean "${field}"?`,
    });
    expect(failures(answer)).toContainEqual({
      type: 'unknown_field',
      loc: ['body', 'zebra'],
      msg: 'Unknown field "zebra"',
    });
  });

  test.each(fields.filter((field) => otherCase(field) !== field))(
    '%s in the other letter case is unknown',
    async (field) => {
      const answer = await send({ [otherCase(field)]: 1 });
      const found = failures(answer).find((failure: { type: string }) => failure.type === 'unknown_field');
      expect(found?.msg).toBe(`Unknown field "${otherCase(field)}"; did you mean "${field}"?`);
    },
  );

  test('lists at most 100 failures, and answers a body of unknown fields as quickly as one', async () => {
    const count = Math.min(10_000, Math.floor(bodyLimitOf(route) / 16));
    const answer = await send(Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, 0])));
    expect(failures(answer)).toHaveLength(100);
  });

  test.each([
    ['a field of prototypes', '{"__proto__":{"name":"p"},"constructor":{"prototype":{}}}'],
    ['deep arrays', (field: string) => `{"${field}":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['a number beyond doubles', (field: string) => `{"${field}":1e999}`],
    ['the character zero', (field: string) => `{"${field}":"\\u0000"}`],
    ['half of a character', (field: string) => `{"${field}":"\\ud800"}`],
  ])('never fails on %s', async (_, text) => {
    if (typeof text === 'string') return void (await send(text));
    for (const field of fields) await send(text(field));
  });

  const free = fields.filter((field) => field === 'action' || field === 'metadata');
  if (free.length > 0)
    test('never fails on deep nesting', async () => {
      for (const field of free) await send(`{"${field}":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`);
    });
  const named = fields.filter((field) => field === 'name');
  if (named.length > 0)
    test('never fails on a name with half of a character', async () => {
      await send(`{"latitude":1,"longitude":1,"name":"\\ud800","id":"${params.id ?? (await world.fence()).id}"}`);
    });

  test('never fails on any JSON in any of its fields', async () => {
    const fuzz = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 });
    await fc.assert(
      fc.asyncProperty(fuzz, async (body) => void (await send(body))),
      { numRuns: 40 },
    );
  });
});
