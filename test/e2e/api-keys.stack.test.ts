import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { region, rootKey } from '../../lib/local/environment.ts';
import { dueKeys, dueShardOf } from '../../shared/table/keys/due.ts';
import { Table } from '../../shared/table/table.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { newPerson, signIn } from '../support/persons.ts';
import { type ApiAnswer, apiClient, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** API keys over HTTP, through both families of routes, from their creation to the notice about their expiry. */

let workspace: WorkspaceRow;
let admin: ReturnType<typeof apiClient>;
beforeAll(async () => {
  useDeployedTables();
  workspace = await newWorkspace({ plan: 'free' });
  admin = apiClient((await signIn(await newPerson(workspace, 'admin'))).access_token);
});

const account = '/api/v1/account/api-keys';
const plain = '/api/v1/api-keys';
const code = ({ status, body }: ApiAnswer) => [status, body.error_code];
const geofences = (key: string) => apiClient(key)('GET', '/api/v1/geofences');

describe('a key', () => {
  test('works as it is set from the next request on, and ends at once', async () => {
    const made = await admin('POST', account, { name: 'CRM sync', scopes: ['geofences:read'] });
    expect(made.status).toBe(201);
    const { id, key } = made.body;
    const path = new URL(made.headers.get('location')!).pathname;
    expect(path).toBe(`${account}/${id}`);
    expect((await geofences(key)).status).toBe(200);
    const shown = await admin('GET', path);
    expect(shown.body).toMatchObject({ id, last_used_at: expect.any(String), version: 1 });
    expect(JSON.stringify(shown.body)).not.toContain(key.slice(-38));

    expect((await admin('PATCH', path, { scopes: ['audit:read'] })).body).toMatchObject({ version: 2 });
    expect(code(await geofences(key))).toEqual([403, 'SCOPE_MISSING']);
    await admin('PATCH', path, { scopes: ['geofences:read'], allowed_cidrs: ['203.0.113.0/24'] });
    expect(code(await geofences(key))).toEqual([403, 'IP_NOT_ALLOWED']);
    await admin('PATCH', path, { allowed_cidrs: null, rate_limit_per_hour: 1 });
    expect(code(await geofences(key))).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
    await admin('PATCH', path, { rate_limit_per_hour: null });
    expect((await geofences(key)).headers.get('ratelimit-policy')).toBe('"tier";q=100;w=3600');

    expect((await admin('DELETE', path)).status).toBe(204);
    expect(code(await geofences(key))).toEqual([401, 'KEY_REVOKED']);
    expect((await admin('DELETE', `${plain}/${id}`)).status).toBe(204);
    expect((await admin('GET', `${account}?status=revoked`)).body.data.map((one: { id: string }) => one.id)).toContain(
      id,
    );
  });

  test('that is rotated has a successor at once, and works on for its grace', async () => {
    const { body: old } = await admin('POST', plain, { name: 'Sensors', scopes: ['geofences:read'] });
    const { body: next, status } = await admin('POST', `${account}/${old.id}/rotate`, { grace_period_hours: 1 });
    expect([status, next.rotated_from, next.scopes]).toEqual([201, old.id, ['geofences:read']]);
    expect([(await geofences(old.key)).status, (await geofences(next.key)).status]).toEqual([200, 200]);
    expect(code(await admin('POST', `${account}/${old.id}/rotate`, {}))).toEqual([409, 'INVALID_TRANSITION']);
    const { body: last } = await admin('POST', `${account}/${next.id}/rotate`, { grace_period_hours: 0 });
    expect(code(await geofences(next.key))).toEqual([401, 'KEY_EXPIRED']);
    expect((await geofences(last.key)).status).toBe(200);
    for (const { id } of [old, last]) expect((await admin('DELETE', `${plain}/${id}`)).status).toBe(204);
  });

  test('counts toward the quota, through either door, until it is revoked', async () => {
    const make = (door: string) => admin('POST', door, { name: 'K' });
    const made = [await make(plain), await make(account), await make(plain)];
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201]);
    const full = await make(account);
    expect([...code(full), full.body.details]).toEqual([
      403,
      'QUOTA_EXCEEDED',
      { resource: 'api_keys', limit: 3, used: 3 },
    ]);
    await admin('DELETE', `${account}/${made[0]!.body.id}`);
    made.push(await make(plain));
    expect(made[3]?.status).toBe(201);
    const list = await admin('GET', `${plain}?limit=2&skip=1`);
    expect(list.body).toHaveLength(2);
    for (const { body } of made) await admin('DELETE', `${plain}/${body.id}`);
  });

  test('shows its secret once, however often it is asked for', async () => {
    const headers = { 'Idempotency-Key': `once-${Date.now()}` };
    const ask = () => admin('POST', plain, { name: 'Once' }, headers);
    const [first, again] = [await ask(), await ask()];
    expect(code(again)).toEqual([409, 'SECRET_SHOWN_ONCE']);
    expect(again.body.details).toEqual({ id: first.body.id });
    await admin('DELETE', `${plain}/${first.body.id}`);
  });
});

test('an admin is notified once that a key is about to expire', { timeout: 120_000 }, async () => {
  const soon = new Date(Date.now() + 10 * 86_400_000).toISOString();
  const { body } = await admin('POST', account, { name: 'Ends soon', expires_at: soon });
  // Makes the notice due, as it would be a week before the expiry.
  const row = dueKeys.due(workspace.reference, `api-key#${body.id}`);
  const main = new Table('main');
  const waiting = (await main.get<{ dueAt: number; steps: string }>(row))!;
  const [first, ...rest] = JSON.parse(waiting.steps);
  expect([first.at, rest.length]).toEqual([Date.parse(soon) - 7 * 86_400_000, 1]);
  const at = Date.now() - 1000;
  await main.put(row, {
    ...waiting,
    due: dueShardOf(row),
    dueAt: at,
    steps: JSON.stringify([{ ...first, at }, ...rest]),
  });

  await sweep();
  await sweep();
  const notifications = async () => (await admin('GET', '/api/v1/account/notifications')).body.data;
  for (const deadline = Date.now() + 60_000; (await notifications()).length === 0 && Date.now() < deadline; )
    await sleep(500);
  expect(await notifications()).toMatchObject([
    {
      type: 'api_key.expiring',
      title: `The API key "Ends soon" expires on ${soon.slice(0, 10)}`,
      link: `${account}/${body.id}`,
      read_at: null,
    },
  ]);
  expect(await main.get<{ dueAt: number }>(row)).toMatchObject({ dueAt: rest[0].at });
  await admin('DELETE', `${account}/${body.id}`);
  expect(await main.get(row)).toBeUndefined();
});

/** Calls the deployed sweeper, with its own rights. */
async function sweep(): Promise<void> {
  const credentials = { accessKeyId: rootKey.AWS_ACCESS_KEY_ID, secretAccessKey: rootKey.AWS_SECRET_ACCESS_KEY };
  const lambda = new LambdaClient({ endpoint: inject('stack').endpoint, region, credentials });
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: 'hexfence-local-due-sweep', Payload: '{}' }),
  );
  expect(FunctionError, Payload && Buffer.from(Payload).toString()).toBeUndefined();
}
