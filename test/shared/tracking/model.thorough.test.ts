import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Device, unseen } from '../../../shared/transitions/device.ts';
import { Fence } from '../../../shared/transitions/fence.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { runs } from '../../support/thorough.ts';
import { faults, injectFaults, redelivered } from '../support/injected-faults.ts';
import { catchOutput } from '../support/platform.ts';
import { naiveEvents } from '../transitions/naive.ts';
import { journeys, keyOf, minute } from '../transitions/tracks.ts';
import { newRoad, type Road } from './road.ts';

/** Points that arrive in any order, in parts, twice, and while functions fail: the events are those of the whole track. */

const beginning = Date.UTC(2026, 2, 22, 8);
const day = 24 * 60 * minute;

let database: DynamoDbFake;
beforeEach(() => {
  catchOutput();
  vi.useFakeTimers({ now: beginning, toFake: ['Date'] });
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const parts = fc.array(
  fc.record({ order: fc.nat(), isLast: fc.boolean(), again: fc.boolean(), timersAct: fc.boolean() }),
  { minLength: 40, maxLength: 40 },
);

/** The events that are not superseded, with the ids of the rules. */
async function standing({ standing, ids }: Road): Promise<string[]> {
  const own = (id: string) => `f${ids.indexOf(id)}`;
  return (await standing()).map((event) => keyOf({ ...event, geofenceId: own(event.geofenceId) })).sort();
}

/** Lets timers fire until none is left. */
async function silence(road: Road): Promise<void> {
  for (let i = 0; i < 50; i++) {
    const { dueAt } = await road.head();
    if (dueAt === undefined) return;
    vi.setSystemTime(Math.max(Date.now(), dueAt));
    await road.fire();
  }
  throw new Error('The timers never end');
}

test('points may arrive in any order and in parts, with timers between them', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(journeys, parts, async ({ rules, fixes }, draws) => {
      database?.restore();
      database = new DynamoDbFake();
      vi.setSystemTime(beginning + day / 2);
      const road = await newRoad(rules, beginning - day);
      const coming = fixes.map((fix, i) => ({ fix, ...draws[i]! })).sort((a, b) => a.order - b.order);
      let part: typeof fixes = [];
      for (const { fix, isLast, again, timersAct } of coming) {
        part.push(fix);
        if (!isLast) continue;
        await road.take(part);
        if (again) expect((await road.take(part))?.accepted).toBe(0);
        if (timersAct) await road.fire();
        part = [];
      }
      await road.take(part);
      await silence(road);
      expect(await standing(road)).toEqual(
        rules
          .flatMap((one) => naiveEvents(one, fixes))
          .map(keyOf)
          .sort(),
      );
    }),
    { numRuns: runs(150) },
  );
});

/** Invariants: each event is in both lists, and was published once. */
async function requireWhole(road: Road): Promise<void> {
  const own = (table: string, sign: string) => database.rows(table).filter(({ pk }) => String(pk).includes(sign));
  const comparable = ({ pk: _, ...row }: Record<string, unknown>) => JSON.stringify(row, Object.keys(row).sort());
  const ofDevice = own('telemetry', `#happened#${road.deviceId}`).map(comparable).sort();
  expect(own('telemetry', '#at-fence#').map(comparable).sort()).toEqual(ofDevice);
  // Events about geofences are published too.
  const published = own('main', '#published#')
    .filter(({ action }) => !/^geofence\.(created|updated|deleted)$/.test(String(action)))
    .map(({ sk }) => sk)
    .sort();
  expect(published).toEqual((await road.events()).map(({ id }) => id).sort());
  const inside = own('main', '#inside#')
    .map(({ pk }) => String(pk).split('#').at(-1))
    .sort();
  const { state } = await road.head();
  const phases = [...state.pairs].filter(([, { pair }]) => pair.phase !== 'ENTERING').map(([id]) => id);
  expect(inside).toEqual(phases.sort());
}

test('no event is lost or published twice, wherever functions fail and whatever else is written', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(journeys, parts, faults(12), async ({ rules, fixes }, draws, failures) => {
      database?.restore();
      database = new DynamoDbFake();
      vi.setSystemTime(beginning + day / 2);
      const road = await newRoad(rules, beginning - day);
      const endFaults = injectFaults(database, failures);
      const coming = fixes.map((fix, i) => ({ fix, ...draws[i]! })).sort((a, b) => a.order - b.order);
      const some: (typeof fixes)[] = [[]];
      for (const { fix, isLast } of coming) {
        some.at(-1)!.push(fix);
        if (isLast) some.push([]);
      }
      // Two functions at a time, and a timer beside them.
      for (let i = 0; i < some.length; i += 2) {
        const both = some.slice(i, i + 2).map((part) => redelivered(() => road.take(part)));
        const timer = draws[i]?.timersAct ? [redelivered(() => road.fire())] : [];
        await Promise.all([...both, ...timer]);
      }
      endFaults();
      await silence(road);
      expect(await standing(road)).toEqual(
        rules
          .flatMap((one) => naiveEvents(one, fixes))
          .map(keyOf)
          .sort(),
      );
      await requireWhole(road);
    }),
    { numRuns: runs(150) },
  );
});

const edits = fc.array(
  fc.record({
    fence: fc.nat(2),
    /** The number of the geofence whose shape and rules it gets, or its new status. */
    change: fc.oneof(fc.nat(2), fc.constantFrom('inactive', 'active')),
  }),
  { minLength: 40, maxLength: 40 },
);

test('a geofence that is edited keeps its states, and the next point decides; one that was inactive starts without states', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(journeys, parts, edits, async ({ rules, fixes }, draws, changes) => {
      database?.restore();
      database = new DynamoDbFake();
      vi.setSystemTime(beginning - day);
      const road = await newRoad(rules, beginning - day);
      const current = rules.map((one) => ({ ...one, isOn: true, activatedAt: beginning - day }));
      const device = new Device(unseen);
      const expected: string[] = [];
      for (const [i, fix] of fixes.entries()) {
        vi.setSystemTime(fix.at);
        const { fence, change } = changes[i]!;
        const number = fence % rules.length;
        if (draws[i]!.isLast && typeof change === 'string') {
          await road.edit(number, { status: change });
          const revived = change === 'active' && !current[number]!.isOn;
          current[number] = {
            ...current[number]!,
            isOn: change === 'active',
            ...(revived ? { activatedAt: fix.at } : {}),
          };
        } else if (draws[i]!.isLast) {
          const { geometry, disc, noise, dwellMilliseconds, detectCrossing } = rules[Number(change) % rules.length]!;
          const dwellMinutes = dwellMilliseconds === undefined ? null : dwellMilliseconds / minute;
          await road.edit(number, { geometry, noise, dwellMinutes, detectCrossing });
          current[number] = { ...current[number]!, geometry, disc, noise, dwellMilliseconds, detectCrossing };
        }
        const on = current.filter(({ isOn }) => isOn);
        device.forget((id, activatedAt) => on.some((one) => one.geofenceId === id && one.activatedAt === activatedAt));
        const transitions = device.advance(
          fix,
          on.map((one) => new Fence(one)),
        );
        expected.push(...transitions.map(keyOf));
        await road.take([fix]);
      }
      expect(await standing(road)).toEqual(expected.sort());
    }),
    { numRuns: runs(150) },
  );
});
