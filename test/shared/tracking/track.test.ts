import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { locationKeys } from '../../../shared/table/keys/locations.ts';
import { rowsForState } from '../../../shared/tracking/state.ts';
import { rowsBefore } from '../../../shared/tracking/track.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller } from '../support/people.ts';
import { minute } from '../transitions/tracks.ts';

/** The stored track of a device, read back from an instant. */

let database: DynamoDbFake;
beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
});

const newYear = Date.UTC(2026, 0, 1);
const { reference } = caller().tenant;

/** A point each minute, this many before the new year and as many after it. */
function storeTrack(pointsOfMonth: number): void {
  for (let i = -pointsOfMonth; i < pointsOfMonth; i += 1) {
    const at = newYear + i * minute;
    database.set('telemetry', { ...locationKeys.point(reference, 'd', at), y: 0, x: 0, at, ttl: at });
  }
}

test.each([
  ['whole', undefined],
  ['cut short, as those with large rows are', 7],
])('the rows before an instant follow one another without a gap; pages are %s', async (_, pageRows) => {
  storeTrack(100);
  database.pageRows = pageRows ?? Number.POSITIVE_INFINITY;
  const rows = await rowsBefore(reference, 'd', newYear + 60 * minute, newYear - 100 * minute);
  const expected = Array.from({ length: rowsForState }, (_, i) => newYear + (60 - rowsForState + i) * minute);
  expect(rows.map(({ at }) => at)).toEqual(expected);
});
