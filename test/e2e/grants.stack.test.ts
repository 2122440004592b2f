import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { GetRolePolicyCommand, IAMClient, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { warmFunctions } from '../../lib/local/emulator.ts';
import { mintApiKey } from '../../shared/auth/api-key.ts';
import type { Call } from '../contract/call.ts';
import { calls } from '../contract/calls.ts';
import { allowedTo, newWorld, type World } from '../contract/world.ts';
import { exampleBody } from '../security/rows.ts';
import { isFailureOfOurs } from '../support/answers.ts';
import { addressed, endpoint, type NamedEndpoint, paramsOf } from '../support/endpoints.ts';
import { callOverHttp } from '../support/http.ts';
import { apiClient } from '../support/stack.ts';

/** Deployed functions may do what they declare and nothing else: the emulator enforces IAM. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

interface Statement {
  Action: string | string[];
  Resource: string | string[];
}

/**
 * Their calls in `contract/` have workers or the store of this process make something first, so their examples are sent.
 * Those of files are proved in `field.stack.test.ts`.
 */
const ofThisProcess =
  /^media\/(complete-upload|get)$|^quarantine\/|^webhooks\/(get-delivery|list-de.*|replay|retry-delivery)$|^workflows\/retry-execution$/;

/** A call of a route that succeeds, from the rows of the contract; if there is none, the example of its body. */
function aCall({ name, route }: NamedEndpoint): Pick<Call, 'call' | 'answers'> {
  const row = ofThisProcess.test(name)
    ? undefined
    : calls[name]?.find(({ answers }) => answers === 200 || answers === 201 || answers === 204);
  const example = { ...allowedTo(route), params: paramsOf(route, randomUUID()), body: exampleBody(route) };
  return row ?? { call: example, answers: [404, 'NOT_FOUND'] };
}

// `contract/` proves all paths through each function; this proves that the deployed role has the same rights.
test.each(addressed)('$name, deployed, may do what it does', async (called) => {
  const { call, answers } = aCall(called);
  const { as, ...invocation } = typeof call === 'function' ? await call(world) : call;
  const key = as ? await world.token(as) : world.key;
  const headers = { ...invocation.headers, ...(called.route.idempotent ? { 'idempotency-key': randomUUID() } : {}) };
  const answer = await callOverHttp(called, { key, ...invocation, headers });
  if (typeof answers === 'number') expect(answer.status, JSON.stringify(answer.body)).toBe(answers);
  else expect(isFailureOfOurs(answer), JSON.stringify(answer.body)).toBe(false);
});

test('an unknown key takes another way through the database', async () => {
  const key = mintApiKey(world.workspace.reference, 'live').key;
  const answer = await callOverHttp(endpoint('geofences/list'), { key });
  expect([answer.status, answer.body.error_code]).toEqual([401, 'KEY_INVALID']);
});

test('few functions are kept warm, however many there are', async () => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=']);
  const processes = stdout.split('\n').filter((group) => Number(group) === inject('stack').emulatorPid).length;
  expect(addressed.length).toBeGreaterThan(warmFunctions);
  expect(processes).toBeLessThan(warmFunctions + 16);
});

test('without its grant a function fails, and the caller does not learn the reason', async () => {
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
