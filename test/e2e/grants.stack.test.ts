import { GetRolePolicyCommand, IAMClient, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { exampleBody } from '../security/rows.ts';
import { addressed } from '../support/endpoints.ts';
import { callOverHttp } from '../support/http.ts';
import { apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** Deployed functions may do what their declaration says and no more: the emulator enforces IAM. */

let key: string;
beforeAll(async () => {
  useDeployedTables();
  key = await newKey(await newWorkspace(), { scopes: grantableScopes });
});

interface Statement {
  Action: string | string[];
  Resource: string | string[];
}

test('every deployed function has the rights it needs, on its good and its bad way', async () => {
  const id = '550e8400-e29b-41d4-a716-446655440000';
  for (const endpoint of addressed) {
    const params = { id };
    const call = { key, params, query: `id=${id}&externalId=${id}`, body: exampleBody(endpoint.route) };
    for (const headers of [{}, { 'idempotency-key': endpoint.name }, { 'idempotency-key': endpoint.name }]) {
      const { status, body } = await callOverHttp(endpoint, { ...call, headers });
      expect(status, `${endpoint.name}: ${JSON.stringify(body)}`).toBeLessThan(500);
    }
    // An unknown key with a right checksum takes another way through the Access table.
    const unknown = `${key.slice(0, -6)}${key.slice(-6).split('').reverse().join('')}`;
    expect((await callOverHttp(endpoint, { ...call, key: unknown })).status).toBeLessThan(500);
  }
});

test('without its grant a function fails, and tells the caller nothing of it', async () => {
  const iam = new IAMClient({});
  const api = apiClient(key);
  const path = '/api/v1/account/api-keys';
  const roles = await iam.send(new ListRolesCommand({ MaxItems: 1000 }));
  const role = roles.Roles?.find(({ RoleName }) => RoleName?.includes('AccountListApiKeys'))?.RoleName;
  expect(role, 'the role of account/list-api-keys').toBeDefined();
  const policy = { RoleName: role!, PolicyName: 'Declared' };
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(policy));
  const declared = JSON.parse(decodeURIComponent(PolicyDocument!)) as { Statement: Statement[] };
  const without = declared.Statement.map((statement) => {
    const actions = [statement.Action].flat();
    return { ...statement, Action: actions.filter((action) => action !== 'dynamodb:Query') };
  });
  expect(without).not.toEqual(
    declared.Statement.map((statement) => ({ ...statement, Action: [statement.Action].flat() })),
  );
  expect((await api('GET', path)).status).toBe(200);

  const put = (document: object) =>
    iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(document) }));
  try {
    await put({ ...declared, Statement: without });
    const { status, headers, body } = await vi.waitFor(async () => {
      const answer = await api('GET', path);
      expect(answer.status).not.toBe(200);
      return answer;
    }, 10_000);
    expect([status, body]).toEqual([
      500,
      {
        detail: expect.stringMatching(/on our side/),
        error_code: 'INTERNAL_ERROR',
        request_id: headers.get('x-request-id'),
      },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/dynamodb|arn:|role|denied|authorized|table|hexfence/i);
    expect((await api('GET', '/api/v1/geofences')).status, 'other functions have their own roles').toBe(200);
  } finally {
    await put(declared);
  }
  await vi.waitFor(async () => expect((await api('GET', path)).status).toBe(200), 10_000);
  expect(inject('stack').endpoint).toBe(process.env.AWS_ENDPOINT_URL);
});
