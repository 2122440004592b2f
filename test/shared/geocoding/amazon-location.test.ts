import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { searchPlaces } from '../../../shared/geocoding/amazon-location.ts';
import { queryOf } from '../../../shared/geocoding/query.ts';
import { geocodingOf } from '../../../shared/tenancy/geocoding-settings.ts';

/** The adapter against bytes on a network connection, which is as near to the service as a test can be. */

interface Asked {
  readonly host: string | undefined;
  readonly path: string | undefined;
  readonly body: Record<string, unknown>;
}

let asked: Asked[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  asked.push({ host: request.headers.host, path: request.url, body: JSON.parse(body) });
  answer(request, response);
});

const says = (status: number, body: unknown, headers: Record<string, string> = {}) => {
  answer = (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
};
const results = (...found: unknown[]) => ({ Summary: { Text: 'x', DataSource: 'Esri' }, Results: found });
const place = (more: object = {}) => ({
  Label: '1 Main St',
  Geometry: { Point: [-122.41941234567, 37.77491234567] },
  ...more,
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_LOCATION', `http://localhost:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('PLACE_INDEX', 'hexfence-test-places');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  vi.unstubAllEnvs();
});
beforeEach(() => {
  asked = [];
});

const defaults = geocodingOf({});
const search = (address = '1 Main St', settings = defaults, signal = new AbortController().signal) =>
  searchPlaces(queryOf(address, settings), signal);

describe('a search', () => {
  test('asks the index for five places, at the configured endpoint', async () => {
    says(200, results());
    expect(await search('  1  Main\tSt ')).toEqual([]);
    expect(asked).toMatchObject([
      {
        host: expect.stringMatching(/^localhost:/),
        path: '/places/v0/indexes/hexfence-test-places/search/text',
        body: { Text: '1 Main St', MaxResults: 5 },
      },
    ]);
    expect(Object.keys(asked[0]!.body).sort()).toEqual(['MaxResults', 'Text']);
  });

  test('passes on bias, countries and language', async () => {
    says(200, results());
    const bias = { latitude: 40.4168, longitude: -3.7038 };
    await search('1 Main St', { ...defaults, bias, countries: ['ESP', 'PRT'], language: 'es' });
    expect(asked[0]?.body).toMatchObject({
      BiasPosition: [-3.7038, 40.4168],
      FilterCountries: ['ESP', 'PRT'],
      Language: 'es',
    });
  });

  test('answers places in their order, rounded', async () => {
    const second = { Place: place({ Label: 'Second', Street: 'Main St' }), Relevance: 0.5 };
    says(200, results({ Place: place({ AddressNumber: '1', Interpolated: true }), Relevance: 0.98765432 }, second));
    expect(await search()).toEqual([
      { latitude: 37.7749123, longitude: -122.4194123, label: '1 Main St', confidence: 0.9877, precision: 'address' },
      { latitude: 37.7749123, longitude: -122.4194123, label: 'Second', confidence: 0.5, precision: 'street' },
    ]);
  });

  test.each([
    [{ Categories: ['AddressType'] }, 'address'],
    [{ Categories: ['PointOfInterestType', 'Coffee Shop'] }, 'address'],
    [{ Categories: ['StreetType'], Street: 'Main St', Municipality: 'X' }, 'street'],
    [{ Categories: ['IntersectionType'] }, 'street'],
    [{ Categories: ['PostalCodeType'], Municipality: 'X' }, 'postcode'],
    [{ Categories: ['MunicipalityType'], PostalCode: '94105' }, 'locality'],
    [{ Categories: ['NeighborhoodType'] }, 'locality'],
    [{ Categories: ['SubRegionType'] }, 'region'],
    [{ Categories: ['RegionType'], Region: 'California' }, 'region'],
    [{ Categories: ['CountryType'], Country: 'USA' }, 'country'],
    [{ AddressNumber: '1', Street: 'Main St' }, 'address'],
    [{ Street: 'Main St', PostalCode: '1' }, 'street'],
    [{ PostalCode: '1', Municipality: 'X' }, 'postcode'],
    [{ Municipality: 'X', Region: 'Y', Categories: ['Something new'] }, 'locality'],
    [{ SubRegion: 'Y' }, 'region'],
    [{ Country: 'USA' }, 'country'],
    [{}, 'country'],
  ])('takes %j for a %s', async (more, precision) => {
    says(200, results({ Place: place(more), Relevance: 1 }));
    expect(await search()).toMatchObject([{ precision }]);
  });
});

describe('an unreadable response', () => {
  test.each([
    [429, 'ThrottlingException', 'throttled'],
    [400, 'ThrottlingException', 'throttled'],
    [429, 'SomethingElse', 'throttled'],
    [400, 'ValidationException', 'refused'],
    [403, 'AccessDeniedException', 'unavailable'],
    [404, 'ResourceNotFoundException', 'unavailable'],
    [500, 'InternalServerException', 'unavailable'],
    [503, 'ServiceUnavailable', 'unavailable'],
  ])('%d %s is %s, after one attempt', async (status, name, kind) => {
    says(status, { message: 'about 1 Main St' }, { 'x-amzn-errortype': name });
    expect(await search()).toEqual({ kind, cause: name });
    expect(asked).toHaveLength(1);
  });

  const good = { Place: place(), Relevance: 1 };
  test.each([
    ['bytes', '<html>'],
    ['half a document', JSON.stringify(results(good)).slice(0, -5)],
    ['nothing', ''],
    ['null', 'null'],
    ['no results', {}],
    ['no relevance', results({ Place: place() })],
    ['a relevance out of range', results({ ...good, Relevance: 1.01 })],
    ['a relevance that is no number', results({ ...good, Relevance: 'NaN' })],
    ['no label', results({ ...good, Place: { Geometry: { Point: [1, 2] } } })],
    ['no point', results({ ...good, Place: { Label: 'x', Geometry: {} } })],
    ['a point of one number', results({ ...good, Place: place({ Geometry: { Point: [1] } }) })],
    ['a latitude out of range', results({ ...good, Place: place({ Geometry: { Point: [1, 90.1] } }) })],
    ['a longitude out of range', results({ ...good, Place: place({ Geometry: { Point: [180.1, 1] } }) })],
    ['one bad place among good ones', results(good, { ...good, Relevance: -1 })],
  ])('%s in place of places is an outage', async (_, body) => {
    says(200, body);
    expect(await search()).toMatchObject({ kind: 'unavailable' });
  });

  test('whatever the document, nothing is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.constantFrom(200, 400, 500), async (body, status) => {
        says(status, body);
        const outcome = await search();
        expect(Array.isArray(outcome) || outcome).toBeTruthy();
      }),
      { numRuns: 50 },
    );
  });

  test('a connection that breaks is an outage', async () => {
    answer = (request) => request.socket.destroy();
    expect(await search()).toMatchObject({ kind: 'unavailable' });
  });

  test('a call without a response is aborted: at the signal, or after three seconds', async () => {
    answer = () => undefined;
    const from = performance.now();
    expect(await search('1 Main St', defaults, AbortSignal.timeout(100))).toMatchObject({ kind: 'unavailable' });
    expect(performance.now() - from).toBeLessThan(2000);
    expect(await search()).toEqual({ kind: 'unavailable', cause: 'TimeoutError' });
  });
});
