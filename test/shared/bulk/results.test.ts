import { describe, expect, test } from 'vitest';
import type { Creation, Decision, Match } from '../../../shared/bulk/decision.ts';
import type { Outcome } from '../../../shared/bulk/record.ts';
import { resultsOf } from '../../../shared/bulk/results.ts';
import type { Strategy } from '../../../shared/bulk/wire.ts';

/** The results of a batch, as callers see them while it is written and afterwards. */

const stood: Match = { geofenceId: 'old', name: 'Old', distanceMeters: 12.345 };
const madeBy = (itemIndex: number, distanceMeters = 0): Match => ({
  geofenceId: `new ${itemIndex}`,
  name: `New ${itemIndex}`,
  distanceMeters,
  itemIndex,
});
const creation = (index: number, ...matches: Match[]): Creation => ({
  kind: 'create',
  index,
  id: `new ${index}`,
  matches,
  latitude: 0,
  longitude: 0,
  label: null,
  confidence: null,
});
const duplicate = (index: number, ...matches: Match[]): Decision => ({ kind: 'duplicate', index, matches });
const created: Outcome = { status: 'created' };
const failed: Outcome = { status: 'failed', message: 'Full' };

const shown = (decisions: Decision[], outcomes: Record<number, Outcome>, strategy: Strategy = 'skip') =>
  resultsOf(
    { strategy },
    { decisions, outcomes: new Map(Object.entries(outcomes).map(([i, one]) => [Number(i), one])) },
  );

const old = { geofence_id: 'old', name: 'Old', distance_meters: 12.3 };
const full = { status: 'error', error_code: 'CREATE_FAILED', error: { code: 'CREATE_FAILED', message: 'Full' } };

describe('an item that is created', () => {
  test('has no result until it is, and then its geofence', () => {
    expect(shown([creation(0)], {})).toEqual([]);
    expect(shown([creation(0)], { 0: created })).toEqual([{ index: 0, status: 'created', geofence_id: 'new 0' }]);
  });

  test('in spite of a duplicate names it', () => {
    expect(shown([creation(3, stood)], { 3: created }, 'override')).toEqual([
      { index: 3, status: 'created', geofence_id: 'new 3', dedup_match: old },
    ]);
  });

  test('in spite of an earlier item waits for it, and names the next one if that was not created', () => {
    const decisions = [creation(0), creation(1, madeBy(0), stood)];
    expect(shown(decisions, { 1: created }, 'override')).toEqual([]);
    expect(shown(decisions, { 0: created, 1: created }, 'override')[1]?.dedup_match?.geofence_id).toBe('new 0');
    expect(shown(decisions, { 0: failed, 1: created }, 'override')[1]?.dedup_match).toEqual(old);
    expect(shown([creation(0), creation(1, madeBy(0))], { 0: failed, 1: created }, 'override')[1]).not.toHaveProperty(
      'dedup_match',
    );
  });

  test('could not be created is an error, whatever it matched', () => {
    expect(shown([creation(0, stood)], { 0: failed })).toEqual([{ index: 0, ...full }]);
  });
});

describe('a duplicate', () => {
  test('of what stood before the batch is one at once', () => {
    expect(shown([duplicate(5, stood)], {})).toEqual([{ index: 5, status: 'duplicate', dedup_match: old }]);
  });

  test('of an earlier item waits until that is created', () => {
    const decisions = [creation(0), duplicate(1, madeBy(0, 9.96))];
    expect(shown(decisions, {})).toEqual([]);
    expect(shown(decisions, { 0: created })[1]).toEqual({
      index: 1,
      status: 'duplicate',
      dedup_match: { geofence_id: 'new 0', name: 'New 0', distance_meters: 10 },
    });
  });

  test('of an earlier item that was not created is to be retried with it', () => {
    const message = 'The geofence of item 0, which this item duplicates, could not be created; retry both items';
    expect(shown([creation(0), duplicate(1, madeBy(0))], { 0: failed })[1]).toEqual({
      index: 1,
      status: 'error',
      error_code: 'CREATE_FAILED',
      error: { code: 'CREATE_FAILED', message },
    });
  });

  test('refers to the next geofence if the nearest was not created', () => {
    const decisions = [creation(0), creation(1), duplicate(2, madeBy(0, 1), madeBy(1, 2), stood)];
    expect(shown(decisions, { 0: failed, 1: created })[2]?.dedup_match?.geofence_id).toBe('new 1');
    expect(shown(decisions, { 0: failed, 1: failed })[2]?.dedup_match).toEqual(old);
    expect(shown(decisions, { 0: failed })).toHaveLength(1);
  });

  test('that refuses the batch names an earlier item by its index, and omits what would have been created', () => {
    const error: Decision = { kind: 'error', index: 0, code: 'INVALID_TAGS', message: 'No' };
    const match = { geofence_id: null, name: 'New 1', distance_meters: 0, item_index: 1 };
    expect(shown([error, creation(1), duplicate(2, madeBy(1))], {}, 'fail')).toEqual([
      { index: 0, status: 'error', error_code: 'INVALID_TAGS', error: { message: 'No', code: 'INVALID_TAGS' } },
      { index: 2, status: 'duplicate', dedup_match: match },
    ]);
  });
});
