import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { sessionAttribute } from '../../shared/auth/session-marker.ts';
import { TokenSigner } from '../../shared/auth/token-signer.ts';
import { typeOf } from '../../shared/auth/tokens.ts';
import { RevokePhonesMessage } from '../../shared/messages/revoke-phones.ts';
import { resumeWorkspace, suspendWorkspace } from '../../shared/operator/suspension.ts';
import { sendTo } from '../../shared/queue/sender.ts';
import { setAll } from '../../shared/table/expressions.ts';
import { phoneKeys } from '../../shared/table/keys/phones.ts';
import { userKeys } from '../../shared/table/keys/users.ts';
import { Table } from '../../shared/table/table.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { injectFaults } from '../shared/support/injected-faults.ts';
import type { EndpointName } from '../support/endpoints.ts';
import { aDevice } from './device-calls.ts';
import { aPublished, schema } from './field-calls.ts';
import { signedIn } from './people.ts';
import { aPairingToken, aPhone, type Paired } from './phones.ts';
import { type Asked, newWorld, type World } from './world.ts';

/** From a QR code to a phone that acts for its user, until it is revoked. */

const access = new Table('access');
let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  [platform.database.before, platform.database.after] = [() => undefined, () => undefined];
  vi.restoreAllMocks();
});

async function ok(name: EndpointName, asked: Asked = {}, of = world) {
  const answer = await of.call(name, asked);
  expect(answer.status, `${name} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}
const codeOf = async (name: EndpointName, asked: Asked = {}, of = world) =>
  (await of.call(name, asked)).body?.error_code as string | undefined;
const pair = (token: string, device_label = 'A phone', of = world) =>
  of.call('mobile/pair', { key: undefined, body: { token, device_label } });
const me = ({ device_token: key }: Paired, of = world) => of.call('auth/me', { key });
const device = (id: string, of = world) => ok('devices/get', { params: { id } }, of);
const labelled = async (label: string, of = world) =>
  (await ok('devices/list', { query: 'kind=mobile&limit=200' }, of)).data.filter(
    ({ name }: { name: string }) => name === label,
  );

describe('pairing', () => {
  test('makes a device of the kind mobile, whose token is a JWT of its own type', async () => {
    const phone = await aPhone(world);
    expect(typeOf(phone.device_token)).toBe('dt+jwt');
    expect(await device(phone.device_id)).toMatchObject({
      name: 'Samsung Galaxy A55',
      kind: 'mobile',
      status: 'ACTIVE',
      userId: phone.user_id,
    });
  });

  test('succeeds once if fifty exchanges of a token are sent at once', async () => {
    const token = await aPairingToken(world);
    const label = randomUUID();
    const answers = await Promise.all(Array.from({ length: 50 }, () => pair(token, label)));
    const codes = answers.map(({ status, body }) => `${status} ${body.error_code ?? ''}`).sort();
    expect(codes).toEqual(['201 ', ...Array(49).fill('401 PAIRING_TOKEN_INVALID')]);
    const [winner] = answers.filter(({ status }) => status === 201);
    expect((await labelled(label)).map(({ id }: { id: string }) => id)).toEqual([winner!.body.device_id]);
  });

  test('stores no pairing token and no device token as text', async () => {
    const token = await aPairingToken(world);
    const { body } = await pair(token);
    const stored = JSON.stringify([...platform.database.rows('access'), ...platform.database.rows('main')]);
    expect(stored).toContain(body.device_id);
    for (const secret of [token, body.device_token, body.device_token.split('.')[2]]) {
      expect(stored).not.toContain(secret);
    }
  });

  test.each(Array.from({ length: 12 }, (_, i) => i))('that dies at call %i makes one device at most', async (call) => {
    for (const when of ['before', 'after'] as const) {
      const token = await aPairingToken(world);
      const label = randomUUID();
      const end = injectFaults(platform.database, [{ in: call, when }]);
      const first = await pair(token, label);
      end();
      const again = await pair(token, label);
      expect([first.status, again.status].filter((status) => status === 201).length).toBeLessThanOrEqual(1);
      expect([201, 401]).toContain(again.status);
      const made = await labelled(label);
      // The token is used if and only if the device exists.
      expect(made.length).toBe(1);
      const row = await access.get(phoneKeys.phone(world.workspace.reference, made[0].id));
      expect(row).toMatchObject({ serial: 0 });
    }
  });

  test('leaves the token as it was while nothing can be signed', async () => {
    const token = await aPairingToken(world);
    vi.spyOn(TokenSigner.prototype, 'sign').mockRejectedValueOnce(new Error('KMS is down'));
    expect((await pair(token)).status).toBe(500);
    expect((await pair(token)).status).toBe(201);
  });

  test('needs room for a device, and leaves the token as it was without', async () => {
    const free = await newWorld('free');
    const made = [];
    for (let i = 0; i < 10; i++) made.push(await aDevice(free));
    const token = await aPairingToken(free);
    const refused = await pair(token, 'One more', free);
    expect(refused.body).toMatchObject({ error_code: 'QUOTA_EXCEEDED', details: { resource: 'devices', limit: 10 } });
    await free.call('devices/delete', made[0]!);
    expect((await pair(token, 'One more', free)).status).toBe(201);
  });

  test.each([
    ['a new password', { passwordSerial: 2 }],
    ['the user being disabled and enabled', { phoneSerial: 1 }],
    ['the user being disabled', { status: 'disabled' }],
    ['the user becoming a viewer', { role: 'viewer' }],
  ])('is refused after %s', async (_, change) => {
    const { id, access_token: key } = await signedIn(world);
    const token = await aPairingToken(world, { key });
    await access.update(userKeys.user(world.workspace.reference, id), setAll(change));
    expect((await pair(token)).body.error_code).toBe('PAIRING_TOKEN_INVALID');
  });

  test('is limited for each address', async () => {
    const address = '198.51.100.77';
    const answers = [];
    for (let i = 0; i < 31; i++) {
      const body = { token: 'x', device_label: 'A' };
      answers.push((await world.call('mobile/pair', { key: undefined, body, address })).body.error_code);
    }
    expect(answers).toEqual([...Array(30).fill('PAIRING_TOKEN_INVALID'), 'RATE_LIMIT_EXCEEDED']);
  });
});

describe('a phone', () => {
  test('is its user, as a device', async () => {
    const phone = await aPhone(world, { as: 'editor' });
    const { body, headers } = await me(phone);
    expect(body).toMatchObject({
      id: phone.user_id,
      email: phone.user_email,
      role: 'editor',
      principal: 'device',
      device_id: phone.device_id,
      scopes: expect.arrayContaining(['mobile:sync', 'submissions:create']),
    });
    expect(headers['RateLimit-Policy']).toBe('"tier";q=1000;w=3600');
    const { device_token: key } = phone;
    expect(await ok('account/get', { key })).toMatchObject({ email: phone.user_email });
    expect(await ok('account/list-notifications', { key })).toMatchObject({ data: [] });
    expect(await codeOf('account/update', { key, body: { name: 'X' } })).toBe('SCOPE_MISSING');
    expect(await codeOf('auth/logout', { key })).toBe('FORBIDDEN');
  });

  test('submits for its user as itself, and reads submissions of its user only, also if that is an owner', async () => {
    const phone = await aPhone(world);
    const { device_token: key } = phone;
    const form_id = await aPublished(world);
    const body = () => ({ form_id, local_uuid: randomUUID(), data: { full_name: 'Maria Lopez' } });
    const other = await ok('submissions/create', { body: body() });
    const own = await ok('submissions/create', { key, body: { ...body(), device_id: randomUUID() } });
    const shown = await ok('submissions/get', { key, params: { submission_id: own.id } });
    expect(shown).toMatchObject({
      source: 'mobile',
      submitted_by: `user_${phone.user_id}`,
      device_id: phone.device_id,
    });
    expect(await codeOf('submissions/get', { key, params: { submission_id: other.id } })).toBe('NOT_FOUND');
    const listed = await ok('submissions/list', { key, query: `form_id=${form_id}` });
    expect(listed.map(({ id }: { id: string }) => id)).toEqual([own.id]);
    const [bulk] = (await ok('submissions/create-bulk', { key, body: [body()] })).accepted;
    expect(await ok('submissions/get', { params: { submission_id: bulk.id } })).toMatchObject({ source: 'mobile' });
    expect(await codeOf('headless/submit', { key, body: { form_id, data_json: {} } })).toBe('SCOPE_MISSING');
  });

  test('sees and moves itself, and no other phone of its user', async () => {
    const [phone, other] = [await aPhone(world), await aPhone(world)];
    const { device_token: key } = phone;
    const { data } = await ok('devices/list', { key, query: 'limit=200' });
    expect(data.map(({ id }: { id: string }) => id)).toEqual([phone.device_id]);
    const at = { latitude: 1, longitude: 2 };
    const [mine, theirs] = [phone, other].map(({ device_id: id }) => ({ key, params: { id } }));
    expect((await world.call('devices/get', mine)).status).toBe(200);
    expect((await world.call('devices/report-locations', { ...mine, body: at })).status).toBe(200);
    expect((await world.call('devices/create-session', { ...mine, body: {} })).status).toBe(201);
    for (const name of ['devices/get', 'devices/get-health', 'devices/list-events', 'devices/list-commands'] as const) {
      expect(await codeOf(name, theirs)).toBe('NOT_FOUND');
    }
    expect(await codeOf('devices/report-locations', { ...theirs, body: at })).toBe('NOT_FOUND');
    expect(await codeOf('devices/create-session', { ...theirs, body: {} })).toBe('NOT_FOUND');
    const points = [phone, other].map(({ device_id: deviceId }) => ({
      deviceId,
      recordedAt: new Date().toISOString(),
      ...at,
    }));
    const batch = await ok('devices/report-location-batch', { key, body: points });
    expect(batch).toMatchObject({ accepted: 1, errors: [{ index: 1, error_code: 'DEVICE_UNKNOWN' }] });
  });

  test('may do less once its user may do less', async () => {
    const phone = await aPhone(world, { as: 'field_worker' });
    const { device_token: key } = phone;
    const form_id = await aPublished(world);
    const body = { form_id, local_uuid: randomUUID(), data: { full_name: 'A' } };
    await ok('submissions/create', { key, body });
    const user = userKeys.user(world.workspace.reference, phone.user_id);
    await access.update(user, setAll({ role: 'viewer' }));
    expect(await codeOf('submissions/create', { key, body })).toBe('SCOPE_MISSING');
    expect((await world.call('mobile/list-forms', { key })).status).toBe(200);
    await access.update(user, setAll({ role: 'field_worker' }));
  });

  test('stays paired when its user signs out or gets a new password', async () => {
    const { id, access_token: key } = await signedIn(world);
    const phone = await aPhone(world, { key });
    await ok('auth/logout', { key });
    await access.update(userKeys.user(world.workspace.reference, id), setAll({ passwordSerial: 2 }));
    expect((await me(phone)).status).toBe(200);
  });

  test('is refused while its workspace is suspended', async () => {
    const other = await newWorld();
    const phone = await aPhone(other);
    await suspendWorkspace(other.workspace);
    expect((await me(phone, other)).body.error_code).toBe('TOKEN_REVOKED');
    await resumeWorkspace(other.workspace);
    expect((await me(phone, other)).status).toBe(200);
  });

  test('is refused beside another credential, and with a session that it does not have', async () => {
    const { device_token: key } = await aPhone(world);
    const conflict = await world.call('auth/me', { key: world.key, headers: { authorization: `Bearer ${key}` } });
    expect(conflict.body.error_code).toBe('CREDENTIALS_CONFLICT');
    const refreshed = await world.call('auth/refresh', { key: undefined, body: { refresh_token: key } });
    expect(refreshed.body.error_code).toBe('TOKEN_INVALID');
  });
});

const isRevoked = async (phone: Paired, of = world) => (await me(phone, of)).body.error_code === 'TOKEN_REVOKED';
const revoke = ({ device_id }: Paired, as: Asked = { as: 'owner' }) =>
  world.call('settings/revoke-phone', { ...as, params: { device_id } });
const listed = async (as: Asked = { as: 'owner' }, of = world): Promise<string[]> =>
  (await ok('settings/list-phones', as, of)).map(({ id }: { id: string }) => id);

describe('revoking a phone', () => {
  test('ends its token at once and for good, and makes the device inactive', async () => {
    const phone = await aPhone(world);
    expect((await revoke(phone)).status).toBe(204);
    expect(await isRevoked(phone)).toBe(true);
    expect(await device(phone.device_id)).toMatchObject({ status: 'INACTIVE' });
    expect(await listed()).not.toContain(phone.device_id);
    expect((await revoke(phone)).status).toBe(404);
    const params = { id: phone.device_id };
    await ok('devices/patch', { params, body: { status: 'ACTIVE' } });
    expect(await isRevoked(phone)).toBe(true);
    const again = await aPhone(world);
    expect(again.device_id).not.toBe(phone.device_id);
  });

  test('ends it also if the device is inactive already', async () => {
    const phone = await aPhone(world);
    await ok('devices/patch', { params: { id: phone.device_id }, body: { status: 'INACTIVE' } });
    expect((await revoke(phone)).status).toBe(204);
    expect(await isRevoked(phone)).toBe(true);
  });

  test('is done once, however many ask for it at once', async () => {
    const phone = await aPhone(world);
    const answers = await Promise.all(Array.from({ length: 10 }, () => revoke(phone)));
    for (const { status } of answers) expect([204, 404]).toContain(status);
    expect(answers.some(({ status }) => status === 204)).toBe(true);
    expect(await device(phone.device_id)).toMatchObject({ status: 'INACTIVE', version: 2 });
  });

  test('is for managers and above, and for everybody with own phones', async () => {
    const { access_token: key } = await signedIn(world, 'field_worker');
    const [mine, other] = [await aPhone(world, { key }), await aPhone(world)];
    expect(await listed({ key })).toEqual([mine.device_id]);
    expect(await listed({ as: 'manager' })).toEqual(expect.arrayContaining([mine.device_id, other.device_id]));
    expect((await revoke(other, { key })).body.error_code).toBe('NOT_FOUND');
    expect((await revoke(mine, { key })).status).toBe(204);
    expect((await revoke(other, { as: 'manager' })).status).toBe(204);
  });

  test('happens when the device is deleted', async () => {
    const phone = await aPhone(world);
    await ok('devices/delete', { params: { id: phone.device_id } });
    expect(await isRevoked(phone)).toBe(true);
    expect(await listed()).not.toContain(phone.device_id);
    await relayEvents();
    const row = await access.get(phoneKeys.phone(world.workspace.reference, phone.device_id));
    expect(row).toMatchObject({ revokedAt: expect.any(Number), ttl: expect.any(Number) });
  });
});

test('a list of own phones reads no row of a phone of somebody else, and none of a phone that is revoked', async () => {
  const of = await newWorld();
  const worker = await signedIn(of, 'field_worker');
  const mine = [await aPhone(of, { key: worker.access_token }), await aPhone(of, { key: worker.access_token })];
  const { reference } = of.workspace;
  for (let i = 0; i < 1000; i++) {
    const row = { ...phoneKeys.phone(reference, randomUUID()), userId: randomUUID(), serial: 0, pairedAt: i };
    platform.database.set('access', row);
  }
  const own = async () => {
    platform.database.rowsQueried = 0;
    const ids = await listed({ key: worker.access_token }, of);
    return { ids: ids.toSorted(), rows: platform.database.rowsQueried };
  };
  const [first, second] = mine.map(({ device_id }) => device_id).toSorted() as [string, string];
  expect(await own()).toEqual({ ids: [first, second], rows: 2 });
  await ok('settings/revoke-phone', { key: worker.access_token, params: { device_id: first } }, of);
  expect(await own()).toEqual({ ids: [second], rows: 1 });
  const left = platform.database.rows('access', ({ pk }) => pk === phoneKeys.allOfUser(reference, worker.id));
  expect(left.map(({ sk }) => sk)).toEqual([second]);
});

describe('a user who is disabled', () => {
  const become = (id: string, status: string) =>
    ok('workspaces/update-member', { as: 'owner', params: { user_id: id }, body: { status } });

  test('loses all phones at once, and gets none of them back', async () => {
    const { id, access_token: key } = await signedIn(world);
    const phones = [await aPhone(world, { key }), await aPhone(world, { key })];
    await become(id, 'disabled');
    for (const phone of phones) expect(await isRevoked(phone)).toBe(true);
    expect(await listed()).not.toContain(phones[0]!.device_id);
    await become(id, 'active');
    for (const phone of phones) expect(await isRevoked(phone)).toBe(true);
    await relayEvents();
    for (const { device_id } of phones) expect(await device(device_id)).toMatchObject({ status: 'INACTIVE' });
  });

  test('keeps phones that were paired since, however often and late the worker is asked', async () => {
    const { id, access_token } = await signedIn(world);
    await aPhone(world, { key: access_token });
    await become(id, 'disabled');
    await become(id, 'active');
    const sid = 'A'.repeat(20);
    const user = userKeys.user(world.workspace.reference, id);
    await access.update(user, setAll({ [sessionAttribute(sid)]: Date.now() + 60_000 }));
    const now = Math.floor(Date.now() / 1000);
    const claims = { sub: id, tid: world.workspace.id, sid, role: 'editor', iat: now, exp: now + 60, jti: 'j' };
    const phone = await aPhone(world, { key: await new TokenSigner().sign({ typ: 'at+jwt' }, claims) });
    const message = { tenant: world.workspace.reference, userId: id };
    for (let i = 0; i < 2; i++) await sendTo(RevokePhonesMessage.order(message));
    await relayEvents();
    expect((await me(phone)).status).toBe(200);
    expect(await device(phone.device_id)).toMatchObject({ status: 'ACTIVE' });
  });

  test('loses them also by being deleted', async () => {
    const { id, access_token: key } = await signedIn(world);
    const phone = await aPhone(world, { key });
    await ok('users/delete', { as: 'owner', params: { user_id: id } });
    expect(await isRevoked(phone)).toBe(true);
    await relayEvents();
    expect(await device(phone.device_id)).toMatchObject({ status: 'INACTIVE' });
  });
});

describe('the requests of phones', () => {
  test('count toward the usage of the month, also once a phone is revoked', async () => {
    const other = await newWorld();
    const phone = await aPhone(other);
    const used = async () => (await ok('subscriptions/usage', {}, other)).metrics.api_requests.used;
    const before = await used();
    for (let i = 0; i < 3; i++) await me(phone, other);
    await other.call('settings/revoke-phone', { as: 'owner', params: { device_id: phone.device_id } });
    // The three requests, the revocation, and the request that reads the count.
    expect((await used()) - before).toBe(5);
  });

  test('are shown as the time when the phone was last seen', async () => {
    const phone = await aPhone(world);
    const seen = async () => {
      const all = await ok('settings/list-phones', { as: 'owner' });
      return all.find(({ id }: { id: string }) => id === phone.device_id);
    };
    expect(await seen()).toMatchObject({ device_label: 'Samsung Galaxy A55', last_seen_at: null });
    await me(phone);
    expect(Date.parse((await seen()).last_seen_at)).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('the forms of a phone', () => {
  const forms = (key: string, tag?: string, of = world) =>
    of.call('mobile/list-forms', { key, ...(tag ? { headers: { 'if-none-match': tag } } : {}) });
  const gps = (rule: object) => ({
    ...schema,
    fields: [
      ...schema.fields,
      {
        id: 'g',
        type: 'group',
        label: 'G',
        fields: [{ id: 'gps', type: 'geopoint', label: 'P', within_geofence: rule }],
      },
    ],
  });

  test('are the published ones that are assigned to its user, in their newest version', async () => {
    const other = await newWorld();
    const worker = await signedIn(other, 'field_worker');
    const { device_token: key } = await aPhone(other, { key: worker.access_token });
    const ids = async () => (await forms(key, undefined, other)).body.map(({ id }: { id: string }) => id);
    expect(await ids()).toEqual([]);
    const form_id = await aPublished(other);
    expect(await ids()).toEqual([form_id]);
    const assign = (body: object) => ok('forms/replace-assignments', { params: { form_id }, body }, other);
    await assign({ roles: ['editor'] });
    expect(await ids()).toEqual([]);
    await assign({ roles: ['editor'], user_ids: [worker.id] });
    expect(await ids()).toEqual([form_id]);
    await ok('forms/update', { params: { form_id }, body: { schema: { ...schema, title: 'Two' } } }, other);
    expect((await forms(key, undefined, other)).body[0]).toMatchObject({
      version_num: 1,
      schema: { title: 'Household Survey' },
      geofences: [],
    });
    const version = await ok('forms/publish', { params: { form_id } }, other);
    expect((await forms(key, undefined, other)).body[0]).toMatchObject({
      version_num: 2,
      form_version_id: version.id,
      schema: { version: 1, title: 'Two' },
    });
    await ok('forms/delete', { params: { form_id } }, other);
    expect(await ids()).toEqual([]);
  });

  test('are all there, newest first, however many are read at a time', async () => {
    const other = await newWorld();
    const { device_token: key } = await aPhone(other);
    const made: string[] = [];
    for (let i = 0; i < 23; i++) made.push(await aPublished(other));
    const { body } = await forms(key, undefined, other);
    expect(body.map(({ id }: { id: string }) => id)).toEqual(made.sort().reverse());
  });

  test('have a tag that changes with anything in the answer, and with nothing else', async () => {
    const other = await newWorld();
    const { device_token: key } = await aPhone(other);
    const fence = await other.fence({ name: 'Area', tags: ['area'] });
    const form_id = await aPublished(other, gps({ tag: 'area' }));
    let { headers } = await forms(key, undefined, other);
    const changes = async (does: () => Promise<unknown>) => {
      await does();
      const { status, headers: next } = await forms(key, headers.ETag, other);
      headers = next;
      return status === 200;
    };
    const change = (body: object) => ok('geofences/patch', { params: { id: fence.id }, body }, other);
    expect(await changes(async () => aDevice(other))).toBe(false);
    expect(
      await changes(() => ok('forms/update', { params: { form_id }, body: { name: 'Another name' } }, other)),
    ).toBe(true);
    expect(await changes(() => change({ radiusMeters: 200 }))).toBe(true);
    expect(await changes(() => change({ status: 'inactive' }))).toBe(true);
    expect(await changes(() => other.fence({ tags: ['elsewhere'] }))).toBe(false);
    expect(await changes(() => other.fence({ tags: ['area'] }))).toBe(true);
    expect(await changes(() => aPublished(other))).toBe(true);
    const strong = headers.ETag!.replace('W/', '');
    expect((await forms(key, `"x", ${strong}`, other)).status).toBe(304);
  });

  test('bring the active geofences that their rules ask for: by id, by tag, by group', async () => {
    const other = await newWorld();
    const { device_token: key } = await aPhone(other);
    const named = await other.fence({ name: 'Named' });
    const off = await other.fence({ status: 'inactive', tags: ['t'] });
    const tagged = await other.fence({ tags: ['t', 'u'] });
    const grouped = await other.fence({ groupName: 'g' });
    const fencesFor = async (rule: object) => {
      const form_id = await aPublished(other, gps(rule));
      const { body } = await forms(key, undefined, other);
      return body.find(({ id }: { id: string }) => id === form_id).geofences;
    };
    expect(await fencesFor({ geofence_id: named.id })).toEqual([
      { id: named.id, name: 'Named', geometry: named.geometry, version: 1 },
    ]);
    expect(await fencesFor({ geofence_id: off.id })).toEqual([]);
    const ids = async (rule: object) => (await fencesFor(rule)).map(({ id }: { id: string }) => id);
    expect(await ids({ tag: 't' })).toEqual([tagged.id]);
    expect(await ids({ group_name: 'g' })).toEqual([grouped.id]);
  });

  test('bring no geofences if they need more than 500', async () => {
    const other = await newWorld();
    const { device_token: key } = await aPhone(other);
    await aPublished(other, gps({ tag: 'many' }));
    const more = (many: number) =>
      Promise.all(Array.from({ length: many }, (_, i) => other.fence({ latitude: i / 100, tags: ['many'] })));
    await more(500);
    expect((await forms(key, undefined, other)).body[0].geofences).toHaveLength(500);
    await more(1);
    expect((await forms(key, undefined, other)).body[0].geofences).toBeNull();
  });
});

describe('the server URL', () => {
  test('is the one of the API until one is set, and the same as the setting of the workspace', async () => {
    const other = await newWorld();
    const url = async () => (await ok('settings/get-server-url', {}, other)).server_url;
    expect(await url()).toMatch(/^https?:\/\/localhost/);
    await ok('settings/set-server-url', { body: { server_url: 'https://field.example.com' } }, other);
    expect(await url()).toBe('https://field.example.com');
    expect((await ok('workspaces/get', {}, other)).server_url).toBe('https://field.example.com');
    await ok('workspaces/update', { as: 'owner', body: { server_url: null } }, other);
    expect(await url()).toMatch(/^https?:\/\/localhost/);
  });
});

test('forms that are too long for an answer are at a link, which needs no credential', async () => {
  const other = await newWorld();
  const fields = () =>
    Array.from({ length: 480 }, (_, i) => {
      const [label, hint] = [randomBytes(490).toString('hex'), randomBytes(490).toString('hex')];
      return { id: `f${i}`, type: 'text', label, hint };
    });
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.unshift(await aPublished(other, { title: `Large ${i}`, fields: fields() }));
  const { device_token: key } = await aPhone(other);
  const { status, headers, body } = await other.call('mobile/list-forms', { key });
  expect([status, body]).toEqual([303, undefined]);
  const forms = JSON.parse(platform.store.open(headers.Location!).toString('utf8'));
  expect(forms.map(({ id }: { id: string }) => id)).toEqual(ids);
  const again = await other.call('mobile/list-forms', { key, headers: { 'if-none-match': headers.ETag! } });
  expect(again.status).toBe(304);
});

test('a phone finds only assigned forms as collections of features', async () => {
  const other = await newWorld();
  const worker = await signedIn(other, 'field_worker');
  const [mine, theirs] = [await aPublished(other, schema), await aPublished(other, schema)];
  const of = { params: { form_id: theirs }, as: 'owner' } as const;
  await ok('forms/replace-assignments', { ...of, body: { roles: ['viewer'] } }, other);
  const { device_token: key } = await aPhone(other, { key: worker.access_token });
  const { collections } = await ok('ogc/list-collections', { key }, other);
  const ids = collections.map(({ id }: { id: string }) => id).filter((id: string) => id.startsWith('submissions.'));
  expect(ids).toEqual([`submissions.${mine}`]);
  for (const name of ['ogc/get-collection', 'ogc/get-schema', 'ogc/get-queryables', 'ogc/list-items'] as const) {
    const asked = (form: string) => ({ key, params: { collectionId: `submissions.${form}` } });
    expect((await other.call(name, asked(mine))).status, name).toBe(200);
    expect((await other.call(name, asked(theirs))).status, name).toBe(404);
  }
});
