import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { maxBodyBytes, newRequestId, parseQuery, readJson, readRequest } from '../../../shared/http/request.ts';
import { request } from '../support/people.ts';

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

  test('are the only ones: X-Forwarded-For is anyone’s word', () => {
    const forwarded = {
      'x-forwarded-for': '192.0.2.7',
      'x-origin-verify': 'front-door-secret',
      'x-viewer-address': '',
    };
    expect(read(forwarded).address).toBe('198.51.100.1');
  });
});

describe('a request', () => {
  test('has an id of its own, sortable by time', () => {
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

  test('has its body decoded, and measured in bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.boolean(), (text, isBase64Encoded) => {
        const body = isBase64Encoded ? Buffer.from(text).toString('base64') : text;
        expect(readRequest(event({ body, isBase64Encoded }))).toMatchObject({
          body: text,
          bodyBytes: Buffer.byteLength(text),
        });
      }),
    );
    expect(readRequest(event({ body: '' }))).toMatchObject({ body: undefined, bodyBytes: 0 });
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

  test('gives back whatever was encoded, in order', () => {
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

describe('a JSON body', () => {
  const json = (body: string | undefined, type?: string) => {
    return readJson(request({ ...(body === undefined ? {} : { body }), headers: { 'content-type': type } }));
  };
  const refused = (code: string) => expect.objectContaining({ code });

  test.each([undefined, 'application/json', 'Application/JSON; charset=utf-8', 'application/geo+json'])(
    'is read as %s',
    (type) => {
      expect(json('{"a":1}', type)).toEqual({ a: 1 });
    },
  );

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'json'])(
    'is refused as %s',
    (type) => {
      expect(() => json('{}', type)).toThrow(refused('UNSUPPORTED_MEDIA_TYPE'));
    },
  );

  test.each(['{', '{"a":1,}', "{'a':1}", 'NaN', '\u0000', '{"a":1}}', 'undefined'])('%j is malformed', (text) => {
    expect(() => json(text)).toThrow(refused('MALFORMED_JSON'));
  });

  test('must be there', () => {
    expect(() => json(undefined)).toThrow(refused('MALFORMED_JSON'));
  });

  test('may have 4 MiB, and not a byte more', () => {
    const body = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
    expect(json(body(maxBodyBytes))).toHaveLength(maxBodyBytes - 2);
    expect(() => json(body(maxBodyBytes + 1))).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', details: { max_bytes: 4 * 1024 * 1024 } }),
    );
    expect(() => json(`"${'ä'.repeat(maxBodyBytes / 2)}"`)).toThrow(refused('PAYLOAD_TOO_LARGE'));
  });
});
