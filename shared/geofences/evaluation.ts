import { inTime } from '../aws/in-time.ts';
import type { Cell } from '../geo/cells.ts';
import { fineCellOf, ladderOf } from '../geo/ladder.ts';
import { cellKeys } from '../table/keys/geofences.ts';
import { type ReadOptions, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { concurrently } from '../worker/concurrently.ts';
import { onGrid, type Point } from './match.ts';
import type { PostingRow } from './rows.ts';
import { waveMilliseconds } from './timing.ts';

/** What the index holds in the six cells of a point. */
export interface Around {
  /** Rounded to the grid. */
  readonly point: Point;
  readonly rows: readonly PostingRow[];
  /** True when one of the cells accepts no more geofences; see `requireRoomInCells`. */
  readonly isFull: boolean;
}

export type Evaluation = Pick<ReadOptions, 'consistent' | 'signal'>;

/**
 * All queries of a point begin and end within one wave. A point may share a query that began in the last half of the
 * wave time; its own queries get the other half.
 */
const freshMilliseconds = waveMilliseconds / 2;

const cells = new Table('cells');

/**
 * Evaluates many points of a workspace against the index, and returns the results of `judge` in the order of the
 * points. Points are processed in the order of their cells, and cells that points share are read once, so that a group
 * of neighbouring points costs little more than one point. Rows are released after the last point that needs them.
 * Needs `Query` on the Cells table.
 */
export async function evaluate<T>(
  tenant: TenantReference,
  points: readonly Point[],
  judge: (around: Around, index: number) => T,
  options: Evaluation = {},
): Promise<T[]> {
  const asked = points.map((given, index) => {
    const point = onGrid(given);
    const { latitude, longitude } = point;
    return { index, point, fine: fineCellOf(latitude, longitude), ladder: ladderOf(latitude, longitude) };
  });
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const reads = new Reads(
    tenant,
    asked.flatMap(({ ladder }) => ladder),
    { ...options, signal },
  );
  const answers = new Array<T>(points.length);
  const evaluateOne = async ({ index, point, ladder }: (typeof asked)[number]): Promise<void> => {
    if (signal.aborted) return;
    try {
      const around = await Promise.all(ladder.map((cell) => reads.of(cell)));
      const rows = around.flatMap((cell) => cell.rows);
      answers[index] = judge({ point, rows, isFull: around.some((cell) => cell.isFull) }, index);
    } catch (error) {
      // This error aborts reads that are under way. Their failures are its consequence, not its cause.
      if (!stop.signal.aborted) stop.abort(error);
    }
    for (const cell of ladder) reads.release(cell);
  };
  const inOrder = asked.toSorted((a, b) => (a.fine === b.fine ? a.index - b.index : a.fine < b.fine ? -1 : 1));
  await concurrently(inOrder, evaluateOne, Number.POSITIVE_INFINITY);
  signal.throwIfAborted();
  return answers;
}

interface CellRows {
  readonly rows: readonly PostingRow[];
  readonly isFull: boolean;
}

/** Cells as they were read, kept for the points that need them. */
class Reads {
  readonly #tenant: TenantReference;
  readonly #options: Evaluation & { readonly signal: AbortSignal };
  readonly #needed = new Map<Cell, number>();
  readonly #begun = new Map<Cell, { readonly at: number; readonly rows: Promise<CellRows> }>();

  constructor(
    tenant: TenantReference,
    wanted: readonly Cell[],
    options: Evaluation & { readonly signal: AbortSignal },
  ) {
    [this.#tenant, this.#options] = [tenant, options];
    for (const cell of wanted) this.#needed.set(cell, (this.#needed.get(cell) ?? 0) + 1);
  }

  of(cell: Cell): Promise<CellRows> {
    const before = this.#begun.get(cell);
    if (before && Date.now() - before.at < freshMilliseconds) return before.rows;
    const rows = this.#read(cell);
    this.#begun.set(cell, { at: Date.now(), rows });
    return rows;
  }

  release(cell: Cell): void {
    const left = this.#needed.get(cell)! - 1;
    this.#needed.set(cell, left);
    if (left === 0) this.#begun.delete(cell);
  }

  async #read(cell: Cell): Promise<CellRows> {
    const of = cellKeys.cell(this.#tenant, cell);
    return await inTime(freshMilliseconds, this.#options.signal, async (signal) => {
      const options = { ...this.#options, signal };
      const { rows, next } = await cells.query<PostingRow>(of, options);
      if (next === undefined) return { rows, isFull: false };
      return { rows: [...rows, ...(await cells.queryAll<PostingRow>(of, { ...options, after: next }))], isFull: true };
    });
  }
}
