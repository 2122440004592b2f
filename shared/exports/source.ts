import type { TableRow } from '../archives/tables.ts';
import type { Tables } from '../capability/capability.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type ObjectBelow, objectsBelow } from './below.ts';
import type { Subject } from './terms.ts';

/** Where the rows of a file come from. */

/** The rows that are asked for. */
export interface Asked extends Subject {
  readonly tenant: Tenant;
  /** Milliseconds since 1970; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
}

/** Where a source continues, as JSON can hold it. */
export interface Position {
  /** The series: the ids of the objects from below the subject down to it. */
  readonly path: readonly string[];
  /** The position in the series after the last page; absent at its beginning. */
  readonly after?: string;
}

export interface SourcePage {
  /** May be empty, so that a run can end within a long range without rows. */
  readonly rows: readonly TableRow[];
  readonly position: Position;
}

/** One file of an archive: a table. */
export interface Source {
  /** The name of the file, without its extension. */
  readonly name: string;
  readonly columns: readonly string[];
  /** The grants for reading it. */
  readonly tables: Tables;
  /** Its rows, one series after the other, each in order of time, from a position on. */
  pages(asked: Asked, from: Position | undefined): AsyncGenerator<SourcePage>;
}

/** A page of one series, and the position after it. */
export interface SeriesPage {
  readonly rows: readonly TableRow[];
  readonly after: string;
}

type SeriesPages = (asked: Asked, object: ObjectBelow, after: string | undefined) => AsyncGenerator<SeriesPage>;

const isSame = (one: readonly string[], other: readonly string[] | undefined): boolean =>
  one.length === other?.length && one.every((id, i) => id === other[i]);

/**
 * A source with a series for each object of these types at or below the subject.
 *
 * @param types from the top down
 */
export const inSeries = (types: readonly ObjectBelow['type'][], pagesOf: SeriesPages): Source['pages'] =>
  async function* pages(asked, from) {
    for await (const object of objectsBelow(asked.tenant.reference, asked, types.at(-1)!, from?.path)) {
      const { path } = object;
      const after = isSame(path, from?.path) ? from?.after : undefined;
      // Objects without rows have this page too: thousands may follow each other, and a run must be able to end there.
      yield { rows: [], position: { path, ...(after === undefined ? {} : { after }) } };
      if (!types.includes(object.type)) continue;
      for await (const page of pagesOf(asked, object, after)) {
        yield { rows: page.rows, position: { path, after: page.after } };
      }
    }
  };
