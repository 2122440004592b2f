import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as takePresence from '../../functions/devices/take-presence.ts';
import { ServiceFault } from '../../shared/aws/faults.ts';
import { type CertificateRow, isInForce } from '../../shared/certificates/certificate.ts';
import { noteFirstUse } from '../../shared/certificates/first-use.ts';
import { certificatesOf } from '../../shared/certificates/rows.ts';
import { dueSweeper } from '../../shared/relay/due-sweeper.ts';
import { systemCaller } from '../../shared/workspaces/workspaces.ts';
import { base64, deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { recorded } from '../platform/rows.ts';
import { relayEvents } from '../platform/stream.ts';
import { newCsr } from '../support/csr.ts';
import { anEndingCertificate } from './certificate-calls.ts';
import { aDevice } from './device-calls.ts';
import { aCertificate, type Certified } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** The life of certificates: rotations that are used, not used or interrupted; revocation; expiry. */

const { broker } = platform;
const hour = 3_600_000;
const day = 24 * hour;
let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  broker.before = () => undefined;
  vi.useRealTimers();
});

const rows = (deviceId: string) => certificatesOf(world.workspace.reference, deviceId);
const row = async ({ deviceId }: Certified, id: string) => (await rows(deviceId)).find((one) => one.id === id)!;
const inForce = async (deviceId: string) =>
  (await rows(deviceId))
    .filter((one) => isInForce(one))
    .map(({ id }) => id)
    .sort();
const device = async (id: string) => (await world.call('devices/get', { params: { id } })).body;
const admitted = (deviceId: string) =>
  [...broker.certificates.keys()].filter((id) => broker.admits(id, deviceId)).sort();
/** The log is spread over partitions, so its order is that of ids. */
const actions = (id: string) =>
  recorded()
    .filter(({ resourceId }) => resourceId === id)
    .sort((a, b) => (a.sk < b.sk ? -1 : 1))
    .map(({ action }) => action);
const use = ({ deviceId }: Certified, id: string) => noteFirstUse(systemCaller(world.workspace), deviceId, id);

/** The broker reports a connection. */
const connect = ({ deviceId, certificateId }: Certified, versionNumber: number) =>
  deliver(takePresence, {
    topic: `$aws/events/presence/connected/${deviceId}`,
    payload: base64({
      clientId: deviceId,
      eventType: 'connected',
      timestamp: Date.now(),
      versionNumber,
      principalIdentifier: certificateId,
    }),
    at: Date.now(),
  });

async function rotation(of: Certified, body: object = {}): Promise<string> {
  const asked = { params: { id: of.deviceId }, body: { csr: await newCsr(), ...body } };
  const { status, body: answer } = await world.call('devices/rotate-certificate', asked);
  expect(status, JSON.stringify(answer)).toBe(201);
  return answer.id;
}

/** Lets time pass, and does the work that is due by then. */
async function pass(milliseconds: number): Promise<void> {
  vi.useFakeTimers({ now: Date.now() + milliseconds, toFake: ['Date'] });
  await dueSweeper.open().sweep();
  await platform.queues.idle();
  await relayEvents();
}

describe('a rotation', () => {
  test('ends with the first use of the new certificate', async () => {
    const old = await aCertificate(world);
    const fresh = await rotation(old);
    expect(await inForce(old.deviceId)).toEqual([old.certificateId, fresh].sort());
    expect(admitted(old.deviceId)).toEqual([old.certificateId, fresh].sort());
    expect(await row(old, old.certificateId)).toMatchObject({ status: 'RETIRING', retireAt: expect.any(Number) });
    expect((await device(old.deviceId)).certificateId).toBe(fresh);
    await Promise.all([use(old, fresh), use(old, fresh), use(old, fresh)]);
    await relayEvents();
    expect([await inForce(old.deviceId), admitted(old.deviceId)]).toEqual([[fresh], [fresh]]);
    expect(actions(fresh)).toEqual(['certificate.rotate', 'certificate.first_use']);
    expect(await rotation(old)).not.toBe(fresh);
  });

  test('that is not used causes an event, and then the old certificate stays', async () => {
    const old = await aCertificate(world);
    const fresh = await rotation(old, { overlapHours: 8 });
    await pass(6 * hour + 1);
    expect(actions(fresh)).toContain('certificate.rotation_stalled');
    expect(await inForce(old.deviceId)).toHaveLength(2);
    await pass(2 * hour + 1);
    expect([await inForce(old.deviceId), admitted(old.deviceId)]).toEqual([[old.certificateId], [old.certificateId]]);
    expect(await row(old, old.certificateId)).toMatchObject({ status: 'ACTIVE' });
    expect((await device(old.deviceId)).certificateId).toBe(old.certificateId);
  });

  test('that is not used keeps the new certificate where the old one is revoked', async () => {
    const old = await aCertificate(world);
    const fresh = await rotation(old, { overlapHours: 1 });
    const params = { id: old.deviceId, certificateId: old.certificateId };
    expect((await world.call('devices/revoke-certificate', { params })).status).toBe(200);
    await pass(hour + 1);
    expect([await inForce(old.deviceId), admitted(old.deviceId)]).toEqual([[fresh], [fresh]]);
  });

  test('whose new certificate is revoked leaves the old one as it was', async () => {
    const old = await aCertificate(world);
    const fresh = await rotation(old);
    const params = { id: old.deviceId, certificateId: fresh };
    await world.call('devices/revoke-certificate', { params });
    expect(await row(old, old.certificateId)).toEqual({
      ...(await row(old, old.certificateId)),
      status: 'ACTIVE',
    });
    expect((await row(old, old.certificateId)).retireAt).toBeUndefined();
    expect((await device(old.deviceId)).certificateId).toBe(old.certificateId);
    await rotation(old);
  });

  test.each(['POST certificates', 'POST things', 'PUT target-policies', 'PUT certificates'])(
    'that crashes at %s continues with the same certificate',
    async (step) => {
      const old = await aCertificate(world);
      const asked = { params: { id: old.deviceId }, body: { csr: await newCsr() } };
      broker.before = (call) => {
        if (call.startsWith(step)) throw new ServiceFault('InternalFailureException', 'Out of order', 500);
      };
      expect((await world.call('devices/rotate-certificate', asked)).status).toBeGreaterThanOrEqual(500);
      broker.before = () => undefined;
      const again = await world.call('devices/rotate-certificate', asked);
      expect(again.status).toBe(200);
      expect(admitted(old.deviceId)).toEqual([old.certificateId, again.body.id].sort());
    },
  );

  test('sent many times at once happens once', async () => {
    const old = await aCertificate(world);
    const requests = await Promise.all(Array.from({ length: 12 }, () => newCsr()));
    const answers = await Promise.all(
      requests.map((csr) => world.call('devices/rotate-certificate', { params: { id: old.deviceId }, body: { csr } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(11).fill(409)]);
    expect(await inForce(old.deviceId)).toHaveLength(2);
  });
});

describe('a revocation', () => {
  test('of the only certificate leaves the device without one', async () => {
    const { deviceId: id, certificateId } = await aCertificate(world);
    await connect({ deviceId: id, certificateId }, 1);
    await world.call('devices/revoke-certificate', { params: { id, certificateId } });
    expect((await device(id)).certificateId).toBeNull();
    await relayEvents();
    expect([admitted(id), broker.disconnected.filter((one) => one === id)]).toEqual([[], [id]]);
  });

  test('leaves a connection that another certificate in force has opened', async () => {
    const old = await aCertificate(world);
    const fresh = await rotation(old);
    await connect(old, 1);
    await connect({ ...old, certificateId: fresh }, 2);
    await relayEvents();
    expect([admitted(old.deviceId), broker.disconnected.includes(old.deviceId)]).toEqual([[fresh], false]);
  });

  test('that arrives while the certificate is being activated wins', async () => {
    const { params } = await aDevice(world);
    const revoked: unknown[] = [];
    broker.before = async (call) => {
      if (!call.startsWith('PUT certificates/') || revoked.length > 0) return;
      revoked.push(call);
      const certificateId = call.split('/')[1]!;
      await world.call('devices/revoke-certificate', { params: { ...params, certificateId } });
    };
    await aCertificate(world, params.id).catch(() => undefined);
    broker.before = () => undefined;
    await relayEvents();
    expect([revoked.length, await inForce(params.id), admitted(params.id)]).toEqual([1, [], []]);
  });

  test('of a site, of a group or of a list revokes every active certificate', async () => {
    const site = (await world.call('sites/create', { body: { name: `Yard ${Math.random()}` } })).body;
    const made: Certified[] = [];
    for (let i = 0; i < 3; i++) {
      const { params } = await aDevice(world, { siteId: site.id, tags: ['leaky'] });
      made.push(await aCertificate(world, params.id));
    }
    const fresh = await rotation(made[0]!);
    const ask = async (body: object) =>
      (await world.call('devices/revoke-certificates', { body: { reason: 'Leaked', ...body } })).body;
    expect(await ask({ deviceIds: [made[0]!.deviceId] })).toEqual({ revoked: 1, skipped: 0 });
    expect(await inForce(made[0]!.deviceId)).toEqual([]);
    expect((await row(made[0]!, fresh)).revokeReason).toBe('Leaked');
    const group = await world.call('device-groups/create', {
      body: { name: `Leaky ${Math.random()}`, query: { tagsAll: ['leaky'] }, deviceIds: [] },
    });
    expect(await ask({ groupId: group.body.id })).toEqual({ revoked: 2, skipped: 1 });
    expect(await ask({ siteId: site.id })).toEqual({ revoked: 0, skipped: 3 });
    await relayEvents();
    expect(made.flatMap(({ deviceId }) => admitted(deviceId))).toEqual([]);
  });
});

describe('the end of a certificate', () => {
  test('causes an event 30, 7 and 1 days before, once each, and then the broker revokes it', async () => {
    const made = await aCertificate(world);
    const warnings = () => actions(made.certificateId).filter((action) => action === 'certificate.expiring').length;
    await pass(335 * day + hour);
    expect(warnings()).toBe(1);
    await pass(23 * day);
    await pass(0);
    expect(warnings()).toBe(2);
    await pass(6 * day);
    expect([warnings(), admitted(made.deviceId)]).toEqual([3, [made.certificateId]]);
    await pass(day);
    expect([warnings(), await inForce(made.deviceId), admitted(made.deviceId)]).toEqual([3, [], []]);
    const { body } = await world.call('devices/list-certificates', { params: { id: made.deviceId } });
    expect(body.data).toMatchObject([{ id: made.certificateId, status: 'EXPIRED' }]);
  });

  test('of a revoked certificate causes no event', async () => {
    const made = await anEndingCertificate(world);
    await world.call('devices/revoke-certificate', {
      params: { id: made.deviceId, certificateId: made.certificateId },
    });
    await pass(19 * day);
    expect(actions(made.certificateId)).toEqual(['certificate.revoke']);
  });

  test('is in the list of expiring certificates while it is near, soonest first', async () => {
    const made = await anEndingCertificate(world);
    const ids = async (days: number): Promise<string[]> =>
      (await world.call('devices/list-expiring', { query: `withinDays=${days}&limit=200` })).body.data.map(
        ({ id }: CertificateRow) => id,
      );
    expect([(await ids(19)).includes(made.certificateId), (await ids(21)).includes(made.certificateId)]).toEqual([
      false,
      true,
    ]);
    await world.call('devices/revoke-certificate', {
      params: { id: made.deviceId, certificateId: made.certificateId },
    });
    expect(await ids(21)).not.toContain(made.certificateId);
  });
});
