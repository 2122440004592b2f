import { describe, expect, test } from 'vitest';
import type { FenceRules, Fix } from '../../../shared/transitions/fence.ts';
import { keyOf, minute, quiet, ruled, square, travelled } from './tracks.ts';

/** The rules of each state, one by one; `model.test.ts` tests all of them together. */

const origin = [7, 0] as const;
const fence = (rest: Partial<FenceRules> = {}) => ruled('f', square(origin, [0, 0, 2, 2]), rest);
const noisy = (noise: Partial<FenceRules['noise']>, rest: Partial<FenceRules> = {}) =>
  fence({ noise: { ...quiet, ...noise }, ...rest });

/** A point in steps of the lattice, some minutes after the beginning. */
const fix = (minutes: number, x: number, y = 1, accuracyMeters: number | null = null): Fix => {
  const at = minutes * minute;
  return { at, longitude: 7 + x / 1000, latitude: y / 1000, accuracyMeters, receivedAt: at };
};
const out = (minutes: number, accuracy: number | null = null) => fix(minutes, -3, 1, accuracy);
const inside = (minutes: number, accuracy: number | null = null) => fix(minutes, 1, 1, accuracy);

const eventsOf = (rules: FenceRules, ...fixes: Fix[]) =>
  travelled([rules], fixes).transitions.map(({ type, occurredAt }) => `${type} ${occurredAt / minute}`);
const silence = (rules: FenceRules, ...fixes: Fix[]) =>
  travelled([rules], fixes).silence.map(({ type, occurredAt }) => `${type} ${occurredAt / minute}`);

describe('entries', () => {
  test('the first point inside is an initial one', () => {
    const { transitions } = travelled([fence()], [inside(0)]);
    expect(transitions).toMatchObject([{ type: 'enter', initial: true, evidence: 'point', crossing: null }]);
  });

  test('after a point outside there is no state', () => {
    expect(travelled([fence()], [out(0), inside(1)]).transitions).toMatchObject([{ type: 'enter', initial: false }]);
  });

  test('a device that was looked at before the fence became active is new to it', () => {
    const later = fence({ activatedAt: 5 * minute });
    expect(travelled([later], [out(0), inside(6)]).transitions).toMatchObject([{ type: 'enter', initial: true }]);
    expect(travelled([later], [out(5), inside(6)]).transitions).toMatchObject([{ type: 'enter', initial: false }]);
  });

  test('a fence that was activated again has no earlier states', () => {
    const { state } = travelled([fence()], [inside(0)]);
    const { transitions } = travelled([fence({ activatedAt: minute })], [inside(2)], state);
    expect(transitions).toMatchObject([{ type: 'enter', initial: true, occurredAt: 2 * minute }]);
  });

  test.each([
    ['a corner', 0, 0],
    ['an edge', 1, 0],
  ])('%s is inside', (_, x, y) => expect(eventsOf(fence(), out(0), fix(1, x, y))).toEqual(['enter 1']));

  test('wait for their confirmations, and occur at the first of the run', () => {
    const rules = noisy({ enterConfirmations: 3 });
    expect(eventsOf(rules, out(0), inside(1), inside(2), out(3), inside(4), inside(5), inside(6))).toEqual(['enter 4']);
  });

  test('name the first point of the run', () => {
    const { transitions } = travelled([noisy({ enterConfirmations: 2 })], [fix(1, 0, 0, 7), inside(2, 9)]);
    expect(transitions).toMatchObject([
      { position: { latitude: 0, longitude: 7, accuracyMeters: 7 }, decidedAt: 2 * minute },
    ]);
  });
});

describe('exits', () => {
  test('occur at once without a hold', () =>
    expect(eventsOf(fence(), inside(0), out(1))).toEqual(['enter 0', 'exit 1']));

  test('wait for the hold, and occur at the first of the run', () => {
    const rules = noisy({ exitHoldSeconds: 120 });
    expect(eventsOf(rules, inside(0), out(1), out(2), out(3))).toEqual(['enter 0', 'exit 1']);
    expect(eventsOf(rules, inside(0), out(1), out(2), inside(2.5), out(3), out(4.9))).toEqual(['enter 0']);
  });

  test('are listed before the entry that the same point causes', () => {
    const [a, b] = [ruled('a', square(origin, [5, 0, 7, 2])), ruled('b', square(origin, [0, 0, 2, 2]))];
    const { transitions } = travelled([a, b], [inside(0), fix(1, 6)]);
    expect(transitions.map(keyOf)).toEqual(['b enter 0', `b exit ${minute}`, `a enter ${minute}`]);
  });

  test('need the hysteresis, and more where the error of the point counts', () => {
    const near = fix(1, -0.2);
    expect(eventsOf(noisy({ hysteresisMeters: 30 }), inside(0), near)).toEqual(['enter 0']);
    expect(eventsOf(noisy({ hysteresisMeters: 20 }), inside(0), near)).toEqual(['enter 0', 'exit 1']);
    const rules = noisy({ hysteresisMeters: 20, exitUsesAccuracy: true });
    expect(eventsOf(rules, inside(0), fix(1, -0.2, 1, 1))).toEqual(['enter 0', 'exit 1']);
    expect(eventsOf(rules, inside(0), fix(1, -0.2, 1, 3))).toEqual(['enter 0']);
  });

  test('without further points occur when the hold is over', () => {
    const rules = noisy({ exitHoldSeconds: 120 });
    const { silence: timers } = travelled([rules], [inside(0), out(1)]);
    expect(timers).toMatchObject([{ type: 'exit', occurredAt: minute, decidedAt: 3 * minute, evidence: 'timer' }]);
  });

  test('are not caused by points that are too inaccurate', () => {
    expect(eventsOf(noisy({ maxAccuracyMeters: 50 }), inside(0), out(1, 51), out(2, 50))).toEqual([
      'enter 0',
      'exit 2',
    ]);
  });
});

describe('dwells', () => {
  const rules = (noise: Partial<FenceRules['noise']> = {}) => noisy(noise, { dwellMilliseconds: 10 * minute });

  test('occur when they are due, once a stay', () => {
    expect(eventsOf(rules(), inside(0), inside(9), inside(12), inside(30), out(31), inside(32), inside(42))).toEqual([
      'enter 0',
      'dwell 10',
      'exit 31',
      'enter 32',
      'dwell 42',
    ]);
  });

  test('are raised by the point that leaves after they were due, or just then', () => {
    expect(eventsOf(rules(), inside(0), out(11))).toEqual(['enter 0', 'dwell 10', 'exit 11']);
    expect(eventsOf(rules(), inside(0), out(10))).toEqual(['enter 0', 'dwell 10', 'exit 10']);
    expect(eventsOf(rules(), inside(0), out(9))).toEqual(['enter 0', 'exit 9']);
  });

  test('wait while it is not sure that the device has left', () => {
    const held = rules({ exitHoldSeconds: 600 });
    expect(eventsOf(held, inside(0), out(9), out(12))).toEqual(['enter 0']);
    expect(eventsOf(held, inside(0), out(9), out(12), inside(13))).toEqual(['enter 0', 'dwell 10']);
    expect(eventsOf(held, inside(0), out(9), out(12), out(19))).toEqual(['enter 0', 'exit 9']);
    expect(silence(held, inside(0), out(9), out(12))).toEqual(['exit 9']);
  });

  test('have the position of the device when they were due', () => {
    const held = rules({ exitHoldSeconds: 600 });
    const { transitions } = travelled([held], [inside(0), out(8), fix(9, -1), fix(12, -2), inside(13)]);
    expect(transitions[1]).toMatchObject({ type: 'dwell', position: { longitude: 6.999 }, decidedAt: 13 * minute });
  });

  test('occur without further points', () => {
    expect(silence(rules(), inside(0), inside(4))).toEqual(['dwell 10']);
    expect(silence(rules(), inside(0), inside(10))).toEqual([]);
  });
});

describe('crossings', () => {
  const rules = (noise: Partial<FenceRules['noise']> = {}) => noisy(noise, { detectCrossing: true });
  const past = (minutes: number, accuracy: number | null = null) => fix(minutes, 5, 1, accuracy);

  test('have the times and places at which the device went through', () => {
    const { transitions } = travelled([rules()], [out(0, 8), past(8, 9)]);
    expect(transitions).toMatchObject([
      {
        type: 'cross',
        occurredAt: 3 * minute,
        decidedAt: 8 * minute,
        position: { latitude: 0.001, longitude: 7, accuracyMeters: 8 },
        crossing: { enteredAt: 3 * minute, exitedAt: 5 * minute, exit: { longitude: 7.002 } },
      },
    ]);
  });

  test('need a fence that asks for them', () => expect(eventsOf(fence(), out(0), past(8))).toEqual([]));
  test('need points close in time', () => {
    expect(eventsOf(rules(), out(0), past(10.01))).toEqual([]);
    expect(eventsOf(rules({ maxCrossGapSeconds: 601 }), out(0), past(10.01))).toEqual(['cross 3.75375']);
  });
  test('need points close in space', () => {
    expect(eventsOf(rules(), fix(0, -45), fix(8, 44))).toEqual(['cross 4.04495']);
    expect(eventsOf(rules(), fix(0, -45), fix(8, 46))).toEqual([]);
  });
  test('look past points that are too inaccurate', () => {
    expect(eventsOf(rules({ maxAccuracyMeters: 20 }), out(0), fix(2, -2, 1, 500), past(8))).toEqual(['cross 3']);
  });
  test('do not exist if the device is new to the fence', () => {
    const later = fence({ detectCrossing: true, activatedAt: minute });
    expect(eventsOf(later, out(0), past(8))).toEqual([]);
  });
  test('do not exist between a point that may be inside and the next', () => {
    expect(eventsOf(rules({ enterConfirmations: 2 }), out(0), inside(1), past(2), out(3))).toEqual(['cross 2.375']);
  });
});
