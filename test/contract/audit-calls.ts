import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Role } from '../../shared/auth/scopes.ts';
import type { NotifyMessage } from '../../shared/messages/notify.ts';
import { notifier } from '../../shared/notifications/notifier.ts';
import { newId } from '../../shared/table/ids.ts';
import { type Call, row, text } from './call.ts';
import type { World } from './world.ts';

/** Notifies the world's user with this role; returns the id of the notification. */
export async function tell(world: World, role: Role, more: Partial<NotifyMessage> = {}): Promise<string> {
  const { body: me } = await world.call('auth/me', { as: role });
  const eventId = newId(Date.now());
  const said = { type: 'member.joined', title: 'Ana Ruiz joined', body: 'Ana Ruiz is an editor now.' } as const;
  const message = { tenant: world.workspace.reference, audience: { userId: me.id as string }, eventId, ...said };
  await notifier.open().run({ ...message, ...more });
  return eventId;
}

const refusedQuery = (title: string, query: string, type: string, field: string): Call =>
  row(title, { query }, [422, 'VALIDATION_ERROR'], { body: { detail: [{ type, loc: ['query', field], msg: text }] } });

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
const none = { body: { data: [], total: 0, next_cursor: null } };
const fenceMade = async (world: World) => ({ query: `resource_id=${(await world.fence()).id}` });

export const auditCalls: Readonly<Record<string, readonly Call[]>> = {
  'audit-logs/list': [
    row('what happened to a fence', fenceMade, 200, {
      body: {
        total: 1,
        data: [
          {
            id: text,
            action: 'geofence.create',
            actor: expect.stringMatching(/^key_\w{24}$/),
            actor_ip: text,
            resource_type: 'geofence',
            resource_id: text,
            request_id: expect.stringMatching(/^req_/),
            changes: expect.objectContaining({ name: [null, 'A fence'] }),
            occurred_at: instant,
          },
        ],
      },
    }),
    row('an admin', { as: 'admin', query: 'limit=1&resource_type=workspace' }, 200, {
      body: { data: [expect.objectContaining({ action: 'workspace.create', actor: 'system' })] },
    }),
    row('an editor', { as: 'editor' }, [403, 'SCOPE_MISSING']),
    row('every filter at once', { query: 'action=a&actor=b&resource_type=c&resource_id=d&from=2026-01-01' }, 200, none),
    row('what is unknown', { query: `resource_id=${randomUUID()}` }, 200, none),
    row('days long gone', { query: 'from=1990-01-01&to=1990-01-02' }, 200, none),
    row('an instant with an offset', { query: 'to=1990-01-01T00:00:00%2B02:00' }, 200, none),
    refusedQuery('no action', 'action=', 'too_short', 'action'),
    refusedQuery('an actor of 257 characters', `actor=${'a'.repeat(257)}`, 'too_long', 'actor'),
    refusedQuery('a day that does not exist', 'from=2026-02-30', 'format', 'from'),
    refusedQuery('a word in place of an instant', 'to=now', 'format', 'to'),
    refusedQuery('an end before the start', 'from=2026-03-02&to=2026-03-01', 'conflict', 'to'),
  ],
  'account/list-notifications': [
    row(
      'one’s own',
      async (world) => {
        await tell(world, 'manager');
        return { as: 'manager', query: 'limit=1' };
      },
      200,
      {
        body: {
          data: [
            {
              id: text,
              type: 'member.joined',
              title: 'Ana Ruiz joined',
              body: 'Ana Ruiz is an editor now.',
              link: null,
              read_at: null,
              created_at: instant,
            },
          ],
        },
      },
    ),
    row('a user without notifications', { as: 'field_worker', query: 'unread_only=true' }, 200, none),
    row('unread or not', { as: 'viewer', query: 'unread_only=false' }, 200),
    row('neither', { as: 'viewer', query: 'unread_only=yes' }, [422, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'enum', loc: ['query', 'unread_only'], msg: text }] },
    }),
    row('a key, which is not a user', {}, [403, 'SCOPE_MISSING']),
  ],
  'account/read-notification': [
    row('one’s own', async (world) => ({ as: 'editor', params: { id: await tell(world, 'editor') } }), 200, {
      body: { type: 'member.joined', read_at: instant },
    }),
    row(
      'another’s',
      async (world) => ({ as: 'viewer', params: { id: await tell(world, 'editor') } }),
      [404, 'NOT_FOUND'],
      { body: { details: { resource: 'notification' } } },
    ),
    row('an unknown one', { as: 'editor', params: { id: randomUUID() } }, [404, 'NOT_FOUND']),
    row('a key, which is not a user', { params: { id: randomUUID() } }, [403, 'SCOPE_MISSING']),
  ],
  'account/read-all-notifications': [
    row(
      'two',
      async (world) => {
        for (let i = 0; i < 2; i++) await tell(world, 'owner');
        return { as: 'owner' };
      },
      200,
      { body: { updated: 2 } },
    ),
    row('none', { as: 'field_worker' }, 200, { body: { updated: 0 } }),
    row('a key, which is not a user', {}, [403, 'SCOPE_MISSING']),
  ],
};
