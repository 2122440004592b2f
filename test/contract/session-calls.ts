import { randomUUID } from 'node:crypto';
import { type Call, row, text } from './call.ts';
import { aDevice } from './device-calls.ts';
import type { World } from './world.ts';

/** Tracking sessions of devices. */

export type Session = { readonly params: { readonly id: string; readonly sessionId: string } };

/** A session of a device, and its parameters in paths. */
export async function aSession(world: World, of?: string, body: object = {}): Promise<Session> {
  const id = of ?? (await aDevice(world)).params.id;
  // A device has one open session, so the previous one is ended first.
  const open = (await world.call('devices/get', { params: { id } })).body.activeSessionId;
  if (open) await world.call('devices/end-session', { params: { id, sessionId: open } });
  const made = await world.call('devices/create-session', { params: { id }, body });
  if (made.status !== 201) throw new Error(`No session: ${JSON.stringify(made.body)}`);
  return { params: { id, sessionId: made.body.id } };
}

type Step = 'pause' | 'resume' | 'end';

/** A session after these steps. */
async function after(world: World, ...steps: readonly Step[]): Promise<Session> {
  const session = await aSession(world);
  for (const step of steps) await world.call(`devices/${step}-session`, session);
  return session;
}

const refused = (title: string, body: object, type: string, field: string): Call =>
  row(title, async (world) => ({ ...(await aDevice(world)), body }), [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', field], msg: text }] },
  });

const unknown = { params: { id: randomUUID(), sessionId: randomUUID() } };
const noSession = async (world: World) => ({ params: { ...(await aDevice(world)).params, sessionId: randomUUID() } });
const notThere = (more: object = {}): Call[] => [
  row('of an unknown device', { ...unknown, ...more }, [404, 'NOT_FOUND'], {
    body: { details: { resource: 'device' } },
  }),
  row('an unknown one', async (world) => ({ ...(await noSession(world)), ...more }), [404, 'NOT_FOUND'], {
    body: { details: { resource: 'session' } },
  }),
];
const hour = 3_600_000;
const inAnHour = (sign: 1 | -1) => new Date(Date.now() + sign * hour).toISOString();

export const sessionCalls: Readonly<Record<string, readonly Call[]>> = {
  'devices/create-session': [
    row('its example', async (world) => ({ ...(await aDevice(world)), body: { name: 'Morning round' } }), 201, {
      body: {
        status: 'ACTIVE',
        name: 'Morning round',
        endedAt: null,
        pauses: [],
        pointCount: 0,
        notes: '',
        version: 1,
      },
    }),
    row('nothing', async (world) => ({ ...(await aDevice(world)), body: {} }), 201, {
      body: { name: null, metadata: {}, distanceMeters: 0 },
    }),
    row('an hour ago', async (world) => ({ ...(await aDevice(world)), body: { startedAt: inAnHour(-1) } }), 201, {
      body: { durationSeconds: 3600 },
    }),
    row('in an hour', async (world) => ({ ...(await aDevice(world)), body: { startedAt: inAnHour(1) } }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row(
      'before the end of the last one',
      async (world) => ({
        params: { id: (await after(world, 'end')).params.id },
        body: { startedAt: inAnHour(-1) },
      }),
      [422, 'VALIDATION_ERROR'],
      { body: { detail: [{ type: 'too_small', loc: ['body', 'startedAt'], msg: text }] } },
    ),
    refused('a name of 256', { name: 'n'.repeat(256) }, 'too_long', 'name'),
    refused('a blank name', { name: ' ' }, 'too_short', 'name'),
    refused('metadata above 16 KB', { metadata: { a: 'x'.repeat(16 * 1024) } }, 'too_long', 'metadata'),
    refused('a date', { startedAt: '2026-03-22' }, 'format', 'startedAt'),
    refused('a year before 1970', { startedAt: '1969-12-31T23:59:59Z' }, 'too_small', 'startedAt'),
    row('of an unknown device', { ...unknown, body: {} }, [404, 'NOT_FOUND']),
    row(
      'while one is paused',
      async (world) => ({ params: { id: (await after(world, 'pause')).params.id }, body: {} }),
      [409, 'INVALID_TRANSITION'],
      { body: { details: { from: 'PAUSED', to: 'ACTIVE' } } },
    ),
  ],
  'devices/list-sessions': [
    row('of a device', async (world) => ({ params: { id: (await aSession(world)).params.id } }), 200, {
      headers: { 'X-Total-Count': '1' },
    }),
    row('of another status', async (world) => ({ ...(await aSession(world)), query: 'status=ENDED' }), 200, {
      headers: { 'X-Total-Count': '0' },
    }),
    row('that started in 2020', async (world) => ({ ...(await aSession(world)), query: 'from=2020&to=2020' }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row(
      'that started on a day of 2020',
      async (world) => ({ ...(await aSession(world)), query: 'from=2020-03-01&to=2020-03-01' }),
      200,
      { headers: { 'X-Total-Count': '0' } },
    ),
    row('to before from', async (world) => ({ ...(await aSession(world)), query: 'from=2026-03-02&to=2026-03-01' }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row('a status that there is not', async (world) => ({ ...(await aSession(world)), query: 'status=OPEN' }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row('of an unknown device', unknown, [404, 'NOT_FOUND']),
  ],
  'devices/get-session': [
    row('one', (world) => aSession(world), 200, { body: { status: 'ACTIVE', version: 1 } }),
    ...notThere(),
  ],
  'devices/patch-session': [
    row('its notes', async (world) => ({ ...(await aSession(world)), body: { notes: 'A detour' } }), 200, {
      body: { notes: 'A detour', name: null, version: 2 },
    }),
    row(
      'null for all',
      async (world) => ({
        ...(await aSession(world, undefined, { name: 'N', metadata: { a: 1 } })),
        body: { name: null, metadata: null, notes: null },
      }),
      200,
      { body: { name: null, metadata: {}, notes: '', version: 2 } },
    ),
    row('nothing', async (world) => ({ ...(await aSession(world)), body: {} }), 200, { body: { version: 1 } }),
    row(
      'what was read',
      async (world) => {
        const session = await aSession(world);
        return { ...session, body: (await world.call('devices/get-session', session)).body };
      },
      200,
      { body: { version: 1 } },
    ),
    row('one that has ended', async (world) => ({ ...(await after(world, 'end')), body: { name: 'N' } }), 200, {
      body: { name: 'N', status: 'ENDED', version: 3 },
    }),
    row('notes of 4,001', async (world) => ({ ...(await aSession(world)), body: { notes: 'n'.repeat(4001) } }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row(
      'another version',
      async (world) => ({ ...(await aSession(world)), body: { name: 'N' }, headers: { 'If-Match': '"v9"' } }),
      [412, 'PRECONDITION_FAILED'],
    ),
    ...notThere({ body: { name: 'N' } }),
  ],
  'devices/pause-session': [
    row('one', (world) => aSession(world), 200, {
      body: { status: 'PAUSED', pauses: [{ pausedAt: text, resumedAt: null }], version: 2 },
    }),
    row('one that is paused', (world) => after(world, 'pause'), 200, { body: { status: 'PAUSED', version: 2 } }),
    row('one that has ended', (world) => after(world, 'end'), [409, 'INVALID_TRANSITION'], {
      body: { details: { from: 'ENDED', to: 'PAUSED' } },
    }),
    ...notThere(),
  ],
  'devices/resume-session': [
    row('one', (world) => after(world, 'pause'), 200, {
      body: { status: 'ACTIVE', pauses: [{ pausedAt: text, resumedAt: text }], version: 3 },
    }),
    row('one that is not paused', (world) => aSession(world), 200, { body: { status: 'ACTIVE', version: 1 } }),
    row('one that has ended', (world) => after(world, 'pause', 'end'), [409, 'INVALID_TRANSITION'], {
      body: { details: { from: 'ENDED', to: 'ACTIVE' } },
    }),
    ...notThere(),
  ],
  'devices/end-session': [
    row('one', (world) => aSession(world), 200, { body: { status: 'ENDED', endedAt: text, version: 2 } }),
    row('one that is paused', (world) => after(world, 'pause'), 200, {
      body: { status: 'ENDED', pauses: [{ pausedAt: text, resumedAt: null }], version: 3 },
    }),
    row('one that has ended', (world) => after(world, 'end'), 200, { body: { status: 'ENDED', version: 2 } }),
    ...notThere(),
  ],
  'devices/list-session-locations': [
    row('of one without points', (world) => aSession(world), 200, { body: { points: [], nextCursor: null } }),
    row(
      'of a span',
      async (world) => ({ ...(await aSession(world)), query: `from=${inAnHour(-1)}&to=${inAnHour(1)}` }),
      200,
      { body: { points: [], nextCursor: null } },
    ),
    row('a cursor that is none', async (world) => ({ ...(await aSession(world)), query: 'cursor=x' }), [
      422,
      'CURSOR_INVALID',
    ]),
    row('a page of 5,001', async (world) => ({ ...(await aSession(world)), query: 'limit=5001' }), [
      422,
      'VALIDATION_ERROR',
    ]),
    ...notThere(),
  ],
};
