import {
  type BoundingBox,
  boxHoldsDisc,
  distanceToBoxMeters,
  type GridBox,
  geometryIntersectsBox,
  toGridBox,
} from '../geo/box.ts';
import { toDegrees } from '../geo/grid.ts';
import { idsCreatedIn } from '../table/ids.ts';
import { mainKeys } from '../table/keys.ts';
import type { PageRequest, PageResult } from '../table/page.ts';
import { optional, Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { candidatesIn } from './candidates.ts';
import { type Found, type Shown, shownRows } from './fence-page.ts';
import { filterable, filterOf, type GeofenceFilters, passes } from './filters.ts';
import { type BodyRow, readBody, type ThinRow } from './rows.ts';

/**
 * The list of fences in a box, newest first. A box with few of them is read through the index, all of it for each page.
 * One with more than that is not: fences are then met often enough by reading thin rows newest first.
 */

const main = new Table('main');

/** Entries of the index that a page may read. */
const mostCandidates = 2000;
/** A page is handed out as it is after so many thin rows, or so many geometries that only nearly lay in the box. */
const mostExamined = 10_000;
const mostTested = 1000;
/** Geofences read and tested at once. */
const [smallestBatch, largestBatch] = [25, 100];
/** A cursor into rows that are read newest first; other cursors are ids. */
const scanMark = 's';

export interface BoxQuery {
  readonly tenant: Tenant;
  readonly bbox: BoundingBox;
  readonly filters: GeofenceFilters;
  readonly page: PageRequest;
}

export async function listInBox(query: BoxQuery): Promise<PageResult<Shown>> {
  const { tenant, bbox, filters, page } = query;
  const { after = '' } = page;
  const isScan = after.startsWith(scanMark);
  const candidates = isScan ? undefined : await candidatesIn(tenant, bbox, 0, filters, mostCandidates);
  if (!candidates) return await scan(query, (isScan ? after.slice(scanMark.length) : after) || undefined);
  const hits = new Hits(query, '');
  const rest = candidates.filter(({ sk }) => after === '' || sk < after).sort((a, b) => (a.sk < b.sk ? 1 : -1));
  const next = await hits.take(rest);
  return hits.page(next);
}

/** Reads thin rows from a position on until the page is full, or for long enough. */
async function scan(query: BoxQuery, from: string | undefined): Promise<PageResult<Shown>> {
  const { tenant, filters, page } = query;
  const hits = new Hits(query, scanMark);
  const of = mainKeys.geofences(tenant.reference);
  let [after, examined] = [from, 0];
  for (let size = 2 * (page.limit + 1); ; size = Math.min(2000, 4 * size)) {
    const read = await main.query<ThinRow>(of, {
      descending: true,
      pageSize: size,
      ...optional('filter', filterOf(filters)),
      ...optional('between', filters.created && idsCreatedIn(filters.created)),
      ...optional('after', after),
    });
    const stopped = await hits.take(read.rows);
    if (stopped !== undefined) return hits.page(stopped);
    examined += read.examined;
    after = read.next;
    const isEnough = hits.isTired || (examined >= mostExamined && !hits.isSkipping);
    if (after === undefined || isEnough) return hits.page(after);
  }
}

/** Fences found in the order of the list. */
class Hits {
  readonly #query: BoxQuery;
  readonly #box: GridBox;
  readonly #mark: string;
  readonly #found: Found[] = [];
  #matched = 0;
  #tested = 0;

  constructor(query: BoxQuery, mark: string) {
    this.#query = query;
    this.#box = toGridBox(query.bbox);
    this.#mark = mark;
  }

  /** Whether rows are still passed over, which no page may end before. */
  get isSkipping(): boolean {
    return this.#matched < this.#query.page.offset;
  }

  /** Whether enough was read for one page, however little it found. */
  get isTired(): boolean {
    return this.#tested >= mostTested && !this.isSkipping;
  }

  /** Looks at thin rows in their order; the id of the last one looked at where it stops before their end. */
  async take(rows: readonly ThinRow[]): Promise<string | undefined> {
    const near = rows.filter((row) => distanceToBoxMeters(this.#box, toDegrees(row.y), toDegrees(row.x)) <= row.r + 1);
    const size = Math.min(largestBatch, Math.max(smallestBatch, this.#query.page.limit + 1));
    for (let i = 0; i < near.length; i += size) {
      const batch = near.slice(i, i + size);
      await this.#takeBatch(batch);
      if (this.#isFull || (this.isTired && i + size < near.length)) return batch.at(-1)!.sk;
    }
    return undefined;
  }

  /** The page as far as it was found; `next` is the id to go on after, where there may be more. */
  page(next: string | undefined): PageResult<Shown> {
    const { tenant, page } = this.#query;
    return {
      rows: shownRows(tenant, this.#found.slice(0, page.limit)),
      more: this.#isFull || next !== undefined,
      next: this.#isFull || next === undefined ? undefined : this.#mark + next,
      total: undefined,
      totalCapped: false,
    };
  }

  get #isFull(): boolean {
    return this.#found.length > this.#query.page.limit;
  }

  async #takeBatch(batch: readonly ThinRow[]): Promise<void> {
    const { tenant, page } = this.#query;
    const isShown = batch.map((row, i) => this.#matched + i >= page.offset || !this.#isSurelyIn(row));
    const keys = batch.filter((_, i) => isShown[i]).map(({ sk }) => mainKeys.geofenceBody(tenant.reference, sk));
    const bodies = new Map((await main.getMany<BodyRow>(keys)).flatMap((body) => (body ? [[body.id, body]] : [])));
    this.#tested += keys.length;
    for (const [i, { sk }] of batch.entries()) {
      const body = bodies.get(sk);
      if (isShown[i] && !(body && this.#holds(body))) continue;
      this.#matched += 1;
      if (body && this.#matched > page.offset) this.#found.push({ position: this.#mark + sk, body });
      if (this.#isFull) return;
    }
  }

  /** Its bounding circle lies in the box. */
  #isSurelyIn({ x, y, r }: ThinRow): boolean {
    return boxHoldsDisc(this.#box, x, y, r + 1);
  }

  /** The fence as it is now: what the index said of it may be a moment old. */
  #holds(body: BodyRow): boolean {
    const fence = readBody(body);
    return (
      passes(filterable(fence), this.#query.filters) && geometryIntersectsBox(fence.shape.geometry, this.#query.bbox)
    );
  }
}
