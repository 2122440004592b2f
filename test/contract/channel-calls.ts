import { randomUUID } from 'node:crypto';
import { channels } from '../../shared/channels/kind.ts';
import { type Call, row, text } from './call.ts';
import { aChannel, aHookChannel, mail } from './channel-makers.ts';
import { entityCalls } from './entity-calls.ts';
import { aWebhook } from './webhook-calls.ts';
import { aWorkflow, step } from './workflow-makers.ts';

/** Calls of notification channels, in addition to those of every plain resource. */

const refused = (title: string, body: object, type: string, ...loc: (string | number)[]): Call =>
  row(title, { body: { ...mail, ...body } }, [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
  });

const notifying = (id: string) => ({
  id: 'n',
  type: 'notification',
  config: { channel_ids: [id], subject: 'S', text: 'T' },
});

const unknown = { params: { id: randomUUID() } };
const to = (count: number) => Array.from({ length: count }, (_, i) => `a${i}@example.com`);

export const channelCalls: Readonly<Record<string, readonly Call[]>> = {
  ...entityCalls('notification-channels', channels, {
    create: [
      row('one to 20 addresses', { body: { ...mail, config: { to: to(20) } } }, 201),
      row(
        'one to a webhook, disabled',
        async (world) => {
          const webhookId = (await aWebhook(world)).params.id;
          return { body: { name: 'Hook', type: 'WEBHOOK', config: { webhookId }, enabled: false } };
        },
        201,
        { body: { type: 'WEBHOOK', enabled: false } },
      ),
      refused('21 addresses', { config: { to: to(21) } }, 'too_long', 'config', 'to'),
      refused('no address', { config: { to: [] } }, 'too_short', 'config', 'to'),
      refused('what is no address', { config: { to: ['ops'] } }, 'format', 'config', 'to', 0),
      refused('an unknown type', { type: 'PIGEON' }, 'enum', 'type'),
      refused('nothing to send to', { config: {} }, 'missing', 'config', 'to'),
      refused('an unknown field', { config: { ...mail.config, cc: [] } }, 'unknown_field', 'config', 'cc'),
      row('addresses for a webhook', { body: { ...mail, type: 'WEBHOOK' } }, [422, 'VALIDATION_ERROR'], {
        body: {
          detail: [
            { type: 'missing', loc: ['body', 'config', 'webhookId'], msg: text },
            { type: 'conflict', loc: ['body', 'config', 'to'], msg: text },
          ],
        },
      }),
    ],
    list: [
      row(
        'those of a type',
        async (world) => {
          await aChannel(world);
          await aHookChannel(world);
          return { query: 'type=WEBHOOK' };
        },
        200,
      ),
      row('those of an unknown type', { query: 'type=PIGEON' }, [422, 'VALIDATION_ERROR']),
    ],
    delete: [
      row(
        'one that a step of a workflow names',
        async (world) => {
          const one = await aChannel(world);
          await aWorkflow(world, { steps: [notifying(one.params.id)] });
          return one;
        },
        [409, 'IN_USE'],
        { body: { details: { references: [{ kind: 'workflow', id: text }] } } },
      ),
      row(
        'one that a step named until the workflow was deleted',
        async (world) => {
          const one = await aChannel(world);
          const workflow = await aWorkflow(world, { steps: [notifying(one.params.id)] });
          await world.call('workflows/delete', workflow);
          return one;
        },
        204,
      ),
      row(
        'one that a step of an earlier version names',
        async (world) => {
          const one = await aChannel(world);
          const { params } = await aWorkflow(world, { steps: [notifying(one.params.id)] });
          await world.call('workflows/patch', { params, body: { steps: [step] } });
          return one;
        },
        204,
      ),
    ],
    patch: [
      row('other addresses', async (world) => ({ ...(await aChannel(world)), body: { config: { to: to(2) } } }), 200, {
        body: { config: { to: to(2) }, version: 2 },
      }),
      row(
        'a webhook for addresses',
        async (world) => {
          const webhookId = (await aWebhook(world)).params.id;
          return { ...(await aChannel(world)), body: { config: { webhookId } } };
        },
        [422, 'VALIDATION_ERROR'],
      ),
    ],
  }),
  'notification-channels/test': [
    row('a mail', (world) => aChannel(world), 200, { body: { sent: true, error: null } }),
    row('one that is disabled', (world) => aChannel(world, { enabled: false }), 200, { body: { sent: true } }),
    row('a webhook', (world) => aHookChannel(world).then(({ params }) => ({ params })), 200, { body: { sent: true } }),
    row(
      'a webhook that is inactive',
      (world) => aHookChannel(world, { is_active: false }).then(({ params }) => ({ params })),
      200,
      { body: { sent: false, error: 'webhook_inactive' } },
    ),
    row(
      'a webhook that was deleted',
      async (world) => {
        const { params, webhookId } = await aHookChannel(world);
        await world.call('webhooks/delete', { params: { id: webhookId } });
        return { params };
      },
      200,
      { body: { sent: false, error: 'unknown_webhook' } },
    ),
    row('an unknown id', unknown, [404, 'NOT_FOUND']),
  ],
};
