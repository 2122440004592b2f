import { type BoundingBox, distanceToBoxMeters, toGridBox } from '../geo/box.ts';
import { toDegrees } from '../geo/grid.ts';
import { idsCreatedIn } from '../table/ids.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { mostExamined } from '../table/page.ts';
import { optional, type Page, Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type GeofenceFilters, passes } from './filters.ts';
import type { ThinRow } from './rows.ts';

/** The number of rows that are read first. A workspace with no more fences needs no index. */
const firstRows = 2000;
/**
 * If at least one fence in this many is likely to lie in the box, reading rows in order finds a page sooner than the
 * index does.
 */
const rareOneIn = 20;

const main = new Table('main');

/**
 * Thin rows of fences that may have a point in common with a box, newest first. The newest fences are examined one by
 * one: they may be all fences, and they show what share of the others lies in the box. If the share is small, the index
 * is asked for all of them. If it is large, as in a map of the world, the index would name nearly every fence for each
 * page; then older fences are examined in order until the page is full.
 */
export class BoxCandidates {
  readonly rows: ThinRow[] = [];
  readonly #isWanted: (row: ThinRow) => boolean;
  readonly #read: (after: string | undefined) => Promise<Page<ThinRow>>;
  #examined = 0;
  #examinedTo: string | undefined;
  #complete = false;

  /** @param fromIndex finds the rows that may lie in the box, in any order; undefined when that is too much to read */
  static async find(
    { reference }: Tenant,
    bbox: BoundingBox,
    filters: GeofenceFilters,
    after: string | undefined,
    fromIndex: () => Promise<ThinRow[] | undefined>,
  ): Promise<BoxCandidates> {
    const box = toGridBox(bbox);
    const isNear = ({ x, y, r }: ThinRow) => distanceToBoxMeters(box, toDegrees(y), toDegrees(x)) <= r + 1;
    const isWanted = (row: ThinRow) => passes(row, filters) && isNear(row) && (after === undefined || row.sk < after);
    const between = filters.created && idsCreatedIn(filters.created);
    const found = new BoxCandidates(isWanted, after, async (from) => {
      const options = {
        descending: true,
        pageSize: firstRows,
        ...optional('after', from),
        ...optional('between', between),
      };
      return await main.query<ThinRow>(geofenceKeys.thins(reference), options);
    });
    await found.#readPage();
    const isRare = !found.#complete && found.rows.length * rareOneIn < found.#examined;
    const all = isRare ? await fromIndex() : undefined;
    if (all) found.#take(all);
    return found;
  }

  private constructor(
    isWanted: (row: ThinRow) => boolean,
    after: string | undefined,
    read: (after: string | undefined) => Promise<Page<ThinRow>>,
  ) {
    [this.#isWanted, this.#examinedTo, this.#read] = [isWanted, after, read];
  }

  /** Whether `rows` holds every candidate. */
  get complete(): boolean {
    return this.#complete;
  }

  /** The id of the fence after which reading continues, if it is not complete. */
  get examinedTo(): string | undefined {
    return this.#examinedTo;
  }

  /** Reads pages until there are more rows. False when there are none, or when too many fences had to be examined. */
  async readOn(): Promise<boolean> {
    const before = this.rows.length;
    while (!this.#complete && this.rows.length === before && this.#examined < mostExamined) await this.#readPage();
    return this.rows.length > before;
  }

  /** Reads all candidates. False when more than `most` fences would have to be examined. */
  async readAll(most: number): Promise<boolean> {
    while (!this.#complete && this.#examined <= most) await this.#readPage();
    return this.#complete;
  }

  async #readPage(): Promise<void> {
    const { rows, examined, next } = await this.#read(this.#examinedTo);
    this.rows.push(...rows.filter(this.#isWanted));
    this.#examined += examined;
    this.#examinedTo = next;
    this.#complete = next === undefined;
  }

  #take(rows: readonly ThinRow[]): void {
    this.rows.splice(0, this.rows.length, ...rows.filter(this.#isWanted));
    this.rows.sort((a, b) => (a.sk < b.sk ? 1 : -1));
    this.#complete = true;
  }
}
