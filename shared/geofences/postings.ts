import type { Cell } from '../geo/cells.ts';
import { clipGeometry, coverGeometry, type Posting } from '../geo/cover.ts';
import { encodeShape } from '../geo/posting.ts';
import { problem } from '../problems/problem.ts';
import { cellKeys } from '../table/keys/geofences.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { Fence, FenceIndex } from './fence.ts';
import { postingBase } from './rows.ts';
import { invalidGeometry } from './shape.ts';
import { sweepDelaySeconds } from './timing.ts';

/**
 * The part of a write that changes the index. The live cells of a fence are its cover and every cell of an earlier
 * shape whose posting still exists. A write of fields that postings carry changes all live cells in one transaction. A
 * check reads six cells at six moments; it therefore never finds an earlier shape beside a later one.
 */

/** The most postings in one transaction, beside the fence's own rows. */
export const maxLiveCells = 88;
/** A cover of fewer cells is not useful for a changed shape. */
const minCoverCells = 6;
/**
 * The most bytes that the shapes of one transaction may have together. DynamoDB accepts 4 MB, of which the fence's own
 * rows, the idempotency record and the names and actions of 88 postings need at most 0.7. A cover alone stays near 1
 * MB.
 */
const mostShapeBytes = 3_250_000;

const cells = new Table('cells');

/**
 * A posting's cell and its encoded shape. The shape has at most 210 KB: the most edges, without shared vertices, each
 * stored twice.
 */
export interface EncodedPosting {
  readonly cell: Cell;
  readonly bytes: Uint8Array;
}

/** The index of the fence's next version: a new cover beside what is live already. */
export interface IndexPlan {
  readonly index: FenceIndex;
  readonly postings: readonly EncodedPosting[];
}

/** A cover for a new shape, within the number of cells that one transaction may write beside the live ones. */
export function planNewShape(fence: Fence, before: FenceIndex, now: number): IndexPlan {
  const live = [...before.cover, ...before.stale];
  const room = maxLiveCells - live.length;
  let cover = coverGeometry(fence.shape.geometry);
  if (fresh(cover, live) > room) {
    if (room < minCoverCells) throw noRoom();
    cover = coverGeometry(fence.shape.geometry, { maxCells: room });
  }
  const covered = new Set(cover.map((posting) => posting.cell));
  const stale = live.filter((cell) => !covered.has(cell));
  if (covered.size + stale.length > maxLiveCells) throw noRoom();
  return {
    index: { version: before.version + 1, writtenAt: now, cover: [...covered], stale },
    postings: encoded([...cover, ...clipGeometry(fence.shape.geometry, stale)], before.stale.length > 0),
  };
}

/** The same shape with other fields changed: every live posting is written again. */
export function planSameShape(fence: Fence, before: FenceIndex, now: number): IndexPlan {
  const live = clipGeometry(fence.shape.geometry, [...before.cover, ...before.stale]);
  const postings = encoded(live, before.stale.length > 0);
  return { index: { ...before, version: before.version + 1, writtenAt: now }, postings };
}

const fresh = (cover: readonly Posting[], live: readonly Cell[]): number => {
  const known = new Set(live);
  return cover.filter((posting) => !known.has(posting.cell)).length;
};

/**
 * Encodes postings, and refuses more than one transaction can write. That happens when the edges of the new shape meet
 * in the same cells as those of the old shape. When the stale cells are removed, there are fewer.
 */
function encoded(postings: readonly Posting[], hasStaleCells: boolean): EncodedPosting[] {
  const made = postings.map(({ cell, shape }) => ({ cell, bytes: encodeShape(shape) }));
  if (made.reduce((sum, { bytes }) => sum + bytes.length, 0) <= mostShapeBytes) return made;
  if (hasStaleCells) throw noRoom();
  const hint =
    'Too many edges meet where the fence was before. Change the fence to a simpler shape first, or make a new fence.';
  throw invalidGeometry('too_many_positions', hint);
}

const noRoom = () =>
  problem(
    'SERVICE_UNAVAILABLE',
    'The shape of this geofence was changed too often within seconds; its index is being cleaned up. Try again.',
    { dependency: 'geofence_index' },
    { retryAfterSeconds: sweepDelaySeconds },
  );

/** A posting is only ever replaced by a newer one. */
const newer = (version: number): Expression => ({
  expression: 'attribute_not_exists(pk) OR #v < :v',
  names: { '#v': 'v' },
  values: { ':v': version },
});

export function putPostings(
  transaction: Transaction,
  tenant: Tenant,
  fence: Fence,
  postings: readonly EncodedPosting[],
): void {
  const base = postingBase(fence);
  for (const { cell, bytes } of postings) {
    const row = { ...base, g: bytes };
    transaction.put(cells, cellKeys.posting(tenant.reference, cell, fence.id), row, newer(fence.index.version));
  }
}

/**
 * A cell holds about 5,000 small postings (1 MB, one page). Refuses a write into a full cell. The limit is not strict
 * under concurrency: writers that look at the same moment may both pass, and a check then reads a second page.
 */
export async function requireRoomInCells(tenant: Tenant, newCells: readonly Cell[]): Promise<void> {
  const counts = await Promise.all(
    newCells.map((cell) => cells.query(cellKeys.cell(tenant.reference, cell), { count: true, consistent: false })),
  );
  const full = counts.find((page) => page.next !== undefined);
  if (!full) return;
  const details = { resource: 'geofences_per_cell', limit: full.matched, used: full.matched };
  throw problem('QUOTA_EXCEEDED', 'Too many geofences lie at this place; delete some of them.', details);
}
