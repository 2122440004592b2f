import { GetRolePolicyCommand, IAMClient, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { installOwner } from '../../shared/users/founding.ts';
import { apiClient, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** Keys in KMS, which the deployment creates, publishes and grants. */

const owner = { email: 'keys@example.com', password: 'A-long-password-1', name: 'Owner', emailVerified: true };
let workspace: string;
beforeAll(async () => {
  useDeployedTables();
  const row = await newWorkspace();
  workspace = row.slug;
  await installOwner(row, owner);
});

const api = apiClient(undefined);
const signIn = () => api('POST', '/api/v1/auth/login', { email: owner.email, password: owner.password, workspace });

describe('a token of the deployed stack', () => {
  test('can be verified by anybody, with the keys of /.well-known/jwks.json', async () => {
    const { access_token } = (await signIn()).body;
    const keys = createRemoteJWKSet(new URL(`${inject('stack').url}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(access_token, keys, { algorithms: ['ES256'], typ: 'at+jwt' });
    expect(payload).toMatchObject({
      iss: expect.stringMatching(/^urn:hexfence:\d{12}:[a-z0-9-]+:local$/),
      role: 'owner',
    });
    expect(decodeProtectedHeader(access_token)).toEqual({ alg: 'ES256', kid: 't1', typ: 'at+jwt' });
  });

  test('the set of keys may be kept, by browsers of any origin too', async () => {
    const { status, headers } = await api('GET', '/.well-known/jwks.json', undefined, { Origin: 'https://a.example' });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(headers.get('access-control-allow-origin')).toBe('https://a.example');
  });
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

describe('the right to sign', () => {
  const iam = new IAMClient({});
  let restore: (() => Promise<unknown>) | undefined;
  afterEach(async () => {
    await restore?.();
    restore = undefined;
  });

  /** Replaces the statements of the role of `auth/login` until the test ends. */
  async function change(how: (statement: Statement) => Statement): Promise<void> {
    const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1000 }));
    const { RoleName } = Roles.find((role) => role.RoleName?.includes('AuthLogin'))!;
    const policy = { RoleName, PolicyName: 'Declared' };
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(policy));
    const declared = JSON.parse(decodeURIComponent(PolicyDocument!)) as { readonly Statement: Statement[] };
    const put = (document: object) =>
      iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(document) }));
    restore = () => put(declared);
    await put({ ...declared, Statement: declared.Statement.map(how) });
  }

  test('is for the one key: with a right for another key nobody can sign in, and the response does not say why', async () => {
    expect((await signIn()).status).toBe(200);
    let key: string | undefined;
    await change((statement) => {
      if (![statement.Action].flat().includes('kms:Sign')) return statement;
      key = [statement.Resource].flat().join();
      return { ...statement, Resource: `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}` };
    });
    expect(key).toMatch(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-f-]{36}$/);
    const { body } = await vi.waitFor(async () => {
      const answer = await signIn();
      expect(answer.status).toBe(500);
      return answer;
    }, 10_000);
    expect(body.error_code).toBe('INTERNAL_ERROR');
    expect(JSON.stringify(body)).not.toMatch(/kms|arn:|key\/|denied|authorized/i);
  });
});
