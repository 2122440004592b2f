import { randomUUID } from 'node:crypto';
import { GetRolePolicyCommand, IAMClient, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { mintApiKey } from '../../shared/auth/api-key.ts';
import { calls } from '../contract/calls.ts';
import { signedIn } from '../contract/people.ts';
import { allowedTo, newWorld, type World } from '../contract/world.ts';
import { exampleBody } from '../security/rows.ts';
import { isFailureOfOurs } from '../support/answers.ts';
import { addressed } from '../support/endpoints.ts';
import { callOverHttp } from '../support/http.ts';
import { apiClient } from '../support/stack.ts';

/** Deployed functions may do what their declaration says and no more: the emulator enforces IAM. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

interface Statement {
  Action: string | string[];
  Resource: string | string[];
}

/** Calls of a route that succeed, as the contract's rows make them. */
const successes = (name: string) =>
  (calls[name] ?? []).filter(({ answers }) => answers === 200 || answers === 201 || answers === 204);

test.each(addressed)('$name has the rights it needs, on its good and its bad way', async (called) => {
  for (const { call, title, answers } of successes(called.name)) {
    const { as, ...invocation } = typeof call === 'function' ? await call(world) : call;
    const credential = as ? await world.token(as) : world.key;
    const { status, body } = await callOverHttp(called, { key: credential, ...invocation });
    expect(status, `${title}: ${JSON.stringify(body)}`).toBe(answers);
  }
  const id = randomUUID();
  const params = Object.fromEntries([...called.route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, id]));
  const call = { params, query: `id=${id}&externalId=${id}`, body: exampleBody(called.route) };
  const { as } = allowedTo(called.route);
  // Somebody of the call's own: it may end the session, or the person.
  const key = as ? (await signedIn(world, 'admin')).access_token : world.key;
  for (const headers of [{}, { 'idempotency-key': id }, { 'idempotency-key': id }]) {
    const answer = await callOverHttp(called, { key, ...call, headers });
    expect(isFailureOfOurs(answer), JSON.stringify(answer.body)).toBe(false);
  }
  // An unknown key with a right checksum takes another way through the Access table.
  const unknown = mintApiKey(world.workspace.reference, 'live').key;
  expect(isFailureOfOurs(await callOverHttp(called, { ...call, key: unknown }))).toBe(false);
});

test('without its grant a function fails, and tells the caller nothing of it', async () => {
  const iam = new IAMClient({});
  const api = apiClient(world.key);
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
