import { randomUUID } from 'node:crypto';
import { setAll } from '../../shared/table/expressions.ts';
import { workspaceKeys } from '../../shared/table/keys/workspaces.ts';
import { Table } from '../../shared/table/table.ts';
import { newCsr } from '../support/csr.ts';
import { type Call, row, text } from './call.ts';
import { aDevice } from './device-calls.ts';
import { aCertificate } from './registration-calls.ts';
import type { World } from './world.ts';

/** Certificates of devices. */

const unknown = { params: { id: randomUUID() } };

/** How long certificates of this workspace live from now on. */
export async function setLifetime({ workspace }: World, certificateLifetimeDays: number): Promise<void> {
  await new Table('main').update(workspaceKeys.workspace(workspace.reference), setAll({ certificateLifetimeDays }));
}

/** A certificate that ends within the days that lists look ahead. */
export async function anEndingCertificate(world: World): Promise<{ deviceId: string; certificateId: string }> {
  await setLifetime(world, 20);
  const made = await aCertificate(world);
  await setLifetime(world, 365);
  return made;
}

const one = async (world: World) => {
  const { deviceId: id, certificateId } = await aCertificate(world);
  return { params: { id, certificateId } };
};

const refused = (title: string, body: object, type: string, field: string): Call =>
  row(title, { body }, [422, 'VALIDATION_ERROR'], { body: { detail: [{ type, loc: ['body', field], msg: text }] } });

const unknownId = randomUUID();

export const certificateCalls: Readonly<Record<string, readonly Call[]>> = {
  'devices/list-certificates': [
    row('of a device', async (world) => ({ params: { id: (await aCertificate(world)).deviceId } }), 200, {
      headers: { 'X-Total-Count': '1' },
    }),
    row('of one that has none', (world) => aDevice(world), 200, { headers: { 'X-Total-Count': '0' } }),
    row('of an unknown device', unknown, [404, 'NOT_FOUND']),
  ],
  'devices/list-expiring': [
    row('within a year', { query: 'withinDays=365' }, 200),
    row('within no day', { query: 'withinDays=0' }, [422, 'VALIDATION_ERROR']),
  ],
  'devices/rotate-certificate': [
    row(
      'beside the one in force',
      async (world) => ({
        params: { id: (await aCertificate(world)).deviceId },
        body: { csr: await newCsr(), overlapHours: 168 },
      }),
      201,
      { body: { status: 'ACTIVE', replaces: text, certificatePem: text, caCertificatePem: text, retireAt: null } },
    ),
    row(
      'the same request again',
      async (world) => {
        const asked = { params: { id: (await aCertificate(world)).deviceId }, body: { csr: await newCsr() } };
        await world.call('devices/rotate-certificate', asked);
        return asked;
      },
      200,
      { body: { status: 'ACTIVE' } },
    ),
    row(
      'another request while one is open',
      async (world) => {
        const params = { id: (await aCertificate(world)).deviceId };
        await world.call('devices/rotate-certificate', { params, body: { csr: await newCsr() } });
        return { params, body: { csr: await newCsr() } };
      },
      [409, 'INVALID_TRANSITION'],
    ),
    row('with none in force', async (world) => ({ ...(await aDevice(world)), body: { csr: await newCsr() } }), [
      409,
      'INVALID_TRANSITION',
    ]),
    row('what is no request', async (world) => ({ ...(await aDevice(world)), body: { csr: 'x' } }), [
      422,
      'CSR_INVALID',
    ]),
    row('of an unknown device', async () => ({ ...unknown, body: { csr: await newCsr() } }), [404, 'NOT_FOUND']),
  ],
  'devices/revoke-certificate': [
    row('one', async (world) => ({ ...(await one(world)), body: { reason: 'Stolen' } }), 200, {
      body: { status: 'REVOKED', revokeReason: 'Stolen', revokedAt: text },
    }),
    row('without a reason', one, 200, { body: { status: 'REVOKED', revokeReason: null } }),
    row(
      'one that is revoked',
      async (world) => {
        const asked = await one(world);
        await world.call('devices/revoke-certificate', asked);
        return asked;
      },
      [409, 'INVALID_TRANSITION'],
    ),
    row(
      'an unknown one',
      async (world) => ({ params: { ...(await aDevice(world)).params, certificateId: 'f'.repeat(64) } }),
      [404, 'NOT_FOUND'],
      { body: { details: { resource: 'certificate' } } },
    ),
    row('a reason of 201', async (world) => ({ ...(await one(world)), body: { reason: 'r'.repeat(201) } }), [
      422,
      'VALIDATION_ERROR',
    ]),
  ],
  'devices/revoke-certificates': [
    row(
      'of some devices',
      async (world) => {
        const { deviceId } = await aCertificate(world);
        const { params } = await aDevice(world);
        return { body: { deviceIds: [deviceId, params.id, deviceId.toUpperCase()], reason: 'Leaked' } };
      },
      200,
      { body: { revoked: 1, skipped: 1 } },
    ),
    row(
      'of a device and an unknown one, which the answer names',
      async (world) => ({ body: { deviceIds: [(await aCertificate(world)).deviceId, unknownId], reason: 'R' } }),
      [404, 'NOT_FOUND'],
      { body: { detail: `No device has the id ${unknownId}.` } },
    ),
    row('of an unknown group', { body: { groupId: randomUUID(), reason: 'R' } }, [404, 'NOT_FOUND']),
    row('of an unknown site', { body: { siteId: randomUUID(), reason: 'R' } }, [404, 'NOT_FOUND']),
    row('of 1001 devices', { body: { deviceIds: Array.from({ length: 1001 }, () => randomUUID()), reason: 'R' } }, [
      413,
      'BATCH_TOO_LARGE',
    ]),
    refused('of nothing', { reason: 'R' }, 'conflict', 'deviceIds'),
    refused(
      'of a group and a site',
      { groupId: randomUUID(), siteId: randomUUID(), reason: 'R' },
      'conflict',
      'deviceIds',
    ),
    refused('without a reason', { deviceIds: [randomUUID()] }, 'missing', 'reason'),
  ],
};
