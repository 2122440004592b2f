import { beforeAll, describe, expect, test } from 'vitest';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { mailsTo, mailTo, tokenIn } from '../support/mailbox.ts';
import { newPerson, type Person } from '../support/persons.ts';
import { type ApiAnswer, apiClient, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** Users over HTTP and by mail, from invitation to removal. */

let workspace: WorkspaceRow;
let owner: Person;
let asOwner: ReturnType<typeof apiClient>;
const anyone = apiClient(undefined);
const unique = `${process.pid}-${Date.now().toString(36)}`;

beforeAll(async () => {
  useDeployedTables();
  workspace = await newWorkspace();
  owner = await newPerson(workspace, 'owner', { email: `owner-${unique}@example.com`, name: 'Olga Owner' });
  asOwner = apiClient((await login(owner.email, owner.password)).access_token);
});

async function login(email: string, password: string): Promise<{ access_token: string; refresh_token: string }> {
  const answer = await anyone('POST', '/api/v1/auth/login', { email, password });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}
const code = ({ status, body }: ApiAnswer) => [status, body.error_code];
const post = (path: string, body: unknown) => anyone('POST', `/api/v1/auth/${path}`, body);

test('a person is invited by mail, joins, works, loses the right, and is refused at once', async () => {
  const email = `ana-${unique}@example.com`;
  const invited = await asOwner('POST', '/api/v1/workspaces/invitations', { email, role: 'editor' });
  expect([invited.status, invited.body]).toMatchObject([201, { email, role: 'editor', status: 'pending' }]);
  const mail = await mailTo(email);
  expect(mail).toMatchObject({ Subject: expect.stringContaining(workspace.name), To: [email] });
  expect(mail.BodyText).toContain('Olga Owner');
  expect(mail.BodyHtml).toContain(tokenIn(mail));

  const weak = await post('accept-invitation', { token: tokenIn(mail), password: 'password1' });
  expect(code(weak)).toEqual([422, 'VALIDATION_ERROR']);
  const joined = await post('accept-invitation', { token: tokenIn(mail), password: 'Pass123!', name: 'Ana Ruiz' });
  expect([joined.status, joined.body.token_type]).toEqual([200, 'bearer']);
  const again = await post('accept-invitation', { token: tokenIn(mail), password: 'Pass123!' });
  expect(code(again)).toEqual([400, 'ONE_TIME_TOKEN_INVALID']);
  expect((await asOwner('GET', '/api/v1/workspaces/invitations')).body.total).toBe(0);

  const asAna = apiClient((await login(email, 'Pass123!')).access_token);
  const { id } = (await asAna('GET', '/api/v1/auth/me')).body;
  const fence = { name: 'Depot', latitude: 1, longitude: 2 };
  expect((await asAna('POST', '/api/v1/geofences', fence)).status).toBe(201);
  expect(code(await asAna('GET', '/api/v1/audit-logs'))).toEqual([403, 'SCOPE_MISSING']);

  const member = `/api/v1/workspaces/members/${id}`;
  expect((await asOwner('PATCH', member, { role: 'viewer' })).body).toMatchObject({ id, role: 'viewer' });
  const refused = await asAna('POST', '/api/v1/geofences', fence);
  expect([...code(refused), refused.body.details]).toEqual([
    403,
    'SCOPE_MISSING',
    { required_scope: 'geofences:write' },
  ]);
  expect((await asAna('GET', '/api/v1/geofences')).status).toBe(200);

  expect((await asOwner('PATCH', member, { status: 'disabled' })).body.status).toBe('disabled');
  expect(code(await asAna('GET', '/api/v1/geofences'))).toEqual([401, 'TOKEN_REVOKED']);
  expect(code(await post('login', { email, password: 'Pass123!' }))).toEqual([403, 'USER_DISABLED']);
  expect((await asOwner('PATCH', member, { status: 'active' })).body.status).toBe('active');
  expect(code(await asAna('GET', '/api/v1/geofences')), 'an ended session stays ended').toEqual([401, 'TOKEN_REVOKED']);

  const back = apiClient((await login(email, 'Pass123!')).access_token);
  expect((await asOwner('DELETE', `/api/v1/users/${id}`)).status).toBe(204);
  expect(code(await back('GET', '/api/v1/auth/me'))).toEqual([401, 'TOKEN_REVOKED']);
  expect(code(await post('login', { email, password: 'Pass123!' }))).toEqual([401, 'INVALID_CREDENTIALS']);

  const { body: log } = await asOwner('GET', `/api/v1/audit-logs?resource_id=${id}`);
  expect(log.data.map(({ action }: { action: string }) => action).toReversed()).toEqual([
    'user.join',
    'auth.login',
    'user.update',
    'user.update',
    'auth.login_failed',
    'user.update',
    'auth.login',
    'user.delete',
  ]);
  expect(JSON.stringify(log)).not.toMatch(/ana-|Ana Ruiz|Pass123/);
});

test('admins are notified of a new member, and may dismiss the notification', async () => {
  const notices = async () => (await asOwner('GET', '/api/v1/account/notifications?unread_only=true')).body;
  await expect.poll(async () => (await notices()).total, { timeout: 30_000, interval: 300 }).toBeGreaterThan(0);
  const [notice] = (await notices()).data;
  expect(notice).toMatchObject({ type: 'member.joined', read_at: null });
  expect(JSON.stringify(notice)).not.toMatch(/ana-|Ana Ruiz/);
  expect((await asOwner('POST', `/api/v1/account/notifications/${notice.id}/read`)).body.read_at).not.toBeNull();
  expect((await notices()).total).toBe(0);
});

describe('a forgotten password', () => {
  test('is reset by mail; all sessions end, and the token can be used once', async () => {
    const person = await newPerson(workspace, 'editor', { email: `reset-${unique}@example.com` });
    const { access_token, refresh_token } = await login(person.email, person.password);
    expect((await post('password-reset', { email: person.email.toUpperCase() })).body).toEqual({ status: 'ok' });
    const token = tokenIn(await mailTo(person.email));
    const confirmed = await post('password-reset/confirm', { token, new_password: 'NewPass123!' });
    expect([confirmed.status, confirmed.body]).toEqual([200, { status: 'changed' }]);
    expect(code(await apiClient(access_token)('GET', '/api/v1/auth/me'))).toEqual([401, 'TOKEN_REVOKED']);
    expect(code(await post('refresh', { refresh_token }))).toEqual([401, 'TOKEN_REVOKED']);
    const again = await post('password-reset/confirm', { token, new_password: 'NewPass123!' });
    expect(code(again)).toEqual([400, 'ONE_TIME_TOKEN_INVALID']);
    expect(code(await post('login', { email: person.email, password: person.password }))).toEqual([
      401,
      'INVALID_CREDENTIALS',
    ]);
    await login(person.email, 'NewPass123!');
  });

  test('of nobody is answered alike, and no mail is sent', async () => {
    const email = `nobody-${unique}@example.com`;
    const answer = await post('password-reset', { email });
    expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }]);
    const known = await newPerson(workspace, 'viewer', { email: `known-${unique}@example.com` });
    await post('password-reset', { email: known.email });
    await mailTo(known.email);
    expect(await mailsTo(email)).toEqual([]);
  });
});

test('a person signs up, verifies the address, and owns a free workspace', async () => {
  const email = `founder-${unique}@example.com`;
  const draft = { email, password: 'Pass123!', name: 'Fay Founder', workspace_name: `Fay & Söhne ${unique}` };
  const made = await post('signup', draft);
  expect([made.status, made.body.user, made.body.workspace]).toMatchObject([
    201,
    { email, role: 'owner', email_verified: false },
    { name: draft.workspace_name, slug: `fay-sohne-${unique}`, plan: 'free' },
  ]);
  const asFay = apiClient((await login(email, 'Pass123!')).access_token);
  const verified = await post('verify-email', { token: tokenIn(await mailTo(email)) });
  expect([verified.status, verified.body]).toEqual([200, { status: 'verified', email }]);
  expect((await asFay('GET', '/api/v1/account/me')).body.email_verified).toBe(true);
  expect(code(await asFay('DELETE', '/api/v1/account/me'))).toEqual([409, 'LAST_OWNER']);
  const second = await post('signup', draft);
  expect([second.status, second.body.workspace.slug]).toEqual([
    201,
    expect.stringMatching(new RegExp(`^fay-sohne-${unique}-[a-z0-9]{8}$`)),
  ]);
});

test('tokens are refreshed, a password is changed, and a sign-out is permanent', async () => {
  const person = await newPerson(workspace, 'manager', { email: `tokens-${unique}@example.com` });
  const [first, other] = [await login(person.email, person.password), await login(person.email, person.password)];
  const second = (await post('refresh', { refresh_token: first.refresh_token })).body;
  expect((await post('refresh', { refresh_token: first.refresh_token })).body, 'a lost answer').toEqual(second);
  const me = apiClient(second.access_token);
  const change = { current_password: person.password, new_password: 'NewPass123!' };
  expect(code(await me('POST', '/api/v1/auth/change-password', { ...change, current_password: 'old' }))).toEqual([
    400,
    'PASSWORD_INCORRECT',
  ]);
  expect((await me('POST', '/api/v1/auth/change-password', change)).body).toEqual({ status: 'changed' });
  expect(code(await apiClient(other.access_token)('GET', '/api/v1/auth/me'))).toEqual([401, 'TOKEN_REVOKED']);
  expect((await me('GET', '/api/v1/auth/me')).body).toMatchObject({ principal: 'user', role: 'manager' });
  expect((await me('POST', '/api/v1/auth/logout')).body).toEqual({ status: 'logged_out' });
  expect(code(await me('GET', '/api/v1/auth/me'))).toEqual([401, 'TOKEN_REVOKED']);
  expect(code(await post('refresh', { refresh_token: second.refresh_token }))).toEqual([401, 'TOKEN_REVOKED']);
});
