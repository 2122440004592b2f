import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { newPerson, signIn } from '../support/persons.ts';
import { type ApiAnswer, apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** Bulk creation over HTTP on the deployed stack; the place search of the local stack geocodes. */

let workspace: WorkspaceRow;
let call: ReturnType<typeof apiClient>;

beforeAll(() => useDeployedTables());
afterEach(() => control('DELETE'));

/** A separate workspace for each test, because of limits and existing fences. */
async function fresh(): Promise<void> {
  workspace = await newWorkspace({ plan: 'enterprise' });
  call = apiClient(await newKey(workspace, { scopes: grantableScopes }));
}

async function control(method: string, settings?: object): Promise<Response> {
  const body = settings ? { body: JSON.stringify(settings) } : {};
  return await fetch(`${inject('stack').endpoint}/_hexfence/location`, { method, ...body });
}

/** How often these texts were searched for since the last `DELETE`; other tests use the search at the same time. */
async function askedFor(wanted: readonly string[]): Promise<number> {
  const { counters } = (await (await control('GET')).json()) as { counters: { texts: readonly string[] } };
  return counters.texts.filter((text) => wanted.includes(text)).length;
}

/** Addresses that are not near each other and that no other test uses: every third house of two long streets. */
const addresses = (count: number, first: number) =>
  Array.from({ length: count }, (_, i) => {
    const [house, street] = [first + 3 * Math.floor(i / 2), i % 2 ? 'Market St' : 'Mission St'];
    return `${house} ${street}, San Francisco, CA`;
  });
const items = (count: number, first: number) =>
  addresses(count, first).map((address) => ({ address, buffer_meters: 2 }));

const bulk = (body: unknown, headers = {}): Promise<ApiAnswer> => call('POST', '/api/v1/geofences/bulk', body, headers);
const total = async () => (await call('GET', '/api/v1/geofences?limit=1')).body.total as number;
type Result = { index: number; status: string; geofence_id?: string; error_code?: string };
const counts = (results: readonly Result[]) =>
  Object.fromEntries(
    [...Map.groupBy(results, ({ status, error_code }) => error_code ?? status)].map(([kind, { length }]) => [
      kind,
      length,
    ]),
  );

describe('500 addresses', () => {
  test('become 500 geofences in one call, and sent again nothing', async () => {
    await fresh();
    await control('PUT', { latencyMilliseconds: 50 });
    const batch = { items: items(500, 1) };
    const first = await bulk(batch);
    expect(first.status, JSON.stringify(first.body).slice(0, 500)).toBe(201);
    expect(first.body.results.map(({ index }: Result) => index)).toEqual(batch.items.map((_, i) => i));
    expect(counts(first.body.results)).toEqual({ created: 500 });
    expect(await total()).toBe(500);
    const ids = new Set(first.body.results.map(({ geofence_id }: Result) => geofence_id));
    expect(ids.size).toBe(500);

    const [sample] = first.body.results;
    const { body: fence } = await call('GET', `/api/v1/geofences/${sample.geofence_id}`);
    expect(fence).toMatchObject({
      name: '1 Mission St, San Francisco, CA',
      radiusMeters: 2,
      geometryType: 'Circle',
      status: 'active',
      tags: [],
      metadata: {
        address: '1 Mission St, San Francisco, CA',
        normalizedAddress: '1 Mission St, San Francisco, CA, 94105, USA',
        geocodeConfidence: 1,
      },
    });
    const { latitude, longitude } = fence;
    const check = await call('POST', '/api/v1/geofences/check', { latitude, longitude });
    expect(check.body.matches.map((match: { geofenceId: string }) => match.geofenceId)).toContain(sample.geofence_id);

    const again = await bulk(batch);
    expect([again.status, counts(again.body.results)]).toEqual([201, { duplicate: 500 }]);
    expect(await total()).toBe(500);
    expect(await askedFor(addresses(500, 1)), 'what was geocoded once is known').toBe(500);
  }, 120_000);

  test('plus one are refused, and nothing is written', async () => {
    await fresh();
    const refused = await bulk({ items: items(501, 1) });
    expect([refused.status, refused.body]).toEqual([
      413,
      {
        detail: 'Batch too large: 501 > 500',
        error_code: 'BATCH_TOO_LARGE',
        details: { max_items: 500, requested_items: 501 },
        request_id: refused.headers.get('x-request-id'),
      },
    ]);
    expect(await total()).toBe(0);
  });
});

describe('Prefer: respond-async', () => {
  test('answers at once where to look, and the batch is done in the end', async () => {
    await fresh();
    const accepted = await bulk({ items: items(60, 901) }, { prefer: 'respond-async' });
    expect(accepted.status, JSON.stringify(accepted.body)).toBe(202);
    const { batch_id, status_url } = accepted.body;
    expect(accepted.headers.get('location')).toBe(status_url);
    expect(status_url).toBe(`${inject('stack').url}/api/v1/geofences/bulk/${batch_id}`);
    const seen: number[] = [];
    let status: ApiAnswer;
    do {
      status = await call('GET', new URL(status_url).pathname);
      seen.push(status.body.processed);
      expect(status.body.results).toHaveLength(status.body.processed);
      await new Promise((resolve) => setTimeout(resolve, 100));
    } while (status.body.status === 'processing');
    expect(status.body).toMatchObject({ batch_id, status: 'completed', processed: 60, total: 60 });
    expect(counts(status.body.results)).toEqual({ created: 60 });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    const audit = await call('GET', '/api/v1/audit-logs?action=geofence.bulk_completed');
    expect(audit.body.data).toMatchObject([
      {
        resource_id: batch_id,
        changes: { status: [null, 'completed'], processed: [null, 60], total: [null, 60], created: [null, 60] },
      },
    ]);
  });

  test('under fail writes nothing where there is a duplicate, and says which', async () => {
    await fresh();
    await bulk({ items: items(1, 1201) });
    const accepted = await bulk({ items: items(6, 1195), dedup_strategy: 'fail' }, { prefer: 'respond-async' });
    const url = new URL(accepted.body.status_url).pathname;
    await expect.poll(async () => (await call('GET', url)).body.status, { timeout: 20_000 }).toBe('aborted');
    const { body } = await call('GET', url);
    expect(body).toMatchObject({ error_code: 'DUPLICATE_GEOFENCE', total: 6 });
    expect(body.results.map(({ status }: Result) => status)).toEqual(['duplicate']);
    expect(await total()).toBe(1);
  });
});

test('two skip batches of the same addresses at once create each geofence once', async () => {
  await fresh();
  const batch = { items: items(20, 1301) };
  const answers = await Promise.all([bulk(batch), bulk(batch), bulk(batch)]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  const results = answers.flatMap(({ body }) => body.results as Result[]);
  expect(counts(results)).toEqual({ created: 20, duplicate: 40 });
  expect(await total()).toBe(20);
});

describe('a geocoder', () => {
  const some = (first: number) => ({ items: items(6, first) });

  test('that throttles half of the calls is retried until all addresses are found', async () => {
    await fresh();
    await control('PUT', { throttleShare: 0.5 });
    expect(counts((await bulk(some(1401))).body.results)).toEqual({ created: 6 });
  });

  test('that fails half of the calls is retried until all addresses are found', async () => {
    await fresh();
    await control('PUT', { failShare: 0.5 });
    expect(counts((await bulk(some(1451))).body.results)).toEqual({ created: 6 });
  });

  test('that takes two seconds an answer is waited for', async () => {
    await fresh();
    await control('PUT', { latencyMilliseconds: 2000 });
    expect(counts((await bulk(some(1551))).body.results)).toEqual({ created: 6 });
  });

  test('that refuses one address permanently fails that item, to be tried again, and no other', async () => {
    await fresh();
    await control('PUT', { throttleShare: 1, only: '1501 Mission' });
    const { status, body } = await bulk(some(1501));
    expect([status, counts(body.results)]).toEqual([201, { GEOCODER_RATE_LIMIT: 1, created: 5 }]);
    expect(body.results[0]).toMatchObject({ index: 0, error: { code: 'GEOCODER_RATE_LIMIT' } });
    await control('DELETE');
    expect(counts((await bulk(some(1501))).body.results)).toEqual({ created: 1, duplicate: 5 });
  }, 60_000);

  test.each(['not-json', 'wrong-shape', 'out-of-range'])(
    'that answers %s creates nothing, and is not believed later',
    async (garbage) => {
      await fresh();
      const batch = { items: items(1, { 'not-json': 1601, 'wrong-shape': 1611, 'out-of-range': 1621 }[garbage]!) };
      await control('PUT', { garbage });
      const { status, body } = await bulk(batch);
      expect([status, counts(body.results)]).toEqual([201, { GEOCODER_RATE_LIMIT: 1 }]);
      await control('DELETE');
      expect(counts((await bulk(batch)).body.results)).toEqual({ created: 1 });
    },
    60_000,
  );

  test('that never answers is not waited for: 504 under fail, and nothing is written', async () => {
    await fresh();
    await control('PUT', { hangShare: 1, only: '1701 Mission' });
    const { status, body } = await bulk({ ...some(1701), dedup_strategy: 'fail' });
    expect([status, body.error_code], JSON.stringify(body)).toEqual([504, 'TIMEOUT']);
    expect(await total()).toBe(0);
  }, 60_000);

  test('that is down makes preview 503', async () => {
    await fresh();
    await control('PUT', { failShare: 1 });
    const answer = await call('POST', '/api/v1/geofences/preview', { items: items(2, 1801) });
    expect([answer.status, answer.body.error_code]).toEqual([503, 'GEOCODER_UNAVAILABLE']);
    expect(answer.body.details).toEqual({ dependency: 'geocoder' });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }, 60_000);
});

test('bulk accepts the places of a preview without geocoding them again', async () => {
  await fresh();
  const preview = await call('POST', '/api/v1/geofences/preview', {
    items: [...items(2, 1901), { address: '5 Nowhere Rd, Atlantis' }, { address: 'San Francisco, CA' }],
  });
  expect(preview.body).toMatchObject({ total: 4, ok_count: 2, dedup_count: 0, error_count: 2 });
  expect(preview.body.items[3].error_reason).toContain('only the city "San Francisco, CA, USA" was found');
  const rows = preview.body.items.map((row: Record<string, unknown>) => ({
    address: row.input_address,
    index: row.index,
    status: row.status === 'error' ? 'skipped' : row.status,
    lat: row.lat,
    lng: row.lng,
    normalized_address: row.normalized_address,
    override_dedup: false,
  }));
  await control('DELETE');
  const { status, body } = await bulk({ items: rows });
  expect([status, counts(body.results)]).toEqual([201, { created: 2 }]);
  expect(await askedFor(addresses(2, 1901))).toBe(0);
});

test('an owner raises the cap up to 1000, and nobody else', async () => {
  await fresh();
  const given = { lat: 1, lng: 1, address: 'Here' };
  const [owner, admin] = await Promise.all(
    (['owner', 'admin'] as const).map(async (role) => (await signIn(await newPerson(workspace, role))).access_token),
  );
  const cap = (token: string, bulk_create_max_batch_size: number) =>
    apiClient(token)('PATCH', '/api/v1/workspaces', { bulk_create_max_batch_size });
  expect((await cap(admin!, 600)).status).toBe(403);
  expect((await cap(owner!, 1001)).status).toBe(422);
  expect((await cap(owner!, 502)).status).toBe(200);
  const refused = await bulk({ items: Array(503).fill(given) });
  expect([refused.status, refused.body.detail]).toEqual([413, 'Batch too large: 503 > 502']);
  const { status, body } = await bulk({ items: Array(502).fill(given) });
  expect([status, counts(body.results)]).toEqual([201, { created: 1, duplicate: 501 }]);
});
