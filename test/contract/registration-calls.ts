import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { certificateKeys } from '../../shared/table/keys/certificates.ts';
import { Table } from '../../shared/table/table.ts';
import { newCsr } from '../support/csr.ts';
import type { Invoked } from '../support/invoke.ts';
import { type Call, row, text } from './call.ts';
import { aDevice } from './device-calls.ts';
import type { Asked, World } from './world.ts';

/** Registration tokens, and their exchange for certificates. */

const refused = (title: string, body: object, type: string, field: string): Call =>
  row(title, { body }, [422, 'VALIDATION_ERROR'], { body: { detail: [{ type, loc: ['body', field], msg: text }] } });

export interface Made {
  readonly token: string;
  readonly deviceId: string;
  readonly id: string;
}

/** A token of this workspace. */
export async function aToken(world: World, body: object = { deviceName: `Gateway ${randomUUID()}` }): Promise<Made> {
  const made = await world.call('devices/create-token', { body });
  if (made.status !== 201) throw new Error(`No token: ${JSON.stringify(made.body)}`);
  const { token, deviceId } = made.body;
  return { token, deviceId, id: token.split('.')[0] };
}

/** Sets attributes of a token's row directly. */
export async function ageToken(world: World, { id }: Made, attributes: Record<string, unknown>): Promise<void> {
  const key = certificateKeys.registration(world.workspace.reference, id);
  const table = new Table('main');
  const { pk: _, sk: __, ...before } = (await table.get(key))!;
  await table.put(key, { ...before, ...attributes });
}

/** A request with a token needs no credential. */
const stranger: Asked = { key: undefined };

/** An exchange. */
export const provision = (
  world: World,
  { token, csr }: { readonly token: string; readonly csr: string },
): Promise<Invoked> => world.call('devices/provision', { ...stranger, body: { token, csr } });

export interface Certified {
  readonly deviceId: string;
  readonly certificateId: string;
}

/** A certificate of a device, or of a new one. */
export async function aCertificate(world: World, of?: string): Promise<Certified> {
  const deviceId = of ?? (await aDevice(world)).params.id;
  const { token } = await aToken(world, { deviceId });
  const { status, body } = await provision(world, { token, csr: await newCsr() });
  if (status !== 201) throw new Error(`No certificate: ${JSON.stringify(body)}`);
  return { deviceId, certificateId: body.certificateId };
}

const exchange = (
  title: string,
  make: (world: World) => Promise<{ token: string; csr: string }>,
  answers: Call['answers'],
  more: Partial<Call> = {},
) => row(title, async (world) => ({ ...stranger, body: await make(world) }), answers, more);

const pem = expect.stringContaining('-----BEGIN CERTIFICATE-----');

export const registrationCalls: Readonly<Record<string, readonly Call[]>> = {
  'devices/create-token': [
    row('its example', { body: { deviceName: 'warehouse-gateway-01' } }, 201, {
      body: {
        token: expect.stringMatching(/^[\da-f-]{36}\.[\da-f-]{36}\.[\w-]{51}$/),
        deviceName: 'warehouse-gateway-01',
        provisionEndpoint: expect.stringMatching(/\/api\/v1\/devices\/provision$/),
      },
    }),
    row(
      'for a device that is there',
      async (world) => ({ body: { deviceId: (await aDevice(world, { name: 'Old' })).params.id, expiresInHours: 168 } }),
      201,
      { body: { deviceName: 'Old' } },
    ),
    row('an unknown device', { body: { deviceId: randomUUID() } }, [404, 'NOT_FOUND']),
    refused('neither a name nor a device', {}, 'missing', 'deviceName'),
    refused('both', { deviceName: 'N', deviceId: randomUUID() }, 'conflict', 'deviceId'),
    refused(
      'a site for a device that is there',
      { deviceId: randomUUID(), siteId: randomUUID() },
      'conflict',
      'siteId',
    ),
    refused('no hour', { deviceName: 'N', expiresInHours: 0 }, 'too_small', 'expiresInHours'),
    refused('169 hours', { deviceName: 'N', expiresInHours: 169 }, 'too_large', 'expiresInHours'),
    refused('a site that there is not', { deviceName: 'N', siteId: randomUUID() }, 'unknown_reference', 'siteId'),
  ],
  'devices/list-tokens': [
    row('open ones', async (world) => aToken(world).then(() => ({ query: 'status=PENDING' })), 200),
    row('a status that there is not', { query: 'status=OPEN' }, [422, 'VALIDATION_ERROR']),
  ],
  'devices/delete-token': [
    row('one', async (world) => ({ params: { tokenId: (await aToken(world)).id } }), 204),
    row('an unknown one', { params: { tokenId: randomUUID() } }, [404, 'NOT_FOUND'], {
      body: { details: { resource: 'registration_token' } },
    }),
    row(
      'one that was exchanged',
      async (world) => {
        const { id, token } = await aToken(world);
        await provision(world, { token, csr: await newCsr() });
        return { params: { tokenId: id } };
      },
      [409, 'REGISTRATION_TOKEN_USED'],
    ),
  ],
  'devices/provision': [
    exchange('a token', async (world) => ({ token: (await aToken(world)).token, csr: await newCsr() }), 201, {
      body: {
        certificatePem: pem,
        caCertificatePem: pem,
        mqttPort: 8883,
        mqttEndpoint: text,
        certificateId: expect.stringMatching(/^[\da-f]{64}$/),
      },
    }),
    exchange('a word that is no token', async () => ({ token: 'x.y.z', csr: await newCsr() }), [
      401,
      'REGISTRATION_TOKEN_INVALID',
    ]),
    exchange(
      'a token with another secret',
      async (world) => {
        const { token } = await aToken(world);
        return { token: token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A'), csr: await newCsr() };
      },
      [401, 'REGISTRATION_TOKEN_INVALID'],
    ),
    exchange(
      'a request that is none',
      async (world) => ({ token: (await aToken(world)).token, csr: 'x' }),
      [422, 'CSR_INVALID'],
      {
        body: { details: { reason: 'format' } },
      },
    ),
    exchange(
      'a token that has expired',
      async (world) => {
        const made = await aToken(world);
        await ageToken(world, made, { expiresAt: Date.now() - 1 });
        return { token: made.token, csr: await newCsr() };
      },
      [410, 'REGISTRATION_TOKEN_EXPIRED'],
    ),
    exchange(
      'a token that was revoked',
      async (world) => {
        const made = await aToken(world);
        await world.call('devices/delete-token', { params: { tokenId: made.id } });
        return { token: made.token, csr: await newCsr() };
      },
      [410, 'REGISTRATION_TOKEN_REVOKED'],
    ),
    exchange(
      'a token that was exchanged for another request',
      async (world) => {
        const { token } = await aToken(world);
        await provision(world, { token, csr: await newCsr() });
        return { token, csr: await newCsr() };
      },
      [409, 'REGISTRATION_TOKEN_USED'],
    ),
    exchange(
      'the same token and request again',
      async (world) => {
        const body = { token: (await aToken(world)).token, csr: await newCsr() };
        await provision(world, body);
        return body;
      },
      200,
      { body: { certificatePem: pem } },
    ),
    row('no token', { ...stranger, body: { csr: 'x' } }, [422, 'VALIDATION_ERROR']),
  ],
};
