import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseQuery } from '../../../shared/http/query.ts';
import { newRequestId, readRequest } from '../../../shared/http/request.ts';

const event = (given: object = {}) =>
  ({
    rawPath: '/api/v1/things',
    rawQueryString: '',
    headers: {},
    requestContext: { http: { method: 'GET', sourceIp: '198.51.100.1' }, domainName: 'api.example.com' },
    ...given,
  }) as unknown as APIGatewayProxyEventV2;

beforeEach(() => vi.stubEnv('ORIGIN_VERIFY', 'front-door-secret'));
afterEach(() => vi.unstubAllEnvs());

describe('the viewer headers', () => {
  const viewer = { 'x-viewer-address': '203.0.113.9', 'x-viewer-host': 'hexfence.example' };
  const read = (headers: object) => readRequest(event({ headers: { ...viewer, ...headers } }));

  test('count beside the secret of the front door', () => {
    expect(read({ 'x-origin-verify': 'front-door-secret' })).toMatchObject({
      address: '203.0.113.9',
      origin: 'https://hexfence.example',
    });
  });

  test.each(['front-door-secret,the-next-one', 'the-last-one,front-door-secret'])(
    'count while one secret replaces another: %s',
    (sent) => {
      expect(read({ 'x-origin-verify': sent })).toMatchObject({ address: '203.0.113.9', viaFrontDoor: true });
    },
  );

  test.each([
    {},
    { 'x-origin-verify': '' },
    { 'x-origin-verify': ',' },
    { 'x-origin-verify': 'front-door-secret-and-more' },
    { 'x-origin-verify': 'front-door,secret' },
    { 'x-origin-verify': 'front-door-secreT' },
    { 'x-origin-verify': 'front' },
  ])('count for nothing beside %o', (headers) => {
    expect(read(headers)).toMatchObject({
      address: '198.51.100.1',
      origin: 'https://api.example.com',
      viaFrontDoor: false,
    });
  });

  test('count for nothing where the deployment has no secret', () => {
    vi.stubEnv('ORIGIN_VERIFY', '');
    expect(read({ 'x-origin-verify': '' }).address).toBe('198.51.100.1');
  });

  test('are the only ones that count: anybody can send X-Forwarded-For', () => {
    const forwarded = {
      'x-forwarded-for': '192.0.2.7',
      'x-origin-verify': 'front-door-secret',
      'x-viewer-address': '',
    };
    expect(read(forwarded).address).toBe('198.51.100.1');
  });
});

describe('a request', () => {
  test('has a new id, sortable by time', () => {
    const ids = Array.from({ length: 1000 }, newRequestId);
    expect(new Set(ids).size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^req_[0-9A-V]{26}$/);
    vi.useFakeTimers({ now: 0 });
    const early = newRequestId();
    vi.setSystemTime(4e12);
    const late = newRequestId();
    vi.useRealTimers();
    expect(early < late).toBe(true);
  });

  test('has lower-case header names, and http only on this machine', () => {
    const read = readRequest(event({ headers: { 'X-API-Key': 'k' } }));
    expect(read.headers).toEqual({ 'x-api-key': 'k' });
    const origin = (domainName: string) =>
      readRequest(event({ requestContext: { http: { method: 'GET' }, domainName } })).origin;
    expect(origin('localhost:4000')).toBe('http://localhost:4000');
    expect(origin('127.0.0.1')).toBe('http://127.0.0.1');
    expect(origin('localhost.evil.example')).toBe('https://localhost.evil.example');
  });

  test('has its body decoded when somebody asks, and measured in bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.boolean(), (text, isBase64Encoded) => {
        fc.pre(!text.includes('\ufffd') && !text.startsWith('\u001f'));
        const given = isBase64Encoded ? Buffer.from(text).toString('base64') : text;
        const { body } = readRequest(event({ body: given, isBase64Encoded }));
        expect([body?.text(), body?.bytes]).toEqual([text, Buffer.byteLength(text)]);
      }),
    );
    expect(readRequest(event({ body: '' })).body).toBeUndefined();
  });

  test('has the ids in its path in lower case, and other words unchanged', () => {
    const params = (id: string) => readRequest(event({ pathParameters: { id } })).params.id;
    const id = '550e8400-e29b-41d4-a716-446655440000';
    expect(params(id.toUpperCase())).toBe(id);
    expect(params(`submissions.${id.toUpperCase()}`)).toBe(`submissions.${id}`);
    expect(params('AB'.repeat(32))).toBe('ab'.repeat(32));
    for (const other of ['OpenAPI-v1.2.0.json', `${id.toUpperCase()}0`, 'ABC']) expect(params(other)).toBe(other);
  });

  test('has its path parameters decoded; a stray percent sign is part of an unknown id', () => {
    const params = (id: string) => readRequest(event({ pathParameters: { id } })).params.id;
    expect(params('a%20b%2Fc')).toBe('a b/c');
    for (const stray of ['%', '100%', '%zz', '%C3%28', '%E0%A4%A']) expect(() => params(stray)).not.toThrow();
  });
});

describe('the query', () => {
  test.each([
    ['', {}],
    ['a=1', { a: '1' }],
    ['a=1&a=2&a=3', { a: ['1', '2', '3'] }],
    ['tag=a,b&tag=c', { tag: ['a,b', 'c'] }],
    ['a=1+2%2B3', { a: '1 2+3' }],
    ['a=%C3%A4&%C3%A4=b', { a: 'ä', ä: 'b' }],
    ['a', { a: '' }],
    ['=b', { '': 'b' }],
    ['a=%&b=%zz', { a: '%', b: '%zz' }],
    ['a[b]=1', { 'a[b]': '1' }],
  ])('%s is %o', (raw, parsed) => {
    expect({ ...parseQuery(raw) }).toEqual(parsed);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is a parameter like others', (name) => {
    const query = parseQuery(`${name}=1&${name}=2`);
    expect(Object.keys(query)).toEqual([name]);
    expect(query[name]).toEqual(['1', '2']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('decodes whatever was encoded, in order', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 5 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', '__proto__'), text)), (pairs) => {
        const query = parseQuery(new URLSearchParams(pairs).toString());
        for (const name of ['a', 'b', '__proto__']) {
          const values = pairs.filter(([n]) => n === name).map(([, value]) => value);
          expect([query[name] ?? []].flat()).toEqual(values);
        }
      }),
    );
  });
});
