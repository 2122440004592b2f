import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as scheduler from '../../functions/workflows/fire-schedules.ts';
import { workerUses } from '../../shared/http/uses.ts';
import { publish } from '../../shared/outbox/publish.ts';
import { newId } from '../../shared/table/ids.ts';
import { Transaction } from '../../shared/table/transaction.ts';
import { tenantOf } from '../../shared/tenancy/workspace-record.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { faults, injectFaults } from '../shared/support/injected-faults.ts';
import { actingAs } from '../support/grants.ts';
import { aCertificate } from './registration-calls.ts';
import { aWorkflow } from './workflow-makers.ts';
import { runsOf } from './workflow-runs.ts';
import { newWorld, type World } from './world.ts';

/** Executions: steps run in order and once, wait, end, and survive crashes of workers and redelivered messages. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  [platform.database.before, platform.database.after] = [() => undefined, () => undefined];
});

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const mail = (id: string, text = 'T', more: object = {}) => ({
  id,
  type: 'email',
  config: { to: ['ops@example.com'], subject: 'S', text },
  ...more,
});
const delay = (id: string, seconds: number) => ({ id, type: 'delay', config: { seconds } });
const condition = (id: string, value: number, on_false = 'stop') => ({
  id,
  type: 'condition',
  if: { field: 'event.data.x', op: 'gt', value },
  on_false,
});
const command = (id: string, device_id: string, more: object = {}) => ({
  id,
  type: 'command',
  config: { device_id, command_type: 'HONK', payload: { x: '{{event.data.x}}' } },
  ...more,
});

const { begun, started, rowOf, deliver, shown, outcomeOf } = runsOf(() => world);
const commandsOf = async (id: string) => (await world.call('devices/list-commands', { params: { id } })).body.data;

describe('steps', () => {
  test('run in order, and later ones read what earlier ones gave', async () => {
    const one = await started([condition('a', 1), mail('b', 'It is {{steps.a.output.result}} at {{event.data.x}}')]);
    expect(await outcomeOf(one)).toEqual(['succeeded', null, 'a succeeded', 'b succeeded']);
    const { steps } = await shown(one);
    expect(steps[1]).toMatchObject({ input: { text: 'It is true at 5' }, output: { sent: 1 }, attempts: 1 });
  });

  test('a condition that is false stops, or continues at a later step', async () => {
    expect(await outcomeOf(await started([condition('a', 9), mail('b')]))).toEqual([
      'stopped',
      null,
      'a succeeded',
      'b skipped',
    ]);
    expect(await outcomeOf(await started([condition('a', 9, 'c'), mail('b'), mail('c')]))).toEqual([
      'succeeded',
      null,
      'a succeeded',
      'b skipped',
      'c succeeded',
    ]);
  });

  test('one that fails ends the execution, or not, as it says', async () => {
    const none = { id: 'a', type: 'command', config: { command_type: 'HONK' } };
    expect(await outcomeOf(await started([none, mail('b')]))).toEqual([
      'failed',
      'a: no_device',
      'a failed',
      'b skipped',
    ]);
    expect(await outcomeOf(await started([{ ...none, on_error: 'continue' }, mail('b')]))).toEqual([
      'succeeded',
      null,
      'a failed',
      'b succeeded',
    ]);
  });

  test('a geofence is changed, and an event is stored and published', async () => {
    const fence = await world.fence({ tags: ['old'] });
    const set = { status: 'inactive', tags: ['{{event.data.tag}}'], metadata: { by: '{{workspace.name}}' } };
    const one = await started(
      [
        { id: 'a', type: 'update_geofence', config: { set } },
        { id: 'b', type: 'create_event', config: { event_type: 'closed', data: { n: '{{event.data.n}}' } } },
      ],
      { geofenceId: fence.id, tag: 'new', n: 7 },
    );
    expect(await outcomeOf(one)).toEqual(['succeeded', null, 'a succeeded', 'b succeeded']);
    const { body } = await world.call('geofences/get', { params: { id: fence.id } });
    expect(body).toMatchObject({ status: 'inactive', tags: ['new'], metadata: { by: world.workspace.name } });
    const events = platform.database.rows('main').filter(({ action }) => action === 'custom.event');
    expect(JSON.parse(String(events.at(-1)!.data))).toMatchObject({ type: 'custom.closed', data: { n: 7 } });
  });

  test('templates that render too much end the step', async () => {
    const text = '{{event.data}}'.repeat(40);
    expect(await outcomeOf(await started([mail('a', text)], { big: 'x'.repeat(9000) }))).toEqual([
      'failed',
      'a: rendering_too_large',
      'a failed',
    ]);
  });
});

describe('waiting', () => {
  test('a delay of thirty days outlives the log, and keeps to its version', async () => {
    const one = await started([delay('a', 2_592_000), mail('b')]);
    expect(await outcomeOf(one)).toEqual(['waiting', null, 'a waiting']);
    await world.call('workflows/patch', { params: { id: one.id }, body: { steps: [mail('other')] } });
    await deliver(one);
    expect(await outcomeOf(one)).toEqual(['waiting', null, 'a waiting']);
    later(2_592_000 + 1);
    await deliver(one);
    expect(await outcomeOf(one)).toEqual(['succeeded', null, 'a succeeded', 'b succeeded']);
  });

  test('its timer is a due row until it has ended', async () => {
    const one = await started([delay('a', 3600), mail('b')]);
    const timers = () =>
      platform.database
        .rows('main')
        .filter(({ worker, steps }) => worker === 'workflows/run' && String(steps).includes(one.execution_id));
    expect(timers()).toHaveLength(1);
    later(3601);
    await deliver(one);
    expect(timers()).toHaveLength(0);
  });

  test('a workflow that is deleted meanwhile does nothing more', async () => {
    const { deviceId } = await aCertificate(world);
    const one = await started([delay('a', 60), command('b', deviceId)]);
    const { turn } = rowOf(one)!;
    await world.call('workflows/delete', { params: { id: one.id } });
    later(61);
    expect(await deliver(one, turn)).toBe(true);
    expect(await commandsOf(deviceId)).toEqual([]);
    await relayEvents();
    expect(rowOf(one)).toBeUndefined();
  });

  test('an execution that waits can be cancelled with its workflow, and others run on', async () => {
    const one = await started([delay('a', 60), mail('b')]);
    const params = { id: one.id };
    await world.call('workflows/deactivate', { params, body: {} });
    expect((await shown(one)).status).toBe('waiting');
    later(1);
    await world.call('workflows/deactivate', { params, body: { cancel_waiting: true } });
    expect(await outcomeOf(one)).toEqual(['stopped', 'cancelled', 'a waiting', 'b skipped']);
    const listed = await world.call('workflows/list-executions', { params, query: 'status=stopped' });
    expect(listed.body.data).toHaveLength(1);
    later(61);
    await deliver(one);
    expect(await outcomeOf(one)).toEqual(['stopped', 'cancelled', 'a waiting', 'b skipped']);
  });
});

test('mails end at a thousand addressees a day', async () => {
  const to = Array.from({ length: 20 }, (_, i) => `a${i}@example.com`);
  const many = Array.from({ length: 50 }, (_, i) => ({ ...mail(`s${i}`), config: { to, subject: 'S', text: 'T' } }));
  const own = await newWorld();
  const before = world;
  world = own;
  try {
    expect((await shown(await started(many))).status).toBe('succeeded');
    expect((await shown(await started([mail('a')]))).error).toBe('a: email_limit');
    later(86_400);
    expect((await shown(await started([mail('a')]))).status).toBe('succeeded');
  } finally {
    world = before;
  }
});

test('a retry of a failed execution continues where it failed, with the outputs of the earlier steps', async () => {
  const { deviceId } = await aCertificate(world);
  await world.call('devices/patch', { params: { id: deviceId }, body: { status: 'INACTIVE' } });
  const one = await started([condition('a', 1), command('b', deviceId), mail('c', '{{steps.a.output.result}}')]);
  expect(await outcomeOf(one)).toEqual(['failed', 'b: INVALID_TRANSITION', 'a succeeded', 'b failed', 'c skipped']);
  await world.call('devices/patch', { params: { id: deviceId }, body: { status: 'ACTIVE' } });
  const { body } = await world.call('workflows/retry-execution', { params: { ...one } });
  await relayEvents();
  const again = { ...one, execution_id: body.id };
  expect(await outcomeOf(again)).toEqual(['succeeded', null, 'a succeeded', 'b succeeded', 'c succeeded']);
  expect((await shown(again)).steps[2].input.text).toBe('true');
});

test('a test has no effect', async () => {
  const { deviceId } = await aCertificate(world);
  const { params } = await aWorkflow(world, { steps: [condition('a', 1), delay('b', 60), command('c', deviceId)] });
  const { body } = await world.call('workflows/test', { params, body: { event: { data: { x: 5 } } } });
  expect([body.status, body.mode, ...body.steps.map(({ status }: { status: string }) => status)]).toEqual([
    'succeeded',
    'test',
    'succeeded',
    'skipped',
    'succeeded',
  ]);
  expect(body.steps[2].input.payload).toEqual({ x: 5 });
  await relayEvents();
  expect(await commandsOf(deviceId)).toEqual([]);
  expect((await world.call('workflows/get', { params })).body.stats).toEqual({ executions_24h: 0, failed_24h: 0 });
});

test('wherever a worker crashes and however often a message is delivered, a command is sent once', async () => {
  const { deviceId } = await aCertificate(world);
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(faults(4), fc.array(fc.nat(2), { maxLength: 4 }), async (deaths, repeats) => {
      const one = await begun([condition('a', 1), command('b', deviceId), delay('c', 60), command('d', deviceId)]);
      const endDeaths = injectFaults(platform.database, deaths);
      for (let tries = 0; tries < 30 && ['running', 'waiting'].includes(rowOf(one)!.status); tries++) {
        await deliver(one);
        for (const turn of repeats) await deliver(one, turn);
        later(61);
      }
      endDeaths();
      sent += 2;
      expect((await shown(one)).status).toBe('succeeded');
      expect(await commandsOf(deviceId)).toHaveLength(Math.min(50, sent));
    }),
    { numRuns: 15 },
  );
});

describe('triggers', () => {
  const publishing = async (type: 'geofence.enter' | 'device.event' | 'custom.event', data: object) => {
    const id = newId(Date.now());
    const transaction = new Transaction();
    publish(transaction, tenantOf(world.workspace), { id, type, subject: id, data });
    await transaction.commit();
    return id;
  };
  const active = async (body: object) => {
    const one = await aWorkflow(world, body);
    await world.call('workflows/activate', one);
    return one;
  };
  const executionsOf = async (one: { params: { id: string } }) =>
    (await world.call('workflows/list-executions', one)).body.data;

  test('an event starts a workflow once, however often it is handed on', async () => {
    const device = randomUUID();
    const one = await active({ trigger: { type: 'geofence_enter', device_ids: [device] } });
    const idle = await aWorkflow(world, { trigger: { type: 'geofence_enter', device_ids: [device] } });
    const id = await publishing('geofence.enter', { deviceId: device, late: false });
    await publishing('geofence.enter', { deviceId: randomUUID(), late: false });
    await publishing('geofence.enter', { deviceId: device, late: true });
    for (let i = 0; i < 3; i++) await relayEvents();
    expect(await executionsOf(one)).toEqual([
      expect.objectContaining({ mode: 'live', status: 'succeeded', trigger_event_id: `evt_${id}` }),
    ]);
    expect(await executionsOf(idle)).toEqual([]);
    expect((await world.call('workflows/get', one)).body.stats.executions_24h).toBe(1);
  });

  test('without a cooldown each event starts it, whatever the clocks of the workers say', async () => {
    const device = randomUUID();
    const one = await active({ trigger: { type: 'geofence_enter', device_ids: [device] } });
    for (const difference of [5000, -4000, 0]) {
      vi.setSystemTime(Date.now() + difference);
      await publishing('geofence.enter', { deviceId: device, late: false });
      await relayEvents();
    }
    expect(await executionsOf(one)).toHaveLength(3);
  });

  test('a cooldown counts for each device, from the last start', async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    const trigger = { type: 'device_event', event_types: ['door.opened'], device_ids: [a, b] };
    const one = await active({ trigger, cooldown_seconds: 60 });
    const opened = (deviceId: string) => publishing('device.event', { type: 'device.door.opened', deviceId });
    await opened(a);
    await relayEvents();
    await opened(a);
    await opened(b);
    await relayEvents();
    expect(await executionsOf(one)).toHaveLength(2);
    later(61);
    await opened(a);
    await relayEvents();
    expect((await executionsOf(one)).length).toBeGreaterThan(2);
  });

  test('a schedule starts its workflow once for each time, until it is inactive', async () => {
    const one = await active({ trigger: { type: 'schedule', cron: '*/5 * * * *' } });
    const timer = () =>
      platform.database
        .rows('main')
        .filter(({ worker, steps }) => worker === 'workflows/fire-schedules' && String(steps).includes(one.params.id))
        .map(({ steps }) => JSON.parse(String(steps))[0].message);
    const fire = (message: object) => {
      const record = { messageId: 'm', body: JSON.stringify(message), attributes: {}, eventSourceARN: 'a:b:c:d:e:f' };
      return actingAs('workflows/fire-schedules', workerUses(scheduler.worker), () =>
        scheduler.handler({ Records: [record] } as never, {} as never),
      );
    };
    const [first] = timer();
    expect(first.at % 300_000).toBe(0);
    vi.setSystemTime(first.at + 1000);
    await fire(first);
    await fire(first);
    await platform.queues.idle();
    expect(await executionsOf(one)).toHaveLength(1);
    expect(timer()).toEqual([expect.objectContaining({ at: first.at + 300_000 })]);
    const [second] = timer();
    await world.call('workflows/deactivate', { ...one, body: {} });
    vi.setSystemTime(second.at);
    await fire(second);
    expect(await executionsOf(one)).toHaveLength(1);
  });

  test('what a step does starts nothing', async () => {
    const steps = [{ id: 'a', type: 'create_event', config: { event_type: 'again' } }];
    const trigger = { type: 'device_event', event_types: ['custom.again', 'again'] };
    const one = await active({ trigger, steps });
    await world.call('workflows/execute', { ...one, body: { event: { data: {} } } });
    for (let i = 0; i < 3; i++) await relayEvents();
    expect(await executionsOf(one)).toHaveLength(1);
  });
});
