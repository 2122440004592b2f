import { afterEach, beforeAll, expect, test } from 'vitest';
import * as takeReadings from '../../functions/devices/take-readings.ts';
import { base64, deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { seededRandom } from '../shared/geo/support/random.ts';
import { Interleaving } from '../shared/support/interleaving.ts';
import { runs } from '../support/thorough.ts';
import { ago } from './location-calls.ts';
import { aCertificate } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** Readings that arrive while their sensor, its component or their device is deleted, in orders drawn from a seed. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  [platform.database.before, platform.database.after] = [() => undefined, () => undefined];
});

const kinds = ['sensors', 'components', 'devices'] as const;

interface Site {
  readonly deviceId: string;
  readonly certificateId: string;
  readonly componentId: string;
  /** The one that is deleted, and one of another component. */
  readonly sensorId: string;
  readonly otherId: string;
}

async function aSite(): Promise<Site> {
  const { deviceId, certificateId } = await aCertificate(world);
  const made = async (component: string) => {
    const { body } = await world.call('components/create', { body: { deviceId, name: component } });
    const sensor = { componentId: body.id, key: 'x', valueType: 'DOUBLE' };
    return { componentId: body.id, sensorId: (await world.call('sensors/create', { body: sensor })).body.id };
  };
  const { sensorId: otherId } = await made('pump');
  return { deviceId, certificateId, otherId, ...(await made('boiler')) };
}

const readingsOf = (minutes: readonly number[]) =>
  minutes.flatMap((minute) =>
    ['boiler', 'pump'].map((component) => ({ component, key: 'x', value: minute, recordedAt: ago(minute) })),
  );

/** How many readings of a sensor are in the table, readable or not. */
const storedOf = (sensorId: string): number =>
  platform.database
    .rows('telemetry', ({ pk }) => String(pk).includes('#readings#') && String(pk).includes(sensorId))
    .reduce((sum, { readings }) => sum + (JSON.parse(String(readings)) as unknown[]).length, 0);

const quarantinedOf = (deviceId: string) =>
  platform.database
    .rows('telemetry', (row) => String(row.pk).includes('#quarantine#') && row.deviceId === deviceId)
    .map(({ component }) => component);

const raw = (sensorId: string) => world.call('readings/raw', { query: `sensorId=${sensorId}` });

/** Runs all at once, and interleaves their calls of the database. */
async function interleaved<T extends readonly (() => Promise<unknown>)[]>(seed: number, acts: T) {
  const schedule = new Interleaving(seededRandom(seed));
  platform.database.before = () => schedule.stop('before');
  platform.database.after = () => schedule.stop('after');
  let open = true;
  const actor = { name: 'a', deadline: Number.POSITIVE_INFINITY };
  const all = Promise.all(acts.map((act) => schedule.start(actor, act))).finally(() => (open = false));
  all.catch(() => undefined);
  while (open) if (!(await schedule.draw())) await new Promise((resolve) => setImmediate(resolve));
  [platform.database.before, platform.database.after] = [() => undefined, () => undefined];
  return (await all) as { [I in keyof T]: Awaited<ReturnType<T[I]>> };
}

test.each(kinds)(
  'each reading is stored or refused, and none is readable, whenever one of the %s is deleted',
  async (kind) => {
    for (let seed = 1; seed <= runs(80); seed++) {
      const site = await aSite();
      const { deviceId, certificateId, sensorId, otherId } = site;
      const id = { sensors: sensorId, components: site.componentId, devices: deviceId }[kind];
      const topic = `hexfence/${world.workspace.id}/${deviceId}/readings`;
      const payload = base64({ readings: readingsOf([1, 2]) });
      const [reported, , deleted] = await interleaved(seed, [
        () => world.call('readings/report', { body: { deviceId, readings: readingsOf([3, 4, 5]) } }),
        () => deliver(takeReadings, { topic, principal: certificateId, payload, at: Date.now() }),
        () => world.call(`${kind}/delete`, { params: { id } }),
      ] as const);
      const seen = `seed ${seed}: ${JSON.stringify(reported.body)}`;
      expect(deleted.status, seen).toBe(204);
      // Objects below it are deleted within minutes.
      if (kind === 'sensors') expect((await raw(sensorId)).status, seen).toBe(404);
      await relayEvents();
      expect((await raw(sensorId)).status, seen).toBe(404);
      if (reported.status === 202) expect(reported.body.accepted + reported.body.rejected, seen).toBe(6);
      else expect([kind, reported.status], seen).toEqual(['devices', 422]);
      if (kind === 'devices') {
        expect((await raw(otherId)).status, seen).toBe(404);
        continue;
      }
      const { body } = await raw(otherId);
      expect(body.points.map(({ value }: { value: number }) => value).sort(), seen).toEqual([1, 2, 3, 4, 5]);
      const refused = (reported.body.errors as { error_code: string }[]).map(({ error_code }) => error_code);
      for (const code of refused) expect(['UNKNOWN_SENSOR', 'PROFILE_MISSING'], seen).toContain(code);
      const quarantined = quarantinedOf(deviceId).filter((component) => component === 'boiler').length;
      expect(storedOf(sensorId) + quarantined + refused.length, seen).toBe(5);
    }
  },
);
