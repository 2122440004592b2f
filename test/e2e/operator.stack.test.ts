import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { connect } from '../../lib/operator/connect.ts';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { tableNames } from '../../shared/capability/capability.ts';
import { iot } from '../../shared/iot/service.ts';
import { setAll } from '../../shared/table/expressions.ts';
import { workspaceKeys } from '../../shared/table/keys/workspaces.ts';
import { scanTenant } from '../../shared/table/scan.ts';
import { Table } from '../../shared/table/table.ts';
import { findWorkspace } from '../../shared/workspaces/workspaces.ts';
import { newCsr } from '../support/csr.ts';
import { apiClient } from '../support/stack.ts';

/** The operator's command lines, run as a person runs them. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'hexfence-operator-'));
const facts = join(directory, 'stack.json');
const slug = `operator-${process.pid}`;

beforeAll(() => writeFileSync(facts, JSON.stringify({ endpoint: inject('stack').endpoint })));
afterAll(() => rmSync(directory, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(entry: string, args: readonly string[], stack = facts): Promise<Ran> {
  const env = { PATH: process.env.PATH, HEXFENCE_STACK: stack };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'bin', entry), ...args], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, out, err });
    });
  });
}

const keyIn = ({ out }: Ran): string => /hx_(live|test)_\S+/.exec(out)?.[0] ?? '';
const check = (key: string) => apiClient(key)('POST', '/api/v1/geofences/check', { latitude: 0, longitude: 0 });

describe('the operator', () => {
  test('makes a workspace and a key that works at once, and revokes it at once', async () => {
    const made = await run('workspace.ts', ['create', '--name', 'Acme', '--slug', slug, '--plan', 'pro']);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toContain(`npm run key -- create --workspace ${slug}`);
    const created = await run('key.ts', ['create', '--workspace', slug, '--name', 'First']);
    const key = keyIn(created);
    expect((await check(key)).status).toBe(200);
    const { body } = await apiClient(key)('GET', '/api/v1/account/api-keys');
    expect(body.data).toMatchObject([
      { name: 'First', scopes: grantableScopes, status: 'active', created_by: 'system' },
    ]);
    const prefix = body.data[0].key_prefix;
    expect(await run('key.ts', ['revoke', '--workspace', slug, prefix])).toMatchObject({ code: 0, err: '' });
    expect(await check(key)).toMatchObject({ status: 401, body: { error_code: 'KEY_REVOKED' } });
  });

  test('makes a workspace with its owner, and lets one in again who has forgotten the password', async () => {
    const email = `owner-${slug}@example.com`;
    const passwordIn = ({ out }: Ran) => /with the password {2}(\S+)/.exec(out)?.[1] ?? '';
    const login = (password: string) => apiClient(undefined)('POST', '/api/v1/auth/login', { email, password });
    const args = ['create', '--name', 'Owned', '--slug', `${slug}-owned`, '--owner', email];
    const made = await run('workspace.ts', args);
    expect(made).toMatchObject({ code: 0, err: '' });
    const first = await login(passwordIn(made));
    expect(first.status).toBe(200);
    const again = await run('workspace.ts', ['owner', '--workspace', `${slug}-owned`, '--email', email.toUpperCase()]);
    expect(again).toMatchObject({ code: 0, err: '' });
    const me = await apiClient(first.body.access_token)('GET', '/api/v1/auth/me');
    expect([me.status, me.body.error_code]).toEqual([401, 'TOKEN_REVOKED']);
    expect((await login(passwordIn(made))).body.error_code).toBe('INVALID_CREDENTIALS');
    const second = await login(passwordIn(again));
    const { body } = await apiClient(second.body.access_token)('GET', '/api/v1/auth/me');
    expect(body).toMatchObject({ email, role: 'owner', email_verified: true });
    const wrong = await run('workspace.ts', ['owner', '--workspace', `${slug}-owned`, '--email', 'nobody']);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('--email') });
  });

  test('gives a key scopes, networks and an end', async () => {
    const headless = keyIn(await run('key.ts', ['create', '--workspace', slug, '--name', 'H', '--headless']));
    expect((await check(headless)).body.error_code).toBe('SCOPE_MISSING');
    const args = [
      'create',
      '--workspace',
      slug,
      '--name',
      'N',
      '--scopes',
      'geofences:read',
      '--cidr',
      '203.0.113.0/24',
    ];
    expect((await check(keyIn(await run('key.ts', args)))).body.error_code).toBe('IP_NOT_ALLOWED');
  });

  test('assigns plans and features, which hold from the next request on', async () => {
    const made = await run('workspace.ts', ['create', '--name', 'Plans', '--slug', `${slug}-plans`]);
    expect(made).toMatchObject({ code: 0, err: '' });
    const named = ['--workspace', `${slug}-plans`];
    const key = keyIn(await run('key.ts', ['create', ...named, '--name', 'First']));
    const limits = async () => {
      const { body, headers } = await apiClient(key)('GET', '/api/v1/subscriptions/limits');
      return [body.tier, body.plan_limits.geofences, headers.get('ratelimit-policy')];
    };
    expect(await limits()).toEqual(['free', 100, '"tier";q=100;w=3600']);
    const grown = await run('workspace.ts', ['plan', ...named, '--plan', 'enterprise', '--rate-limit', '7000']);
    expect(grown.out).toBe(`${slug}-plans has the plan "enterprise": 7000 requests an hour for each key.\n`);
    expect(await limits()).toEqual(['enterprise', -1, '"tier";q=7000;w=3600']);
    const features = async () => (await apiClient(key)('GET', '/api/v1/workspaces')).body.features;
    expect(await features()).toEqual(['BULK_IMPORT']);
    expect((await run('workspace.ts', ['features', ...named, '--set', 'none'])).out).toMatch(/, set here: none\.$/m);
    expect(await features()).toEqual([]);
    expect((await run('workspace.ts', ['features', ...named, '--unset'])).out).toMatch(/"enterprise": BULK_IMPORT\.$/m);
    expect(await features()).toEqual(['BULK_IMPORT']);
    const { out } = await run('workspace.ts', ['list']);
    expect(out).toMatch(new RegExp(`^${slug}-plans +enterprise +live +[0-9a-f-]{36} +Plans$`, 'm'));
    expect(out).toMatch(/^demo +/m);
  });

  test('lists the keys of a workspace without their secrets', async () => {
    const key = keyIn(await run('key.ts', ['create', '--workspace', slug, '--name', 'Listed']));
    const { code, out } = await run('key.ts', ['list', '--workspace', slug]);
    const [head, first] = out.split('\n');
    expect(code).toBe(0);
    expect(head).toMatch(/^prefix +status +created +expires +last used +name$/);
    expect(first).toMatch(/^hx_live_\w{24} +active +\S+Z +never +never +Listed$/);
    expect(out).toMatch(/ revoked .* First$/m);
    expect(key.startsWith(first!.split(' ')[0]!)).toBe(true);
    expect(out).not.toContain(key.slice(-38));
  });

  test('suspends a workspace, which refuses its credentials at once, and resumes it', async () => {
    const named = ['--workspace', `${slug}-suspended`];
    const email = `suspended-${slug}@example.com`;
    const made = await run('workspace.ts', [
      'create',
      '--name',
      'Suspended',
      '--slug',
      `${slug}-suspended`,
      '--owner',
      email,
    ]);
    const password = /with the password {2}(\S+)/.exec(made.out)?.[1];
    const key = keyIn(await run('key.ts', ['create', ...named, '--name', 'First']));
    const login = () => apiClient(undefined)('POST', '/api/v1/auth/login', { email, password });
    const { body: tokens } = await login();
    expect(await run('workspace.ts', ['suspend', ...named])).toMatchObject({ code: 0, err: '' });
    const detail = 'This workspace is suspended; ask the operator of this platform.';
    expect(await check(key)).toMatchObject({ status: 401, body: { error_code: 'KEY_REVOKED', detail } });
    const me = () => apiClient(tokens.access_token)('GET', '/api/v1/auth/me');
    expect(await me()).toMatchObject({ status: 401, body: { error_code: 'TOKEN_REVOKED', detail } });
    expect(await login()).toMatchObject({ status: 403, body: { error_code: 'USER_DISABLED', detail } });
    const shown = await run('workspace.ts', ['show', ...named]);
    expect(shown.out).toMatch(/^ {2}state +suspended since \S+Z$/m);
    expect(shown.out).toContain(`owners       ${email}`);
    expect((await run('workspace.ts', ['list'])).out).toMatch(/^\S+-suspended .* \(suspended\)$/m);
    expect(await run('workspace.ts', ['resume', ...named])).toMatchObject({ code: 0, err: '' });
    expect([(await check(key)).status, (await me()).status, (await login()).status]).toEqual([200, 200, 200]);
    expect((await run('workspace.ts', ['show', ...named])).out).toMatch(/^ {2}state +active$/m);
  });

  test('deletes a workspace with all of its rows, when asked twice', async () => {
    const [gone, named] = [`${slug}-gone`, ['--workspace', `${slug}-gone`]];
    await run('workspace.ts', ['create', '--name', 'Gone', '--slug', gone, '--owner', `gone-${slug}@example.com`]);
    const key = keyIn(await run('key.ts', ['create', ...named, '--name', 'First']));
    const fence = { name: 'F', latitude: 52.5, longitude: 13.4, radiusMeters: 100 };
    expect((await apiClient(key)('POST', '/api/v1/geofences', fence)).status).toBe(201);
    const { body: made } = await apiClient(key)('POST', '/api/v1/devices/registration/tokens', { deviceName: 'D' });
    const exchange = { token: made.token, csr: await newCsr() };
    const { body: device } = await apiClient(undefined)('POST', '/api/v1/devices/provision', exchange);
    const unasked = await run('workspace.ts', ['delete', ...named]);
    expect(unasked).toMatchObject({
      code: 1,
      err: `This is not a terminal, so nobody can answer. Add --yes ${gone}.\n`,
    });
    const wrong = await run('workspace.ts', ['delete', ...named, '--yes', 'demo']);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('Nothing was deleted.')]);
    expect((await check(key)).status).toBe(200);

    await run('workspace.ts', ['suspend', ...named]);
    connect('local', inject('stack'));
    const atBroker = async (...path: string[]) => (await iot.call({ method: 'GET', path })) as object;
    expect(await atBroker('things', device.thingName)).toMatchObject({ thingName: device.thingName });
    const workspace = (await findWorkspace(gone))!;
    const main = new Table('main');
    const earlier = { suspendedAt: Date.now() - 100_000 };
    await main.update(workspaceKeys.workspace(workspace.reference), setAll(earlier)); // so that the command does not wait
    const deleted = await run('workspace.ts', ['delete', ...named, '--yes', gone]);
    expect([deleted.code, deleted.err]).toEqual([0, '']);
    expect(deleted.out).toMatch(
      / is deleted, with \d\d+ rows: \d+ in main, [1-9]\d* in cells, [1-9]\d* in access, 0 in /,
    );
    for (const table of tableNames) expect(await scanTenant(new Table(table), workspace.reference)).toEqual([]);
    await expect(atBroker('certificates', device.certificateId)).rejects.toThrow(/not found|does not exist/i);
    await expect(atBroker('things', device.thingName)).rejects.toThrow(/not found|does not exist/i);
    expect((await check(key)).body.error_code).toBe('KEY_INVALID');
    expect((await run('workspace.ts', ['show', ...named])).err).toMatch(/^There is no workspace/);
  });

  test('holds the index against the geofences', async () => {
    const { code, out } = await run('index.ts', ['verify', '--workspace', slug]);
    expect([code, out]).toEqual([0, '0 geofences, 0 postings, 0 of them faulty.\n']);
  });

  test('finds the index of the demo workspace right', async () => {
    const { code, out } = await run('index.ts', ['verify', '--workspace', 'demo']);
    expect([code, out]).toEqual([0, expect.stringMatching(/ postings, 0 of them faulty\.\n$/)]);
  });

  test.each([
    ['workspace.ts', [], /^Usage: npm run workspace/],
    ['workspace.ts', ['create', '--name', 'A', '--slug', 'No Slug'], /^A slug is 2 to 63/],
    [
      'workspace.ts',
      ['create', '--name', 'A', '--slug', 'a-b', '--plan', 'gold'],
      /^There is no plan "gold"; choose one of free/,
    ],
    ['workspace.ts', ['create', '--name', 'A', '--slug', 'demo'], /^The slug "demo" is taken/],
    ['workspace.ts', ['create', '--name', 'A', '--slug', 'a-b', '--stage', 'moon'], /^There is no stage "moon"/],
    [
      'workspace.ts',
      ['toString'],
      /^There is no command "toString"; choose one of create, owner, .*\nUsage: npm run work/,
    ],
    ['workspace.ts', ['plan', '--workspace', 'demo'], /^--plan is required\.\nUsage: npm run workspace/],
    ['workspace.ts', ['plan', '--workspace', 'demo', '--plan', 'enterprize'], /did you mean "enterprise"\?/],
    ['workspace.ts', ['plan', '--workspace', 'demo', '--plan', 'gold'], /^There is no plan "gold"/],
    ['workspace.ts', ['plan', '--workspace', 'nobody', '--plan', 'pro'], /^There is no workspace "nobody"/],
    [
      'workspace.ts',
      ['plan', '--workspace', 'demo', '--plan', 'pro', '--rate-limit', '5'],
      /^Only a workspace with the plan/,
    ],
    [
      'workspace.ts',
      ['plan', '--workspace', 'demo', '--plan', 'enterprise', '--rate-limit', '1.5'],
      /^--rate-limit is a whole number/,
    ],
    ['workspace.ts', ['features', '--workspace', 'demo'], /^Use either --set or --unset\.\nUsage/],
    ['workspace.ts', ['features', '--workspace', 'demo', '--set', 'none', '--unset'], /^Use either --set or --unset\./],
    ['workspace.ts', ['features', '--workspace', 'demo', '--set', 'FLIGHT'], /^There is no feature "FLIGHT"/],
    ['workspace.ts', ['create', '--what'], /^There is no option "--what"/],
    ['workspace.ts', ['suspend'], /--workspace is required/],
    ['workspace.ts', ['delete', '--workspace', 'nobody', '--yes', 'nobody'], /^There is no workspace "nobody"/],
    ['key.ts', ['list'], /--workspace is required/],
    ['key.ts', ['create', '--workspace', 'nobody', '--name', 'A'], /^There is no workspace "nobody"/],
    [
      'key.ts',
      ['create', '--workspace', 'demo', '--name', 'A', '--scopes', 'users:write'],
      /^A key cannot have the scope users:write/,
    ],
    [
      'key.ts',
      ['create', '--workspace', 'demo', '--name', 'A', '--scopes', 'geofence:read'],
      /^There is no scope "geofence:read"; did you mean "geofences:read"\?/,
    ],
    [
      'key.ts',
      ['create', '--workspace', 'demo', '--name', 'A', '--headless', '--scopes', 'geofences:read'],
      /^A headless key takes no scopes: omit either --headless or --scopes\./,
    ],
    ['key.ts', ['create', '--workspace', 'demo', '--name', 'A', '--cidr', '1.2.3.4'], /is not a network/],
    [
      'key.ts',
      ['create', '--workspace', 'demo', '--name', 'A', '--expires-at', '2001-01-01'],
      /not an instant in the future/,
    ],
    ['key.ts', ['revoke', '--workspace', 'demo', 'nope'], /^demo has no key "nope"/],
    ['index.ts', ['verify'], /^--workspace is required\.\nUsage: npm run index/],
  ])('gets one sentence that says what is wrong: %s %j', async (entry, args, sentence) => {
    const { code, err, out } = await run(entry, args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/ at .*:\d+/);
  });

  test('is advised to start a stack if none runs', async () => {
    const { code, err } = await run(
      'key.ts',
      ['create', '--workspace', 'demo', '--name', 'A'],
      join(directory, 'none'),
    );
    expect([code, err]).toEqual([1, expect.stringMatching(/^No local stack is running: run "npm start"/)]);
  });
});
