import type { z } from 'zod';
import type { Decision, ItemError, Match } from './decision.ts';
import type { BatchRow, Decided } from './record.ts';
import type { BulkResult, DedupMatch } from './wire.ts';

/** Decisions and their outcomes as the API shows them. */

/**
 * The results so far, in the order of the items. If a duplicate refuses the batch, nothing is created, so a duplicate
 * of an earlier item shows the index of that item.
 */
export function resultsOf(batch: Pick<BatchRow, 'strategy'>, { decisions, outcomes }: Decided): BulkResult[] {
  const unmade = duplicateIn(batch, decisions);
  return decisions.flatMap((decision) => resultOf(decision, outcomes, unmade) ?? []);
}

/** The progress of a batch, without its results. */
export function progressOf(
  { id, state, total }: Pick<BatchRow, 'id' | 'state' | 'total'>,
  results: readonly BulkResult[],
) {
  const facts = { batch_id: id, processed: results.length, total };
  if (state === 'aborted') return { ...facts, status: state, error_code: 'DUPLICATE_GEOFENCE' as const };
  return { ...facts, status: state === 'completed' ? state : ('processing' as const) };
}

/** Whether a duplicate refuses the batch. */
export function duplicateIn({ strategy }: Pick<BatchRow, 'strategy'>, decisions: readonly Decision[]): boolean {
  return strategy === 'fail' && decisions.some(({ kind }) => kind === 'duplicate');
}

function resultOf(decision: Decision, outcomes: Decided['outcomes'], unmade: boolean): BulkResult | undefined {
  const { index } = decision;
  if (decision.kind === 'error') return failed(index, decision);
  const { matches } = decision;
  const match = unmade ? matches[0] : nearestExisting(matches, outcomes);
  if (match === 'unknown') return undefined;
  const shown = match ? { dedup_match: showMatch(match, unmade) } : {};
  if (decision.kind === 'duplicate') {
    return match ? { index, status: 'duplicate', ...shown } : failed(index, lostMatch(matches));
  }
  const outcome = outcomes.get(index);
  if (!outcome) return undefined;
  if (outcome.status === 'failed') return failed(index, { code: 'CREATE_FAILED', message: outcome.message });
  return { index, status: 'created', geofence_id: decision.id, ...shown };
}

function failed(index: number, { code, message }: Pick<ItemError, 'code' | 'message'>): BulkResult {
  return { index, status: 'error', error_code: code, error: { message, code } };
}

/** The nearest match that exists: it existed before the batch, or was created by it. */
function nearestExisting(matches: readonly Match[], outcomes: Decided['outcomes']): Match | 'unknown' | undefined {
  for (const match of matches) {
    if (match.itemIndex === undefined) return match;
    const outcome = outcomes.get(match.itemIndex);
    if (!outcome) return 'unknown';
    if (outcome.status === 'created') return match;
  }
  return undefined;
}

/**
 * The geofence that the item duplicates could not be created. So the item is no longer a duplicate, but its own
 * geofence was not created either.
 */
const lostMatch = ([nearest]: readonly Match[]): Pick<ItemError, 'code' | 'message'> => ({
  code: 'CREATE_FAILED',
  message: `The geofence of item ${nearest?.itemIndex}, which this item duplicates, could not be created; retry both items`,
});

/** @param unmade true when the geofences of earlier items will not be created */
export function showMatch(match: Match, unmade = false): z.input<typeof DedupMatch> {
  const { geofenceId, name, distanceMeters, itemIndex } = match;
  const shown = { name, distance_meters: Math.round(distanceMeters * 10) / 10 };
  if (!unmade || itemIndex === undefined) return { geofence_id: geofenceId, ...shown };
  return { geofence_id: null, ...shown, item_index: itemIndex };
}
