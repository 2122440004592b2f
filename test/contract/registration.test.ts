import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ServiceFault } from '../../shared/aws/faults.ts';
import { isInForce } from '../../shared/certificates/certificate.ts';
import { certificatesOf } from '../../shared/certificates/rows.ts';
import { resumeWorkspace, suspendWorkspace } from '../../shared/operator/suspension.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { newCsr } from '../support/csr.ts';
import { aDevice } from './device-calls.ts';
import { ageToken, aToken, provision } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** From a one-time token to a certificate: once, whatever fails in between, and never after a revocation. */

const { broker } = platform;
let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  broker.before = () => undefined;
});

const device = async (id: string) => (await world.call('devices/get', { params: { id } })).body;
const inForce = async (id: string) =>
  (await certificatesOf(world.workspace.reference, id)).filter((row) => isInForce(row)).map((row) => row.id);
const statusOf = async (id: string) =>
  (await world.call('devices/list-tokens', { query: 'limit=200' })).body.data.find(
    (one: { id: string }) => one.id === id,
  )?.status;
/** Certificates at the broker that let this device in. */
const admitted = (deviceId: string) => [...broker.certificates.keys()].filter((id) => broker.admits(id, deviceId));

describe('an exchange', () => {
  test('activates a pending device, with one certificate that the broker accepts', async () => {
    const { token, deviceId, id } = await aToken(world);
    expect(await device(deviceId)).toMatchObject({ status: 'PENDING', certificateId: null, version: 1 });
    const { status, body } = await provision(world, { token, csr: await newCsr() });
    expect([status, body.deviceId, body.clientId, body.thingName]).toEqual([201, deviceId, deviceId, deviceId]);
    expect(body.topics.commandsAck).toBe(`hexfence/${world.workspace.id}/${deviceId}/commands/ack`);
    expect(Date.parse(body.expiresAt) - Date.now()).toBeCloseTo(365 * 86_400_000, -6);
    expect(await device(deviceId)).toMatchObject({ status: 'ACTIVE', certificateId: body.certificateId, version: 2 });
    expect(admitted(deviceId)).toEqual([body.certificateId]);
    expect(await statusOf(id)).toBe('USED');
  });

  test('succeeds once if fifty are sent at once, and the others are refused', async () => {
    const { token, deviceId } = await aToken(world);
    const requests = await Promise.all(Array.from({ length: 50 }, () => newCsr()));
    const answers = await Promise.all(requests.map((csr) => provision(world, { token, csr })));
    const codes = answers.map(({ status, body }) => `${status} ${body.error_code ?? ''}`).sort();
    expect(codes).toEqual(['201 ', ...Array(49).fill('409 REGISTRATION_TOKEN_USED')]);
    const winner = answers.find(({ status }) => status === 201)!.body.certificateId;
    expect([await inForce(deviceId), admitted(deviceId)]).toEqual([[winner], [winner]]);
  });

  test('of one request, ten times at once, ends in one certificate for all', async () => {
    const { token, deviceId } = await aToken(world);
    const csr = await newCsr();
    const before = broker.certificates.size;
    const answers = await Promise.all(Array.from({ length: 10 }, () => provision(world, { token, csr })));
    expect(new Set(answers.map(({ body }) => body.certificateId)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect([admitted(deviceId).length, broker.certificates.size - before]).toEqual([1, 1]);
  });

  const steps = ['POST certificates', 'POST things', 'PUT target-policies', 'PUT things', 'PUT certificates'];
  test.each(steps)('that crashes at %s continues with the same certificate when it is repeated', async (step) => {
    const { token, deviceId } = await aToken(world);
    const csr = await newCsr();
    broker.before = (call) => {
      if (call.startsWith(step)) throw new ServiceFault('InternalFailureException', 'Out of order', 500);
    };
    const dead = await provision(world, { token, csr });
    expect(dead.status, JSON.stringify(dead.body)).toBeGreaterThanOrEqual(500);
    expect(admitted(deviceId)).toEqual([]);
    broker.before = () => undefined;
    const again = await provision(world, { token, csr });
    expect([again.status, again.body.certificateId]).toEqual([200, ...admitted(deviceId)]);
    expect(await inForce(deviceId)).toEqual([again.body.certificateId]);
  });

  test('whose request the broker refuses leaves the token as it was', async () => {
    const { token } = await aToken(world);
    broker.before = (call) => {
      if (call === 'POST certificates')
        throw new ServiceFault('InvalidRequestException', 'CSR violates constraints', 400);
    };
    const refused = await provision(world, { token, csr: await newCsr() });
    expect(refused.body).toMatchObject({ error_code: 'CSR_INVALID', details: { reason: 'broker' } });
    broker.before = () => undefined;
    expect((await provision(world, { token, csr: await newCsr() })).status).toBe(201);
  });

  test('cannot be repeated after a day, nor after its certificate was replaced', async () => {
    const made = await aToken(world);
    const body = { token: made.token, csr: await newCsr() };
    await provision(world, body);
    const next = await aToken(world, { deviceId: made.deviceId });
    const replaced = await provision(world, { token: next.token, csr: await newCsr() });
    expect((await provision(world, body)).body.error_code).toBe('REGISTRATION_TOKEN_USED');
    await relayEvents();
    expect(admitted(made.deviceId)).toEqual([replaced.body.certificateId]);
    await ageToken(world, next, { usedAt: Date.now() - 86_400_001 });
    const late = { token: next.token, csr: body.csr };
    expect((await provision(world, late)).body.error_code).toBe('REGISTRATION_TOKEN_USED');
  });
});

describe('a token', () => {
  test('for a device that is there leaves its status, and ends its former certificates', async () => {
    const { params } = await aDevice(world);
    await world.call('devices/patch', { params, body: { status: 'MAINTENANCE' } });
    const first = await provision(world, { ...(await aToken(world, { deviceId: params.id })), csr: await newCsr() });
    const second = await provision(world, { ...(await aToken(world, { deviceId: params.id })), csr: await newCsr() });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(await device(params.id)).toMatchObject({ status: 'MAINTENANCE', certificateId: second.body.certificateId });
    expect(await inForce(params.id)).toEqual([second.body.certificateId]);
    await relayEvents();
    expect(admitted(params.id)).toEqual([second.body.certificateId]);
  });

  test('that is newer revokes the previous one, and only revoking the newest affects the device', async () => {
    const first = await aToken(world);
    const second = await aToken(world, { deviceId: first.deviceId });
    expect([await statusOf(first.id), await statusOf(second.id)]).toEqual(['REVOKED', 'PENDING']);
    const refused = await provision(world, { token: first.token, csr: await newCsr() });
    expect(refused.body.error_code).toBe('REGISTRATION_TOKEN_REVOKED');
    expect((await world.call('devices/delete-token', { params: { tokenId: first.id } })).status).toBe(204);
    expect((await device(first.deviceId)).status).toBe('PENDING');
    expect((await world.call('devices/delete-token', { params: { tokenId: second.id } })).status).toBe(204);
    expect((await device(first.deviceId)).error_code).toBe('NOT_FOUND');
  });

  test('is invalid once its device is deleted', async () => {
    const { token, deviceId, id } = await aToken(world);
    await world.call('devices/delete', { params: { id: deviceId } });
    const refused = await provision(world, { token, csr: await newCsr() });
    expect(refused.body.error_code).toBe('REGISTRATION_TOKEN_REVOKED');
    expect([admitted(deviceId), broker.things.has(deviceId)]).toEqual([[], false]);
    await relayEvents();
    expect(['REVOKED', 'USED']).toContain(await statusOf(id));
  });

  test('and its certificate are of no use for a suspended workspace', async () => {
    const other = await newWorld();
    const { token } = await aToken(other);
    await suspendWorkspace(other.workspace);
    expect((await provision(other, { token, csr: await newCsr() })).body.error_code).toBe('REGISTRATION_TOKEN_INVALID');
    // The messages that were published before wait for this.
    await resumeWorkspace(other.workspace);
  });

  test('is stored nowhere in plain text', async () => {
    const { token } = await aToken(world);
    const secret = token.split('.')[2]!;
    for (const table of ['main', 'access'] as const) {
      expect(JSON.stringify(platform.database.rows(table))).not.toContain(secret);
    }
  });

  test('waits in a list until it has expired', async () => {
    const made = await aToken(world);
    await ageToken(world, made, { expiresAt: Date.now() - 1 });
    const listed = async (status: string) =>
      (await world.call('devices/list-tokens', { query: `status=${status}&limit=200` })).body.data.map(
        ({ id }: { id: string }) => id,
      );
    expect(await listed('EXPIRED')).toContain(made.id);
    for (const status of ['PENDING', 'USED', 'REVOKED']) expect(await listed(status)).not.toContain(made.id);
  });
});

test('a deleted device cannot connect any more, its connection is ended, and its thing is deleted', async () => {
  const { token, deviceId } = await aToken(world);
  await provision(world, { token, csr: await newCsr() });
  await world.call('devices/delete', { params: { id: deviceId } });
  await relayEvents();
  expect([admitted(deviceId), broker.things.has(deviceId), await inForce(deviceId)]).toEqual([[], false, []]);
  expect(broker.disconnected).toContain(deviceId);
});

test('strangers may try thirty times a minute from one network', async () => {
  const body = { token: 'x', csr: 'x' };
  const address = '203.0.113.77';
  const statuses = [];
  for (let i = 0; i < 61; i++) {
    statuses.push((await world.call('devices/provision', { key: undefined, body, address })).status);
  }
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(1);
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(60);
});
