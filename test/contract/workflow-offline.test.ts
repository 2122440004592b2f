import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as routes from '../../functions/routes.ts';
import * as workers from '../../functions/workers.ts';
import * as watcher from '../../functions/workflows/watch-devices.ts';
import { catalogueOf } from '../../lib/catalogue.ts';
import { devices } from '../../shared/devices/devices.ts';
import { workerUses } from '../../shared/http/uses.ts';
import { dueSweeper } from '../../shared/relay/due-sweeper.ts';
import { setAll } from '../../shared/table/expressions.ts';
import { entityKeys } from '../../shared/table/keys/entities.ts';
import { Table } from '../../shared/table/table.ts';
import { deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { faults, injectFaults } from '../shared/support/injected-faults.ts';
import { actingAs } from '../support/grants.ts';
import { aWorkflow } from './workflow-makers.ts';
import { newWorld, type World } from './world.ts';

/** Workflows that start when a device has been silent for too long: once for each silence, despite crashes and redeliveries. */

let world: World;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  platform.startAfresh();
  world = await newWorld();
});
afterEach(() => {
  vi.useRealTimers();
  [platform.database.before, platform.database.after] = [() => undefined, () => undefined];
});

const minute = 60_000;
const { worker: sweeping } = catalogueOf(routes, workers).workers.find(({ name }) => name === 'due/sweep')!;

/** The sweeper runs each minute, or each `step` minutes of long times. */
async function passes(minutes: number, step = 1): Promise<void> {
  for (let i = 0; i < minutes; i += step) {
    vi.setSystemTime(Date.now() + step * minute);
    // After a sweep that crashes, the next one runs.
    const sweep = () => dueSweeper.open().sweep();
    await actingAs('due/sweep', workerUses(sweeping), sweep).catch(() => undefined);
    await platform.queues.idle();
  }
}

const aDevice = async (more: object = {}): Promise<string> => {
  const { body } = await world.call('devices/create', { body: { name: 'Van 7', ...more } });
  return body.id;
};

/** The device sends something. */
async function seen(id: string): Promise<void> {
  const body = { latitude: 1, longitude: 2, accuracyMeters: 5 };
  const { status } = await world.call('devices/report-locations', { params: { id }, body });
  expect(status).toBe(200);
}

interface One {
  readonly params: { readonly id: string };
}

async function active(trigger: object = {}, more: object = {}): Promise<One> {
  const one = await aWorkflow(world, { trigger: { type: 'device_offline', ...trigger }, ...more });
  await world.call('workflows/activate', one);
  await relayEvents();
  return one;
}

const executionsOf = async (one: One) => (await world.call('workflows/list-executions', one)).body.data;
const starts = async (one: One) => (await executionsOf(one)).length;
const timers = () => platform.database.rows('main', ({ pk }) => String(pk).includes('#device-watch#'));

describe('a silence', () => {
  test('starts a workflow once when it is long enough, and the next one again', async () => {
    const id = await aDevice({ tags: ['cold'] });
    const steps = [
      { id: 'a', type: 'create_event', config: { event_type: 'lost', data: { name: '{{event.data.deviceName}}' } } },
    ];
    const one = await active({ device_tags: ['cold', 'warm'] }, { steps });
    await seen(id);
    const at = Date.now();
    await passes(9);
    expect(await starts(one)).toBe(0);
    await passes(2);
    const [execution, ...more] = await executionsOf(one);
    expect([execution.status, execution.mode, more]).toEqual(['succeeded', 'live', []]);
    const published = platform.database.rows('main').findLast(({ action }) => action === 'custom.event');
    expect(JSON.parse(String(published!.data))).toMatchObject({ deviceId: id, data: { name: 'Van 7' } });
    expect(Date.parse(execution.started_at)).toBeGreaterThanOrEqual(at + 10 * minute);
    await passes(300, 10);
    expect(await starts(one)).toBe(1);
    await seen(id);
    await passes(11);
    expect(await starts(one)).toBe(2);
    expect(timers()).toHaveLength(1);
  });

  test('does not begin while the device is connected, however rarely it sends something', async () => {
    const id = await aDevice();
    const one = await active();
    await seen(id);
    const key = entityKeys.body(world.workspace.reference, devices.name, id);
    const connect = async (connected: boolean) => {
      const row = (await new Table('main').get<{ values: string }>(key))!;
      const values = JSON.stringify({ ...JSON.parse(row.values), connected });
      await new Table('main').update(key, setAll({ values }));
    };
    await connect(true);
    await passes(60, 10);
    expect(await starts(one)).toBe(0);
    await connect(false);
    await passes(20);
    expect(await starts(one)).toBe(1);
  });

  test('that was there before a workflow got this trigger starts nothing', async () => {
    const id = await aDevice();
    const one = await aWorkflow(world, { trigger: { type: 'manual' } });
    await world.call('workflows/activate', one);
    await seen(id);
    await passes(60, 10);
    await world.call('workflows/patch', { ...one, body: { trigger: { type: 'device_offline' } } });
    await relayEvents();
    await passes(60, 10);
    expect(await starts(one)).toBe(0);
    await seen(id);
    await passes(11);
    expect(await starts(one)).toBe(1);
  });

  test('that outlives the log of executions starts nothing again', async () => {
    const id = await aDevice();
    const one = await active({ after_minutes: 10_080 });
    await seen(id);
    await passes(10_081, 2000);
    expect(await starts(one)).toBe(1);
    const row = platform.database
      .rows('main')
      .find(({ pk, workflowId }) => String(pk).includes('#execution#') && workflowId);
    platform.database.remove('main', String(row!.pk), String(row!.sk));
    await passes(40_000, 5000);
    expect(await starts(one)).toBe(0);
  });

  test('of a device that was never seen, is inactive or in maintenance starts nothing', async () => {
    const [never, off, kept] = [await aDevice(), await aDevice(), await aDevice()];
    const one = await active({ device_ids: [never, off, kept, kept], after_minutes: 2 });
    for (const id of [off, kept]) await seen(id);
    await world.call('devices/patch', { params: { id: off }, body: { status: 'INACTIVE' } });
    await world.call('devices/patch', { params: { id: kept }, body: { status: 'MAINTENANCE' } });
    await passes(10);
    expect(await starts(one)).toBe(0);
    await world.call('devices/patch', { params: { id: kept }, body: { status: 'ACTIVE' } });
    await passes(3);
    expect(await starts(one)).toBe(1);
  });

  test('within the cooldown starts nothing', async () => {
    const id = await aDevice();
    const one = await active({ after_minutes: 2 }, { cooldown_seconds: 3600 });
    for (let i = 0; i < 3; i++) {
      await seen(id);
      await passes(4);
    }
    expect(await starts(one)).toBe(1);
  });
});

describe('workflows that are activated, changed and deleted', () => {
  test('one that is activated later starts for a silence that becomes long enough, and not for one that already was', async () => {
    const [five, long] = [await aDevice(), await aDevice()];
    await seen(long);
    await passes(60, 10);
    await seen(five);
    await passes(5);
    const one = await active();
    await passes(4);
    expect(await starts(one)).toBe(0);
    await passes(3);
    expect(await starts(one)).toBe(1);
    await seen(long);
    await passes(11);
    expect(await starts(one)).toBe(2);
  });

  test('another time counts from its change on, and does not start it again for the same silence', async () => {
    const id = await aDevice();
    const one = await active({ after_minutes: 60 });
    await seen(id);
    await passes(7);
    const change = (after_minutes: number) =>
      world.call('workflows/patch', { ...one, body: { trigger: { type: 'device_offline', after_minutes } } });
    await change(5);
    await relayEvents();
    await passes(2);
    expect(await starts(one)).toBe(1);
    await change(20);
    await relayEvents();
    await passes(30);
    expect(await starts(one)).toBe(1);
  });

  test('another trigger, a deactivation and a deletion end it, and with the last one the timers', async () => {
    const id = await aDevice();
    const [changed, idle, gone] = [await active(), await active(), await active()];
    await seen(id);
    await passes(5);
    await world.call('workflows/patch', { ...changed, body: { trigger: { type: 'manual' } } });
    await world.call('workflows/deactivate', { ...idle, body: {} });
    await world.call('workflows/delete', gone);
    await passes(15);
    expect([await starts(changed), await starts(idle)]).toEqual([0, 0]);
    expect(timers()).toEqual([]);
  });

  test('several are started by one silence, each at its own time', async () => {
    const id = await aDevice();
    const [soon, late] = [await active({ after_minutes: 3 }), await active({ after_minutes: 8, device_ids: [id] })];
    const other = await active({ device_tags: ['cold'], after_minutes: 3 });
    await seen(id);
    await passes(4);
    expect([await starts(soon), await starts(late), await starts(other)]).toEqual([1, 0, 0]);
    await world.call('devices/patch', { params: { id }, body: { tags: ['cold'] } });
    await passes(5);
    expect([await starts(soon), await starts(late), await starts(other)]).toEqual([1, 1, 1]);
  });

  test('a device that is created later is watched, and one that is deleted no more', async () => {
    const one = await active({ after_minutes: 2 });
    const id = await aDevice();
    await relayEvents();
    await seen(id);
    await passes(3);
    expect(await starts(one)).toBe(1);
    await seen(id);
    await world.call('devices/delete', { params: { id } });
    await passes(5);
    expect([await starts(one), timers()]).toEqual([1, []]);
  });
});

test('despite crashes and redeliveries, each silence starts a workflow once, which runs', async () => {
  const step = fc.oneof(
    fc.constant({ seen: true } as const),
    fc.record({ minutes: fc.constantFrom(3, 6, 25), faults: faults(2), copies: fc.nat(2) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
      platform.startAfresh();
      world = await newWorld();
      const id = await aDevice();
      const one = await active();
      await seen(id);
      let [silent, expected] = [0, 0];
      for (const now of steps) {
        if ('seen' in now) {
          await seen(id);
          silent = 0;
          continue;
        }
        const revive = injectFaults(platform.database, now.faults);
        await passes(now.minutes);
        revive();
        for (let i = 0; i < now.copies; i++) {
          await deliver(watcher, { job: 'look', tenant: world.workspace.reference, deviceId: id });
        }
        silent += now.minutes;
        if (silent > 10 && silent - now.minutes <= 10) expected += 1;
      }
      // Starts that faults have delayed have happened by now.
      await passes(silent > 10 ? 3 : 0);
      const all = await executionsOf(one);
      expect(all.length).toBeLessThanOrEqual(expected);
      if (silent > 10) expect(all).toHaveLength(expected);
      expect(all.map(({ status }: { status: string }) => status)).toEqual(all.map(() => 'succeeded'));
    }),
    { numRuns: 12 },
  );
}, 60_000);
