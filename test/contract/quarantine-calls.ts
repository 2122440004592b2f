import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import * as takeLocations from '../../functions/devices/take-locations.ts';
import * as takeReadings from '../../functions/devices/take-readings.ts';
import { type Call, row, text } from './call.ts';
import { aCertificate, type Certified } from './registration-calls.ts';
import type { World } from './world.ts';

/** Calls of the quarantine. */

export const topicOf = (world: World, { deviceId }: Pick<Certified, 'deviceId'>, kind: string): string =>
  `hexfence/${world.workspace.id}/${deviceId}/${kind}`;

/** A message of a device, as the broker's rule sends it now. */
async function say(
  taker: typeof takeLocations | typeof takeReadings,
  topic: string,
  sender: Certified,
  payload: unknown,
  more: object,
) {
  // Its import replaces AWS in this process, which tests on a stack do not want.
  const { base64, deliver } = await import('../platform/deliver.ts');
  const message = { topic, principal: sender.certificateId, payload: base64(payload), at: Date.now(), ...more };
  return await deliver(taker, message);
}

/** Sends a position of a device. */
export const sayWhere = (world: World, sender: Certified, payload: unknown, more: object = {}) =>
  say(takeLocations, topicOf(world, sender, 'location'), sender, payload, more);

/** Sends readings of a device. */
export const sayReadings = (world: World, sender: Certified, readings: readonly object[], more: object = {}) =>
  say(takeReadings, topicOf(world, sender, 'readings'), sender, { readings }, more);

/** A point that is refused. */
const nowhere = { latitude: 91, longitude: 0 };

/** An item in quarantine. */
export async function aQuarantined(world: World): Promise<{ id: string; deviceId: string }> {
  const sender = await aCertificate(world);
  await sayWhere(world, sender, nowhere);
  const { body } = await world.call('quarantine/list', { query: `deviceId=${sender.deviceId}` });
  return { id: body.data[0].id, deviceId: sender.deviceId };
}

export async function aReplay(world: World): Promise<string> {
  const { body } = await world.call('quarantine/replay', { body: { filter: {} } });
  return body.replayId;
}

const unknown = { params: { id: randomUUID() } };
const one = async (world: World) => ({ params: { id: (await aQuarantined(world)).id } });
const refused = (title: string, body: object, type: string, ...loc: (string | number)[]): Call =>
  row(title, { body }, [422, 'VALIDATION_ERROR'], { body: { detail: [{ type, loc: ['body', ...loc], msg: text }] } });

export const quarantineCalls: Readonly<Record<string, readonly Call[]>> = {
  'quarantine/list': [
    row('all that is open', { query: '' }, 200),
    row('of one cause and key', { query: 'cause=UNKNOWN_SENSOR&key=pressure&from=2026-01-01' }, 200, {
      headers: { 'X-Total-Count': '0' },
    }),
    row(
      'of one device, today',
      async (world) => {
        const { deviceId } = await aQuarantined(world);
        const day = new Date().toISOString().slice(0, 10);
        return { query: `deviceId=${deviceId}&status=OPEN&from=${day}&to=${day}` };
      },
      200,
      { headers: { 'X-Total-Count': '1' } },
    ),
    ...['status=REPLAYED', 'to=2020-01-01', 'cause=OUT_OF_RANGE', 'key=pressure'].map((other) =>
      row(
        `of one device, which has nothing with ${other}`,
        async (world) => ({ query: `deviceId=${(await aQuarantined(world)).deviceId}&${other}` }),
        200,
        { headers: { 'X-Total-Count': '0' } },
      ),
    ),
    row('of a status that does not exist', { query: 'status=CLOSED' }, [422, 'VALIDATION_ERROR']),
    row('of a cause that does not exist', { query: 'cause=BORED' }, [422, 'VALIDATION_ERROR']),
    row('of a span that ends before it begins', { query: 'from=2026-03-18&to=2026-03-17' }, [422, 'VALIDATION_ERROR']),
  ],
  'quarantine/get': [
    row('one, with its payload', one, 200, {
      body: { cause: 'POINT_INVALID', status: 'OPEN', component: null, key: null, payload: nowhere },
    }),
    row('an unknown id', unknown, [404, 'NOT_FOUND'], { body: { details: { resource: 'quarantine_item' } } }),
    row('a text that is not an id', { params: { id: 'é'.repeat(300) } }, [404, 'NOT_FOUND']),
  ],
  'quarantine/delete': [row('one', one, 204), row('an unknown id', unknown, [404, 'NOT_FOUND'])],
  'quarantine/summary': [
    row('of all days', {}, 200),
    row('of one day', { query: 'from=2026-03-17&to=2026-03-17' }, 200, { body: { groups: [] } }),
    row('of a span that ends before it begins', { query: 'from=2026-03-18&to=2026-03-17' }, [422, 'VALIDATION_ERROR']),
  ],
  'quarantine/replay': [
    row('everything, as a trial', { body: { filter: {} } }, 202, {
      headers: {
        Location: expect.stringMatching(/\/api\/v1\/admin\/quarantine\/replays\/[\da-f-]{36}$/),
        'Retry-After': '2',
      },
      body: { status: 'RUNNING', dryRun: true, total: 0, wouldAccept: 0, accepted: 0, stillRefused: 0, causes: {} },
    }),
    row(
      'one item, in earnest',
      async (world) => ({ body: { ids: [(await aQuarantined(world)).id], dryRun: false } }),
      202,
    ),
    row('null for what is absent', { body: { ids: null, filter: { cause: null, to: null }, dryRun: null } }, 202, {
      body: { dryRun: true },
    }),
    refused('neither ids nor a filter', {}, 'missing', 'filter'),
    refused('ids and a filter', { ids: ['a'], filter: {} }, 'conflict', 'filter'),
    refused('no id', { ids: [] }, 'too_short', 'ids'),
    refused('1001 ids', { ids: Array.from({ length: 1001 }, () => 'a') }, 'too_long', 'ids'),
    refused('an unknown id', { ids: [unknown.params.id] }, 'unknown_reference', 'ids', 0),
    refused('an unknown device', { filter: { deviceId: randomUUID() } }, 'unknown_reference', 'filter', 'deviceId'),
    refused('an unknown cause', { filter: { cause: 'BORED' } }, 'enum', 'filter', 'cause'),
    refused(
      'a span that ends before it begins',
      { filter: { from: '2026-03-18', to: '2026-03-17' } },
      'conflict',
      'filter',
      'to',
    ),
    refused('a status in the filter', { filter: { status: 'OPEN' } }, 'unknown_field', 'filter', 'status'),
  ],
  'quarantine/get-replay': [
    row('one', async (world) => ({ params: { replayId: await aReplay(world) } }), 200),
    row('an unknown id', { params: { replayId: randomUUID() } }, [404, 'NOT_FOUND'], {
      body: { details: { resource: 'replay' } },
    }),
  ],
};
