import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { notifyAdmins } from '../../shared/notifications/notice.ts';
import { recordEvent } from '../../shared/outbox/event.ts';
import { Transaction } from '../../shared/table/transaction.ts';
import { tenantOf } from '../../shared/tenancy/workspace-record.ts';
import { systemCaller } from '../../shared/workspaces/workspaces.ts';
import { newWorld } from '../contract/world.ts';
import { apiClient } from '../support/stack.ts';

/** An event reaches the users concerned by outbox → stream → queue → worker, all of it deployed. */

const path = '/api/v1/account/notifications';
const longestSeconds = 60;

test('owners and admins are notified, mark it as read, and the audit log has entries', {
  timeout: 120_000,
}, async () => {
  const world = await newWorld();
  const [owner, admin, viewer] = [
    apiClient(await world.token('owner')),
    apiClient(await world.token('admin')),
    apiClient(await world.token('viewer')),
  ];
  for (const title of ['First', 'Second']) {
    const message = notifyAdmins(tenantOf(world.workspace), { type: 'api_key.expiring', title, body: 'Rotate it.' });
    const transaction = new Transaction();
    const event = { action: 'api_key.expire_soon', resourceType: 'api_key', resourceId: 'k', changes: {} };
    recordEvent(transaction, systemCaller(world.workspace), { ...event, handOver: [message] });
    await transaction.commit();
  }

  const started = Date.now();
  for (const person of [owner, admin]) {
    while ((await person('GET', path)).body.total !== 2) {
      expect(Date.now() - started, 'nobody was notified').toBeLessThan(longestSeconds * 1000);
      await sleep(500);
    }
  }
  expect((await viewer('GET', path)).body).toMatchObject({ data: [], total: 0 });

  const { body: list } = await owner('GET', path);
  expect(list.data).toMatchObject(
    ['Second', 'First'].map((title) => ({ type: 'api_key.expiring', title, body: 'Rotate it.', read_at: null })),
  );
  const [second, first] = list.data;
  const read = await owner('POST', `${path}/${second.id}/read`);
  expect([read.status, read.body]).toEqual([200, { ...second, read_at: expect.any(String) }]);
  expect((await owner('POST', `${path}/${second.id}/read`)).body).toEqual(read.body);
  expect((await owner('GET', `${path}?unread_only=true`)).body.data).toEqual([first]);
  expect((await owner('POST', `${path}/read-all`)).body).toEqual({ updated: 1 });
  expect((await owner('POST', `${path}/read-all`)).body).toEqual({ updated: 0 });
  expect((await owner('GET', `${path}?unread_only=true`)).body.total).toBe(0);
  expect((await admin('GET', `${path}?unread_only=true`)).body.total).toBe(2);

  const { body: me } = await owner('GET', '/api/v1/auth/me');
  const today = new Date(started).toISOString().slice(0, 10);
  const { body: log } = await admin('GET', `/api/v1/audit-logs?actor=user_${me.id}&from=${today}&limit=2`);
  expect(log.data).toMatchObject([
    { action: 'notification.read_all', resource_id: me.id, changes: { unread: [1, 0] } },
    { action: 'notification.read', resource_id: second.id, actor: `user_${me.id}`, actor_ip: expect.any(String) },
  ]);
  expect((await viewer('GET', '/api/v1/audit-logs')).body).toMatchObject({ error_code: 'SCOPE_MISSING' });
});
