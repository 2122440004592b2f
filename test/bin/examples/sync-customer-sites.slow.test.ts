import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { generateClient } from '../../../lib/openapi/client.ts';
import { renderDocument } from '../../../lib/openapi/document.ts';
import { addressed } from '../../support/endpoints.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const document = JSON.stringify(
  renderDocument(
    addressed.map(({ route }) => route),
    '1.2.3',
  ),
);

/** The parts of a clone that the example needs, with a client of this document. */
async function cloneWith(openapi: string): Promise<string> {
  const clone = mkdtempSync(join(tmpdir(), 'hexfence-example-'));
  for (const name of ['bin/examples', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, name), join(clone, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  await generateClient(openapi, join(clone, '.local/client'));
  return clone;
}

let clone: string;
beforeAll(async () => {
  clone = await cloneWith(document);
});
afterAll(() => rmSync(clone, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(cwd: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env: { PATH: process.env.PATH, ...env }, timeout: 30_000 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, out, err });
    });
  });
}

describe('its types', () => {
  const check = (folder: string) =>
    run(folder, join(root, 'node_modules/.bin/tsc'), ['--project', 'bin/examples', '--pretty', 'false']);

  test('are those of the client that the document gives', async () => {
    expect(await check(clone)).toEqual({ code: 0, out: '', err: '' });
  });

  test('do not agree with a document in which something has another name', async () => {
    const renamed = document
      .replaceAll('bulk_create_geofences', 'bulkCreateGeofences')
      .replaceAll('BulkResult', 'BulkOutcome')
      .replaceAll('dedup_strategy', 'dedupStrategy');
    const other = await cloneWith(renamed);
    const { code, out } = await check(other);
    rmSync(other, { recursive: true });
    expect(code).not.toBe(0);
    expect(out).toContain("Property 'bulk_create_geofences' does not exist");
    expect(out).toContain("has no exported member 'BulkResult'");
    expect(out).toContain("'dedup_strategy' does not exist in type 'BulkCreateRequest'");
  });
});

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: object;
}

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

describe('its requests', () => {
  let server: Server;
  let received: Received[];
  let answers: Answer[];

  /** Returns the responses one after another, whatever the request is. */
  beforeEach(async () => {
    received = [];
    server = createServer(async (request, response) => {
      received.push({ headers: request.headers, body: await json(request) });
      const { status, headers, body } = answers.shift()!;
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());

  function runExample(...given: Answer[]): Promise<Ran> {
    answers = given;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return run(clone, process.execPath, ['bin/examples/sync-customer-sites.ts'], {
      HEXFENCE_URL: url,
      HEXFENCE_API_KEY: 'hx_live_of_the_test',
    });
  }

  const refusal = (status: number, code: string, retryAfterSeconds?: number): Answer => ({
    status,
    headers: retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) },
    body: { detail: 'As the API says it.', error_code: code, request_id: 'req_1' },
  });
  const id = '550e8400-e29b-41d4-a716-446655440000';
  const created = (index: number) => ({ index, status: 'created', geofence_id: id });
  const failed = (index: number) => {
    const error = { message: 'Could not geocode address', code: 'GEOCODE_FAILED' };
    return { index, status: 'error', error_code: error.code, error };
  };
  const match = { geofence_id: id, name: 'Existing SF Hub', distance_meters: 12.3 };
  const duplicate = (index: number) => ({ index, status: 'duplicate', dedup_match: match });
  const processed = (...results: object[]): Answer => ({ status: 201, body: { results } });

  test('force what was a duplicate, and report each error', async () => {
    const ran = await runExample(processed(created(0), failed(1), duplicate(2)), processed(created(0)));
    expect(ran).toEqual({
      code: 0,
      err: '',
      out: [
        'First pass: 1 created, 1 duplicate, 1 error',
        '  Error at index 1: Could not geocode address (GEOCODE_FAILED)',
        'Override pass: 1 force-created',
        'Total geofences created: 2',
        '',
      ].join('\n'),
    });
    const site = (address: string) => ({ address, name: null, tags: ['customer:acme'] });
    const third = site('789 Mission St, San Francisco, CA');
    expect(received.map(({ body }) => body)).toEqual([
      {
        items: [site('123 Main St, San Francisco, CA'), site('456 Market St, San Francisco, CA'), third],
        dedup_strategy: 'skip',
      },
      { items: [third], dedup_strategy: 'override' },
    ]);
    expect(received.map(({ headers }) => headers['x-api-key'])).toEqual(['hx_live_of_the_test', 'hx_live_of_the_test']);
  });

  test('are repeated under the same Idempotency-Key when the API says so', async () => {
    const { code, out } = await runExample(
      refusal(429, 'RATE_LIMIT_EXCEEDED', 1),
      refusal(503, 'SERVICE_UNAVAILABLE', 1),
      processed(created(0), created(1), created(2)),
    );
    expect([code, out]).toEqual([0, 'First pass: 3 created, 0 duplicate, 0 error\nTotal geofences created: 3\n']);
    expect(new Set(received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(received[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    [refusal(429, 'RATE_LIMIT_EXCEEDED', 3412), /^RATE_LIMIT_EXCEEDED: Import again when the hour is over; .*\n$/],
    [refusal(413, 'BATCH_TOO_LARGE'), /^BATCH_TOO_LARGE: Send fewer addresses at a time\.\n$/],
    [refusal(401, 'KEY_REVOKED'), /^KEY_REVOKED: As the API says it\.\n$/],
    [{ status: 403, body: {} }, /^The API answered 403\.\n$/],
  ])('end with what to do: $body.error_code', async (answer, sentence) => {
    const { code, out, err } = await runExample(answer);
    expect([code, out, received.length]).toEqual([1, '', 1]);
    expect(err).toMatch(sentence);
  });
});
