import { randomUUID } from 'node:crypto';
import { type Call, row, text } from './call.ts';
import { aDevice } from './device-calls.ts';
import { aCertificate } from './registration-calls.ts';
import type { World } from './world.ts';

/** Commands to devices. */

/** A command to a device that can receive it, and its parameters in paths. */
export async function aCommand(world: World, of?: string, body: object = { type: 'REBOOT' }) {
  const { deviceId: id } = await aCertificate(world, of);
  const made = await world.call('devices/create-command', { params: { id }, body });
  if (made.status !== 201) throw new Error(`No command: ${JSON.stringify(made.body)}`);
  return { params: { id, commandId: made.body.id as string } };
}

const asked = async (world: World, body: object) => ({ params: { id: (await aCertificate(world)).deviceId }, body });

const refused = (title: string, body: object, type: string, ...loc: string[]): Call =>
  row(title, (world) => asked(world, body), [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
  });

const unknown = { params: { id: randomUUID() } };

export const commandCalls: Readonly<Record<string, readonly Call[]>> = {
  'devices/create-command': [
    row('its example', (world) => asked(world, { type: 'REBOOT', payload: { delaySeconds: 5 } }), 201, {
      body: { status: 'PENDING', payload: { delaySeconds: 5 }, timeoutSeconds: 300, result: null, sentAt: null },
    }),
    row('a type of its own', (world) => asked(world, { type: 'HONK_2', timeoutSeconds: 5 }), 201, {
      body: { payload: {}, timeoutSeconds: 5 },
    }),
    refused('no type', {}, 'missing', 'type'),
    refused('a type in small letters', { type: 'reboot' }, 'pattern', 'type'),
    refused('a type that only the service sends', { type: 'INSTALL_CERTIFICATE' }, 'enum', 'type'),
    refused('four seconds', { type: 'REBOOT', timeoutSeconds: 4 }, 'too_small', 'timeoutSeconds'),
    refused('a day and a second', { type: 'REBOOT', timeoutSeconds: 86_401 }, 'too_large', 'timeoutSeconds'),
    refused('a payload of 65 kB', { type: 'REBOOT', payload: { a: 'x'.repeat(65_536) } }, 'too_long', 'payload'),
    refused(
      'firmware that there is not',
      { type: 'UPDATE_FIRMWARE', payload: { firmwareId: randomUUID() } },
      'unknown_reference',
      'payload',
      'firmwareId',
    ),
    row('to an unknown device', { ...unknown, body: { type: 'REBOOT' } }, [404, 'NOT_FOUND']),
    row(
      'to a device without a certificate',
      async (world) => ({ ...(await aDevice(world)), body: { type: 'REBOOT' } }),
      [409, 'INVALID_TRANSITION'],
    ),
    row(
      'to a device that is inactive',
      async (world) => {
        const params = { id: (await aCertificate(world)).deviceId };
        await world.call('devices/patch', { params, body: { status: 'INACTIVE' } });
        return { params, body: { type: 'REBOOT' } };
      },
      [409, 'INVALID_TRANSITION'],
    ),
  ],
  'devices/list-commands': [
    row('of a device', async (world) => ({ params: { id: (await aCommand(world)).params.id } }), 200, {
      headers: { 'X-Total-Count': '1' },
    }),
    row(
      'of another type',
      async (world) => ({ params: { id: (await aCommand(world)).params.id }, query: 'type=HONK&status=PENDING' }),
      200,
      { headers: { 'X-Total-Count': '0' } },
    ),
    row('of an unknown device', unknown, [404, 'NOT_FOUND']),
    row('a status that there is not', async (world) => ({ ...(await aDevice(world)), query: 'status=OPEN' }), [
      422,
      'VALIDATION_ERROR',
    ]),
  ],
  'devices/get-command': [
    row('one', (world) => aCommand(world), 200, { body: { type: 'REBOOT', status: 'PENDING' } }),
    row(
      'an unknown one',
      async (world) => ({ params: { ...(await aDevice(world)).params, commandId: randomUUID() } }),
      [404, 'NOT_FOUND'],
      { body: { details: { resource: 'command' } } },
    ),
  ],
};
