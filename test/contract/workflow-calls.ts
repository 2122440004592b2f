import { randomUUID } from 'node:crypto';
import { workflows } from '../../shared/workflows/kind.ts';
import { type Call, row, text } from './call.ts';
import { aChannel } from './channel-makers.ts';
import { entityCalls } from './entity-calls.ts';
import { aFailure, anExecution, aWorkflow, draft, step } from './workflow-makers.ts';

/** Calls of workflows, in addition to those of every plain resource. */

const today = new Date().toISOString().slice(0, 10);
const unknown = { params: { id: randomUUID() } };

const refused = (title: string, body: object, type: string, ...loc: (string | number)[]): Call =>
  row(title, { body: { ...draft, ...body } }, [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
  });

const withStep = (type: string, config: object, more: object = {}) => ({
  steps: [{ id: 's1', type, config, ...more }],
});
const noOne = randomUUID();

const namingNothing: readonly (readonly [type: string, config: object, ...at: (string | number)[]])[] = [
  ['webhook', { webhook_id: noOne }, 'webhook_id'],
  ['command', { device_id: noOne, command_type: 'REBOOT' }, 'device_id'],
  ['update_geofence', { geofence_id: noOne, set: { status: 'inactive' } }, 'geofence_id'],
];

const named = (count: number) => Array.from({ length: count }, () => randomUUID());
const notifying = (...lists: string[][]) => ({
  steps: lists.map((channel_ids, i) => ({
    id: `n${i}`,
    type: 'notification',
    config: { channel_ids, subject: 'S', text: 'T' },
  })),
});

const urlStep = (url: string) => withStep('webhook', { url });

export const workflowCalls: Readonly<Record<string, readonly Call[]>> = {
  ...entityCalls('workflows', workflows, {
    create: [
      row('one that is inactive until it is activated', { body: { ...draft, is_active: true } }, 201, {
        body: { is_active: false, version_num: 1, stats: { executions_24h: 0, failed_24h: 0 } },
      }),
      row(
        'one for a device that there is',
        async (world) => {
          const { body } = await world.call('devices/create', { body: { name: `D ${randomUUID()}` } });
          return { body: { ...draft, ...withStep('command', { device_id: body.id, command_type: 'REBOOT' }) } };
        },
        201,
      ),
      row(
        'one that notifies a channel',
        async (world) => ({ body: { ...draft, ...notifying([(await aChannel(world)).params.id]) } }),
        201,
      ),
      refused('no channel', notifying([]), 'too_short', 'steps', 0, 'config', 'channel_ids'),
      refused('11 channels in a step', notifying(named(11)), 'too_long', 'steps', 0, 'config', 'channel_ids'),
      refused('17 channels in all', notifying(named(9), named(8)), 'too_long', 'steps'),
      refused(
        'a channel that is none',
        notifying([noOne]),
        'unknown_reference',
        'steps',
        0,
        'config',
        'channel_ids',
        0,
      ),
      refused('a name of 256 characters', { name: 'n'.repeat(256) }, 'too_long', 'name'),
      refused('no steps', { steps: [] }, 'too_short', 'steps'),
      refused('an unknown trigger', { trigger: { type: 'weather' } }, 'enum', 'trigger', 'type'),
      refused(
        'a schedule of six fields',
        { trigger: { type: 'schedule', cron: '* * * * * *' } },
        'pattern',
        'trigger',
        'cron',
      ),
      refused('a cooldown of 31 days', { cooldown_seconds: 2_592_001 }, 'too_large', 'cooldown_seconds'),
      refused('a step id twice', { steps: [step, step] }, 'conflict', 'steps', 1, 'id'),
      ...namingNothing.map(([type, config, ...at]) =>
        refused(
          `a ${type} that names nothing`,
          withStep(type, config),
          'unknown_reference',
          'steps',
          0,
          'config',
          ...at,
        ),
      ),
      ...[
        ['http://example.com/', 'scheme'],
        ['https://127.0.0.1/', 'private_address'],
        ['https://[::ffff:169.254.169.254]/', 'private_address'],
        ['https://user:pass@example.com/', 'userinfo'],
        ['https://example.com:25/', 'port'],
      ].map(([url = '', reason]) =>
        row(`the URL ${url}`, { body: { ...draft, ...urlStep(url) } }, [422, 'URL_FORBIDDEN'], {
          body: { details: { reason } },
        }),
      ),
    ],
    patch: [
      row(
        'a URL within our network',
        async (world) => ({ ...(await aWorkflow(world)), body: urlStep('https://127.0.0.1/') }),
        [422, 'URL_FORBIDDEN'],
      ),
      row(
        'steps that change',
        async (world) => ({ ...(await aWorkflow(world)), body: { steps: [{ ...step, id: 's2' }] } }),
        200,
        {
          body: { version: 2, version_num: 2 },
        },
      ),
      row('a name alone', async (world) => ({ ...(await aWorkflow(world)), body: { name: 'Other' } }), 200, {
        body: { version: 2, version_num: 1 },
      }),
    ],
    list: [
      row('active ones with a trigger', { query: 'is_active=true&trigger_type=schedule' }, 200, { body: { data: [] } }),
      row('an unknown type of trigger', { query: 'trigger_type=weather' }, [422, 'VALIDATION_ERROR']),
    ],
  }),
  'workflows/activate': [
    row('one', aWorkflow, 200, { body: { is_active: true, version: 2 } }),
    row(
      'one that is active',
      async (world) => {
        const one = await aWorkflow(world);
        await world.call('workflows/activate', one);
        return one;
      },
      200,
      { body: { is_active: true, version: 2 } },
    ),
    row(
      'one with a device that is gone',
      async (world) => {
        const { body } = await world.call('devices/create', { body: { name: `D ${randomUUID()}` } });
        const one = await aWorkflow(world, withStep('command', { device_id: body.id, command_type: 'REBOOT' }));
        await world.call('devices/delete', { params: { id: body.id } });
        return one;
      },
      [422, 'VALIDATION_ERROR'],
      {
        body: { detail: [{ type: 'unknown_reference', loc: ['body', 'steps', 0, 'config', 'device_id'], msg: text }] },
      },
    ),
    row('an unknown one', unknown, [404, 'NOT_FOUND']),
  ],
  'workflows/deactivate': [
    row(
      'one',
      async (world) => {
        const one = await aWorkflow(world);
        await world.call('workflows/activate', one);
        return { ...one, body: {} };
      },
      200,
      { body: { is_active: false, version: 3 } },
    ),
    row(
      'one that is inactive',
      async (world) => ({ ...(await aWorkflow(world)), body: { cancel_waiting: false } }),
      200,
      {
        body: { is_active: false, version: 1 },
      },
    ),
    row('those that wait', async (world) => ({ ...(await aWorkflow(world)), body: { cancel_waiting: true } }), 200),
    row('a text', async (world) => ({ ...(await aWorkflow(world)), body: { cancel_waiting: 'yes' } }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row('an unknown one', { ...unknown, body: {} }, [404, 'NOT_FOUND']),
  ],
  'workflows/execute': [
    row('one', async (world) => ({ ...(await aWorkflow(world)), body: { event: { data: { a: 1 } } } }), 202, {
      body: { mode: 'manual', status: 'running', trigger_event_id: null, completed_at: null },
      headers: { Location: text },
    }),
    row('no event', async (world) => ({ ...(await aWorkflow(world)), body: {} }), [422, 'VALIDATION_ERROR']),
    row(
      'an event of 257 KB',
      async (world) => ({ ...(await aWorkflow(world)), body: { event: { data: { a: 'x'.repeat(257 * 1024) } } } }),
      [422, 'VALIDATION_ERROR'],
    ),
    row('an unknown one', { ...unknown, body: { event: { data: {} } } }, [404, 'NOT_FOUND']),
  ],
  'workflows/test': [
    row('with a sample', async (world) => ({ ...(await aWorkflow(world)), body: {} }), 200, {
      body: {
        mode: 'test',
        status: 'succeeded',
        steps: [
          {
            id: 's1',
            type: 'email',
            status: 'succeeded',
            input: { to: ['ops@example.com'], subject: 'S', text: 'T' },
            output: null,
            error: null,
            duration_ms: 0,
            attempts: 1,
          },
        ],
      },
    }),
    row(
      'with a sample of a silent device',
      async (world) => {
        const text = '{{event.data.deviceName}} {{event.data.status}} {{event.data.lastSeenAt}}';
        const steps = [{ ...step, config: { ...step.config, text } }];
        return { ...(await aWorkflow(world, { trigger: { type: 'device_offline' }, steps })), body: {} };
      },
      200,
      { body: { steps: [{ input: { text: 'Sample device OFFLINE 2026-03-22T09:30:00Z' } }] } },
    ),
    row('an unknown one', { ...unknown, body: {} }, [404, 'NOT_FOUND']),
  ],
  'workflows/get-execution': [
    row(
      'one',
      async (world) => {
        const { params } = await aWorkflow(world);
        return { params: { ...params, execution_id: await anExecution(world, params.id) } };
      },
      200,
      { body: { mode: 'test', version_num: 1 } },
    ),
    row(
      'an unknown one',
      async (world) => ({ params: { ...(await aWorkflow(world)).params, execution_id: randomUUID() } }),
      [404, 'NOT_FOUND'],
    ),
  ],
  'workflows/list-executions': [
    row(
      'of a workflow',
      async (world) => {
        const one = await aWorkflow(world);
        await anExecution(world, one.params.id);
        return { ...one, query: 'mode=test&status=succeeded' };
      },
      200,
      { headers: { 'X-Total-Count': '1' } },
    ),
    ...[
      ['today', `from=${today}&to=${today}`, '1'],
      ['of another day', 'from=2020-01-01&to=2020-01-02', '0'],
    ].map(([title = '', query = '', total]) =>
      row(
        title,
        async (world) => {
          const one = await aWorkflow(world);
          await anExecution(world, one.params.id);
          return { ...one, query };
        },
        200,
        { headers: { 'X-Total-Count': total } },
      ),
    ),
    row(
      'of another mode',
      async (world) => {
        const one = await aWorkflow(world);
        await anExecution(world, one.params.id);
        return { ...one, query: 'mode=live' };
      },
      200,
      { headers: { 'X-Total-Count': '0' } },
    ),
    row('of an unknown one', unknown, [404, 'NOT_FOUND']),
  ],
  'workflows/retry-execution': [
    row(
      'one that failed',
      async (world) => {
        const id = await aFailure(world);
        return { params: id };
      },
      202,
      { body: { mode: 'manual', status: 'running' } },
    ),
    row(
      'one that has succeeded',
      async (world) => {
        const { params } = await aWorkflow(world);
        return { params: { ...params, execution_id: await anExecution(world, params.id) } };
      },
      [409, 'INVALID_TRANSITION'],
      { body: { details: { from: 'succeeded', to: 'running' } } },
    ),
    row(
      'an unknown one',
      async (world) => ({ params: { ...(await aWorkflow(world)).params, execution_id: randomUUID() } }),
      [404, 'NOT_FOUND'],
    ),
  ],
  'workflows/list-versions': [
    row(
      'of a workflow',
      async (world) => {
        const one = await aWorkflow(world);
        await world.call('workflows/patch', {
          ...one,
          body: { trigger: { type: 'manual' }, steps: [{ ...step, id: 'b' }] },
        });
        return one;
      },
      200,
      { body: { total: 2 } },
    ),
    row('of an unknown one', unknown, [404, 'NOT_FOUND']),
  ],
  'workflows/restore': [
    row(
      'the first',
      async (world) => {
        const one = await aWorkflow(world);
        await world.call('workflows/patch', { ...one, body: { steps: [{ ...step, id: 'b' }] } });
        return { params: { ...one.params, version_num: '1' } };
      },
      200,
      { body: { version_num: 3, version: 3, steps: [step] } },
    ),
    row('the newest', async (world) => ({ params: { ...(await aWorkflow(world)).params, version_num: '1' } }), 200, {
      body: { version_num: 2 },
    }),
    row(
      'one that there is not',
      async (world) => ({ params: { ...(await aWorkflow(world)).params, version_num: '9' } }),
      [404, 'NOT_FOUND'],
    ),
    row('what is no number', async (world) => ({ params: { ...(await aWorkflow(world)).params, version_num: 'x' } }), [
      404,
      'NOT_FOUND',
    ]),
  ],
};
