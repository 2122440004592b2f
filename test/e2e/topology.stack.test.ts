import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** Sites and device groups over HTTP, with the deployed rights, and the worker that ends references. */

const [sites, groups, geofences] = ['/api/v1/sites', '/api/v1/device-groups', '/api/v1/geofences'];
const longestSeconds = 60;

test('a site is created, found, changed and deleted; its geofence goes and leaves it', {
  timeout: 120_000,
}, async () => {
  useDeployedTables();
  const workspace = await newWorkspace();
  const api = apiClient(await newKey(workspace, { scopes: grantableScopes }));
  const { body: fence } = await api('POST', geofences, { name: 'Yard', latitude: 1, longitude: 2 });
  const draft = { name: 'Harbour depot', timezone: 'europe/madrid', geofenceId: fence.id, metadata: { bays: 4 } };
  const created = await api('POST', sites, draft, { 'Idempotency-Key': 'site-1' });
  expect([created.status, created.body]).toEqual([
    201,
    {
      ...draft,
      id: expect.any(String),
      tenantId: workspace.id,
      address: null,
      latitude: null,
      longitude: null,
      timezone: 'Europe/Madrid',
      createdAt: expect.any(String),
      updatedAt: created.body.createdAt,
      version: 1,
    },
  ]);
  const again = await api('POST', sites, draft, { 'Idempotency-Key': 'site-1' });
  expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([created.body, 'true']);
  expect((await api('POST', sites, draft)).body).toMatchObject({ error_code: 'CONFLICT', details: { field: 'name' } });

  const path = `${sites}/${created.body.id}`;
  expect((await api('GET', `${sites}?search=DEPOT`)).body).toMatchObject({ total: 1, data: [created.body] });
  const changed = await api('PATCH', path, { address: 'Pier 9' }, { 'If-Match': '"v1"' });
  expect([changed.status, changed.headers.get('etag'), changed.body.address]).toEqual([200, '"v2"', 'Pier 9']);
  expect((await api('PATCH', path, { address: null }, { 'If-Match': '"v1"' })).status).toBe(412);

  const group = await api('POST', groups, { name: 'At the depot', query: { siteId: created.body.id } });
  expect([group.status, group.headers.get('etag')]).toEqual([201, null]);
  const groupPath = `${groups}/${group.body.id}`;
  expect((await api('PATCH', groupPath, { description: 'All of it' })).body).toMatchObject({ version: 2 });
  expect((await api('GET', groups)).body).toMatchObject({ total: 1, data: [{ description: 'All of it' }] });

  expect((await api('DELETE', `${geofences}/${fence.id}`)).status).toBe(204);
  const deleted = Date.now();
  while ((await api('GET', path)).body.geofenceId !== null) {
    expect(Date.now() - deleted, 'the site still names its geofence').toBeLessThan(longestSeconds * 1000);
    await sleep(500);
  }
  for (const one of [path, groupPath]) {
    expect((await api('DELETE', one)).status).toBe(204);
    expect((await api('GET', one)).body).toMatchObject({ error_code: 'NOT_FOUND' });
  }
});
