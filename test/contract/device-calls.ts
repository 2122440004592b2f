import { randomUUID } from 'node:crypto';
import { devices } from '../../shared/devices/devices.ts';
import { type Call, row, text } from './call.ts';
import { entityCalls } from './entity-calls.ts';
import type { World } from './world.ts';

/** Calls of devices, in addition to those of every plain resource. */

const refused = (title: string, body: object, type: string, ...loc: (string | number)[]): Call =>
  row(title, { body: { name: 'N', ...body } }, [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
  });

/** A device with these fields, and its parameters in paths. */
export async function aDevice(world: World, body: object = {}): Promise<{ params: { id: string } }> {
  const made = await world.call('devices/create', { body: { name: 'A device', ...body } });
  if (made.status !== 201) throw new Error(`No device: ${JSON.stringify(made.body)}`);
  return { params: { id: made.body.id } };
}

/** A row for a list with these filters, which finds a device with these fields among others. */
const listed = (title: string, query: (world: World) => Promise<string>, total: number): Call =>
  row(title, async (world) => ({ query: await query(world) }), 200, { headers: { 'X-Total-Count': String(total) } });

const patched = (title: string, steps: readonly string[], answers: Call['answers'], body: object = {}): Call =>
  row(
    title,
    async (world) => {
      const device = await aDevice(world);
      const [last, ...former] = [...steps].reverse();
      for (const status of former.reverse()) await world.call('devices/patch', { ...device, body: { status } });
      return { ...device, body: { status: last } };
    },
    answers,
    { body: body as Record<string, unknown> },
  );

export const deviceCalls: Readonly<Record<string, readonly Call[]>> = {
  ...entityCalls('devices', devices, {
    create: [
      refused('a name of 256', { name: 'n'.repeat(256) }, 'too_long', 'name'),
      refused('a kind that there is not', { kind: 'tractor' }, 'enum', 'kind'),
      refused('an externalId of 129', { externalId: 'e'.repeat(129) }, 'too_long', 'externalId'),
      refused('an externalId with a space at its end', { externalId: 'e ' }, 'pattern', 'externalId'),
      refused('21 tags', { tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }, 'too_long', 'tags'),
      refused('half a location', { location: { latitude: 1 } }, 'missing', 'location', 'longitude'),
      refused('a latitude of 91', { location: { latitude: 91, longitude: 0 } }, 'too_large', 'location', 'latitude'),
      refused('metadata above 16 KB', { metadata: { a: 'x'.repeat(16 * 1024) } }, 'too_long', 'metadata'),
      refused('a version of no profile', { deviceProfileVersion: '1.0' }, 'unknown_reference', 'deviceProfileVersion'),
      row('a status, which is not its to say', { body: { name: 'N', status: 'MAINTENANCE' } }, 201, {
        body: { status: 'ACTIVE', connected: false, certificateId: null, lastLocation: null, insideGeofenceIds: [] },
      }),
      row(
        'an externalId that another has',
        async (world) => {
          const externalId = randomUUID();
          await aDevice(world, { externalId });
          return { body: { name: 'N', externalId } };
        },
        [409, 'EXTERNAL_ID_EXISTS'],
        { body: { details: { id: text } } },
      ),
    ],
    list: [
      ...['ACTIVE', 'MAINTENANCE'].map((status, total) =>
        listed(
          `in the status ${status}`,
          async (world) => {
            const tag = `t-${randomUUID()}`;
            const { params } = await aDevice(world, { tags: [tag] });
            await world.call('devices/patch', { params, body: { status: 'MAINTENANCE' } });
            return `tag=${tag}&status=${status}`;
          },
          total,
        ),
      ),
      listed(
        'by its tag',
        async (world) => {
          const tag = `t-${randomUUID()}`;
          await aDevice(world, { tags: ['x', tag] });
          return `tag=${tag}`;
        },
        1,
      ),
      listed(
        'by its externalId and another kind',
        async (world) => {
          const externalId = randomUUID();
          await aDevice(world, { externalId, kind: 'gateway' });
          return `externalId=${externalId}&kind=camera`;
        },
        0,
      ),
      listed('of a group that there is not', async () => `groupId=${randomUUID()}`, 0),
      listed('inside of a fence that there is not', async () => `insideGeofenceId=${randomUUID()}`, 0),
      listed('that are connected', async (world) => aDevice(world).then(() => 'connected=true'), 0),
      row('a status in another case', { query: 'status=active' }, [422, 'VALIDATION_ERROR']),
    ],
    patch: [
      patched('into maintenance', ['MAINTENANCE'], 200, { status: 'MAINTENANCE', version: 2 }),
      patched('and back', ['MAINTENANCE', 'ACTIVE'], 200, { status: 'ACTIVE', version: 3 }),
      patched('to what it is', ['ACTIVE'], 200, { version: 1 }),
      patched('from one rest to another', ['INACTIVE', 'MAINTENANCE'], [409, 'INVALID_TRANSITION'], {
        details: { from: 'INACTIVE', to: 'MAINTENANCE' },
      }),
      patched('to what only the broker tells', ['OFFLINE'], [409, 'INVALID_TRANSITION']),
      patched('to what is before a certificate', ['PENDING'], [409, 'INVALID_TRANSITION']),
      row('no status at all', async (world) => ({ ...(await aDevice(world)), body: { status: null } }), [
        422,
        'VALIDATION_ERROR',
      ]),
    ],
  }),
  'devices/get-health': [
    row('before the first report', (world) => aDevice(world), 200, {
      body: { online: false, uptimeSeconds: null, connectionType: null, reportedAt: null },
    }),
    row('an unknown id', { params: { id: randomUUID() } }, [404, 'NOT_FOUND'], {
      body: { details: { resource: 'device' } },
    }),
  ],
};
