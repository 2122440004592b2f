import { describe, expect, test } from 'vitest';
import { type ActionRules, type Circumstances, decideAction } from '../../../shared/transitions/action.ts';
import { reconcile } from '../../../shared/transitions/reconcile.ts';
import type { Transition } from '../../../shared/transitions/transition.ts';
import { minute } from './tracks.ts';

const hour = 60 * minute;
const rules: ActionRules = { triggerOn: 'enter', cooldownMs: hour, lateActionMaxAgeMinutes: 15 };
const plain: Circumstances = { receivedAt: 10 * hour, isInMaintenance: false, hasFiredBefore: false, firedAt: [] };
const enter = { type: 'enter', occurredAt: 10 * hour, decidedAt: 10 * hour } as const;

describe('whether an action fires', () => {
  test('it does, and the cooldown begins', () => {
    expect(decideAction(enter, rules, plain)).toEqual({
      actionFired: true,
      suppressedBy: null,
      cooldownEndsAt: 11 * hour,
    });
  });

  test.each([
    ['enter', ['enter', 'cross']],
    ['exit', ['exit', 'cross']],
    ['dwell', ['dwell']],
  ] as const)('a fence with the trigger %s acts on %j', (triggerOn, types) => {
    const acts = (['enter', 'exit', 'dwell', 'cross'] as const).filter(
      (type) => decideAction({ ...enter, type }, { ...rules, triggerOn }, plain).actionFired,
    );
    expect(acts.toSorted()).toEqual(types.toSorted());
  });

  test('the first reason is given', () => {
    const all = { ...plain, isInMaintenance: true, receivedAt: 20 * hour, firedAt: [10 * hour] };
    const by = (given: Circumstances, triggerOn: ActionRules['triggerOn'] = 'enter') =>
      decideAction(enter, { ...rules, triggerOn }, given).suppressedBy;
    expect(by(all, 'exit')).toBe('TRIGGER_ON');
    expect(by(all)).toBe('MAINTENANCE');
    expect(by({ ...all, isInMaintenance: false })).toBe('LATE');
    expect(by({ ...all, isInMaintenance: false, receivedAt: 10 * hour })).toBe('COOLDOWN');
  });

  test('a transition that was decided long ago is late, and so is one whose action has fired', () => {
    const by = (given: Partial<Circumstances>) => decideAction(enter, rules, { ...plain, ...given }).suppressedBy;
    expect(by({ receivedAt: 10 * hour + 15 * minute })).toBeNull();
    expect(by({ receivedAt: 10 * hour + 15 * minute + 1 })).toBe('LATE');
    expect(by({ hasFiredBefore: true })).toBe('LATE');
  });

  test('the cooldown counts before and after, and is over at its end', () => {
    const by = (...firedAt: number[]) => decideAction(enter, rules, { ...plain, firedAt });
    expect(by(9 * hour)).toMatchObject({ actionFired: true, cooldownEndsAt: 11 * hour });
    expect(by(9 * hour + 1)).toEqual({ actionFired: false, suppressedBy: 'COOLDOWN', cooldownEndsAt: 10 * hour + 1 });
    expect(by(11 * hour - 1)).toEqual({ actionFired: false, suppressedBy: 'COOLDOWN', cooldownEndsAt: null });
    expect(by(11 * hour)).toMatchObject({ actionFired: true });
  });

  test('without a cooldown every one fires', () => {
    const none = { ...rules, cooldownMs: 0 };
    const decision = decideAction(enter, none, { ...plain, firedAt: [10 * hour] });
    expect(decision).toEqual({ actionFired: true, suppressedBy: null, cooldownEndsAt: null });
  });
});

describe('what late points change', () => {
  const event = (type: Transition['type'], occurredAt: number, geofenceId = 'f') => ({ type, occurredAt, geofenceId });
  const transition = (type: Transition['type'], occurredAt: number, geofenceId = 'f') =>
    event(type, occurredAt, geofenceId) as Transition;

  test('nothing where all of it holds', () => {
    const stands = [event('enter', 1), event('exit', 5)];
    const said = [transition('exit', 5), transition('enter', 1)];
    expect(reconcile(stands, said)).toEqual({ moved: [], added: [], retracted: [] });
  });

  test('others are joined in order of time, of one type and fence only', () => {
    const stands = [
      event('enter', 20),
      event('enter', 10),
      event('enter', 30),
      event('exit', 15),
      event('enter', 1, 'g'),
    ];
    const said = [transition('enter', 30), transition('enter', 12), transition('dwell', 13)];
    expect(reconcile(stands, said)).toEqual({
      moved: [{ from: stands[1], to: said[1] }],
      added: [said[2]],
      retracted: [stands[0], stands[3], stands[4]],
    });
  });
});
