import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as apiDocs from '../../../functions/service/api-docs.ts';
import * as docs from '../../../functions/service/docs.ts';
import * as docsAssets from '../../../functions/service/docs-assets.ts';
import * as docsError from '../../../functions/service/docs-error.ts';
import * as docsErrors from '../../../functions/service/docs-errors.ts';
import * as openapi from '../../../functions/service/openapi.ts';
import * as root from '../../../functions/service/root.ts';
import * as specs from '../../../functions/service/specs.ts';
import { buildAssets } from '../../../lib/openapi/assets.ts';
import { items } from '../../../lib/openapi/explanations/items.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { pointFaults } from '../../../shared/locations/given.ts';
import { catalogue } from '../../../shared/problems/catalogue.ts';
import { causes } from '../../../shared/quarantine/cause.ts';
import { readingFaults } from '../../../shared/readings/given.ts';
import { itemCodes } from '../../shared/problems/contract-codes.ts';
import { addressed } from '../../support/endpoints.ts';
import { contextOf, gatewayEvent, invoke } from '../../support/invoke.ts';

/** In a function these files lie beside the bundle. */
const build = vi.hoisted(() => ({ folder: '' }));
vi.mock('../../../shared/http/assets.ts', () => ({ asset: (name: string) => readFile(join(build.folder, name)) }));

beforeAll(async () => {
  build.folder = await mkdtemp(join(tmpdir(), 'hexfence-docs-'));
  await buildAssets({ endpoints: addressed }, build.folder);
  vi.stubEnv('PUBLIC_DOCS', 'true');
});
afterEach(() => {
  vi.stubEnv('PUBLIC_DOCS', 'true');
});
afterAll(() => rm(build.folder, { recursive: true }));

const gzipped = { 'accept-encoding': 'br, gzip' };

describe('the document', () => {
  test('is served by itself, and again where tools look for it', async () => {
    const { status, headers, body } = await invoke(openapi);
    expect({ status, type: headers['Content-Type'] }).toEqual({ status: 200, type: 'application/json' });
    expect(body.openapi).toBe('3.0.3');
    expect(body.info.version).toBe(packageJson.version);
    expect((await invoke(apiDocs)).body).toEqual(body);
  });

  test('may be cached permanently under its release, briefly as the latest, and has no other address', async () => {
    const ask = (document: string) => invoke(specs, { params: { document } });
    const pinned = await ask(`openapi-v${packageJson.version}.json`);
    expect(pinned.headers['Cache-Control']).toContain('immutable');
    const latest = await ask('openapi-latest.json');
    expect(latest.body).toEqual(pinned.body);
    expect(latest.headers['Cache-Control']).toBe('public, max-age=300');
    for (const name of ['openapi-v0.0.0.json', 'constructor', '']) {
      expect(await ask(name)).toMatchObject({ status: 404, body: { error_code: 'ROUTE_NOT_FOUND' } });
    }
  });

  test('names the deployment that serves it, and no other', async () => {
    for (const served of [openapi, apiDocs]) {
      const { body } = await invoke(served, { headers: { accept: 'application/json' } });
      expect(body.servers).toEqual([{ url: 'http://localhost', description: expect.any(String) }]);
      expect(JSON.stringify(body)).not.toContain('api.example.net');
    }
    const event = gatewayEvent(openapi.route, {});
    const elsewhere = { ...event, requestContext: { ...event.requestContext, domainName: 'maps.example.org' } };
    const { body } = await openapi.handler(elsewhere, contextOf(openapi.route));
    expect(JSON.parse(body!).servers[0].url).toBe('https://maps.example.org');
  });

  test('is compressed for clients that accept it, and not sent again to clients that have it', async () => {
    const event = gatewayEvent(openapi.route, { headers: gzipped });
    const packed = await openapi.handler(event, contextOf(openapi.route));
    expect(packed.headers['Content-Encoding']).toBe('gzip');
    const plain = await invoke(openapi, { headers: { 'accept-encoding': 'gzip;q=0' } });
    expect(JSON.parse(gunzipSync(Buffer.from(packed.body!, 'base64')).toString('utf8'))).toEqual(plain.body);
    const again = await invoke(openapi, { headers: { 'if-none-match': plain.headers.ETag! } });
    expect(again).toMatchObject({ status: 304, body: undefined });
  });
});

describe('the page', () => {
  test('may load its own files only, and all of them are there', async () => {
    const { status, headers, body } = await invoke(docs, { headers: { accept: 'text/html' } });
    expect(status).toBe(200);
    expect(headers['Content-Security-Policy']).toMatch(/default-src 'none'.*script-src 'self';/);
    expect(headers['Content-Security-Policy']).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe/);
    const files = [...body.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map(([, url]) => url)
      .filter((url) => !/^data:/.test(url));
    const own = files.filter((url) => url.startsWith('/docs/assets/'));
    expect(files.filter((url) => !own.includes(url))).toEqual(['/openapi/openapi.json']);
    expect(own).toHaveLength(3);
    for (const url of own) {
      const answer = await invoke(docsAssets, { params: { file: url.split('/').at(-1) } });
      expect(answer.status).toBe(200);
      expect(answer.headers['Content-Type']).toMatch(/^text\/(javascript|css); charset=utf-8$/);
      expect(answer.headers['Cache-Control']).toContain('immutable');
    }
  });

  test('has no other files', async () => {
    for (const file of ['scalar.js', 'scalar.js.gz', '__proto__', '..%2Findex.mjs']) {
      expect((await invoke(docsAssets, { params: { file } })).status).toBe(404);
    }
  });

  test('fits into an answer of Lambda, packed or not', async () => {
    const release = JSON.parse(await readFile(join(build.folder, 'docs.json'), 'utf8'));
    for (const file of Object.keys(release.files)) {
      for (const headers of [{}, gzipped]) {
        const event = gatewayEvent(docsAssets.route, { params: { file }, headers });
        const answer = JSON.stringify(await docsAssets.handler(event, contextOf(docsAssets.route)));
        expect(Buffer.byteLength(answer)).toBeLessThan(6 * 1024 * 1024);
      }
    }
  });
});

test.each(Object.keys(catalogue))('the type of %s leads to a page about it', async (code) => {
  const { status, body } = await invoke(docsError, { params: { code }, headers: { accept: 'text/html' } });
  expect(status).toBe(200);
  expect(body).toContain(`<h1>${code}</h1>`);
});

test('every code of an item has a page, and no page is of a code that no answer has', async () => {
  const { body } = await invoke(openapi);
  const enums = ['BulkErrorCode', 'GeofenceBatchError'].map((name) => body.components.schemas[name]);
  const bulk: string[] = enums.flatMap(({ enum: values, properties }) => values ?? properties.error_code.enum);
  const codes = [...new Set([...bulk, ...pointFaults, ...readingFaults, ...causes])];
  expect(codes.sort()).toEqual(Object.keys(items).sort());
  expect(codes).toEqual(itemCodes.split(' ').sort());
  for (const code of codes) {
    const page = await invoke(docsError, { params: { code } });
    expect([page.status, page.body]).toEqual([200, expect.stringContaining(`<h1>${code}</h1>`)]);
  }
});

test('an unknown code is answered with the way to all codes', async () => {
  const { status, body } = await invoke(docsError, { params: { code: 'NO_SUCH_CODE' } });
  expect([status, body.error_code, body.detail]).toEqual([
    404,
    'ROUTE_NOT_FOUND',
    expect.stringContaining('/docs/errors'),
  ]);
});

test('the index leads to every page', async () => {
  const { status, headers, body } = await invoke(docsErrors, { headers: { accept: 'text/html' } });
  expect(status).toBe(200);
  expect(headers['Content-Security-Policy']).toMatch(/default-src 'none'/);
  const linked = [...body.matchAll(/href="\/docs\/errors\/(\w+)"/g)].map(([, code]) => code);
  expect(linked.sort()).toEqual([...Object.keys(catalogue), ...Object.keys(items)].sort());
  const again = await invoke(docsErrors, { headers: { 'if-none-match': headers.ETag! } });
  expect(again.status).toBe(304);
});

test('the root leads to the documentation', async () => {
  const { status, headers } = await invoke(root, { headers: { accept: 'text/html' } });
  expect({ status, to: headers.Location }).toEqual({ status: 302, to: 'http://localhost/docs' });
});

test('an unknown code has no page', async () => {
  expect((await invoke(docsError, { params: { code: 'toString' } })).status).toBe(404);
});

test('a deployment that does not expose its documentation still serves the document to programs', async () => {
  vi.stubEnv('PUBLIC_DOCS', '');
  const hidden = { status: 404, body: { error_code: 'ROUTE_NOT_FOUND' } };
  expect(await invoke(docs)).toMatchObject(hidden);
  expect(await invoke(apiDocs)).toMatchObject(hidden);
  expect(await invoke(docsError, { params: { code: 'NOT_FOUND' } })).toMatchObject(hidden);
  expect(await invoke(docsAssets, { params: { file: 'start.js' } })).toMatchObject(hidden);
  expect(await invoke(docsErrors)).toMatchObject(hidden);
  expect(await invoke(root)).toMatchObject(hidden);
  expect((await invoke(openapi)).status).toBe(200);
});
