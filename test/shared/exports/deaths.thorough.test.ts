import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runExports } from '../../../shared/exports/run.ts';
import type { ExportMessage } from '../../../shared/messages/exports.ts';
import { runs } from '../../support/thorough.ts';
import { unzipped } from '../archives/reading.ts';
import { faults, injectFaults, redelivered } from '../support/injected-faults.ts';
import { lines, Yard, yesterday } from './yard.ts';

/** Workers that crash, and workers that run at once: the result is one complete file, and one event. */

let yard: Yard;
beforeEach(() => {
  yard = new Yard();
});
afterEach(() => yard.end());

const points = 3500;

async function deviceWithPoints(): Promise<string> {
  const deviceId = await yard.device();
  yard.points(
    deviceId,
    Array.from({ length: points }, (_, i) => yesterday + i * 1000),
  );
  return deviceId;
}

/** Makes reads of points slow, so that a job needs several runs. */
function passTime(when: 'before' | 'after') {
  const die = yard.database[when];
  yard.database[when] = async (call) => {
    if (call.operation === 'QueryCommand' && JSON.stringify(call.input).includes('#at#')) {
      vi.setSystemTime(Date.now() + 12_000);
    }
    await die(call);
  };
}

async function requireWhole(id: string): Promise<void> {
  expect(await yard.get(id)).toMatchObject({ status: 'READY', locationCount: points });
  const rows = lines((await yard.filesOf(id))['locations.csv']!).slice(1);
  expect(rows).toHaveLength(points);
  expect(new Set(rows).size).toBe(points);
  expect(rows).toEqual(rows.toSorted());
  // Every archive in the store is complete, whichever attempt wrote it.
  for (const [key, bytes] of yard.store.files) if (key.endsWith('.zip')) await unzipped(bytes);
  expect(yard.published().map(({ action }) => action)).toEqual(['export.ready']);
}

test('a worker that dies between any two calls leaves one whole file, one event, and no second job', async () => {
  await fc.assert(
    fc.asyncProperty(faults(5), async (given) => {
      yard.end();
      yard = new Yard();
      const deviceId = await deviceWithPoints();
      const { id } = await yard.ask({ scopeType: 'DEVICE', scopeId: deviceId, includes: ['LOCATIONS'] });
      yard.relay();
      const live = injectFaults([yard.database, yard.store], given);
      passTime('before');
      await yard.work();
      live();
      await requireWhole(id);
    }),
    { numRuns: runs(60) },
  );
}, 600_000);

test('a deletion that dies between any two calls leaves nothing', async () => {
  await fc.assert(
    fc.asyncProperty(faults(4), fc.nat(4), async (given, steps) => {
      yard.end();
      yard = new Yard();
      const deviceId = await deviceWithPoints();
      const { id } = await yard.ask({ scopeType: 'DEVICE', scopeId: deviceId, includes: ['LOCATIONS'] });
      yard.relay();
      passTime('before');
      for (let i = 0; i < steps; i++) await yard.step();
      const live = injectFaults([yard.database, yard.store], given);
      await redelivered(async () => {
        await yard.delete(id).catch((error: { code?: string }) => {
          if (error.code !== 'NOT_FOUND') throw error;
        });
      });
      await yard.work();
      live();
      expect(yard.store.held()).toEqual([]);
      expect(yard.database.rows('main', ({ pk }) => String(pk).includes('#export'))).toEqual([]);
    }),
    { numRuns: runs(40) },
  );
}, 600_000);

/** Delays calls of the stores, so that the workers in this process interleave. */
function delayed(delays: readonly number[]): void {
  let calls = 0;
  const wait = async () => {
    const turns = delays[calls++ % delays.length]!;
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  yard.database.before = wait;
  yard.store.before = wait;
  yard.store.after = wait;
}

test('two workers that run the same job at once make one file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(6), { minLength: 5, maxLength: 25 }), async (delays) => {
      yard.end();
      yard = new Yard();
      const deviceId = await deviceWithPoints();
      const { id } = await yard.ask({ scopeType: 'DEVICE', scopeId: deviceId, includes: ['LOCATIONS'] });
      delayed(delays);
      const message: ExportMessage = { tenant: yard.tenant.reference, lane: 'tables' };
      const run = () => runExports.open().run(message);
      const late = new Promise((resolve) => setTimeout(resolve, delays[0])).then(run);
      await Promise.allSettled([run(), late]);
      passTime('before');
      await yard.work();
      await requireWhole(id);
    }),
    { numRuns: runs(60) },
  );
}, 600_000);
