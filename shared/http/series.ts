import * as z from 'zod';
import { queryInteger } from '../wire/schema.ts';
import { isInOrder, notInOrder, spanParameters } from '../wire/time-span.ts';
import { type ListScope, makeCursor, readCursor } from './cursor.ts';

/** Series of what was measured over time. Unlike lists they have no total and no offset, and their pages are larger. */

const mostOfPage = 5000;
/** An answer may have 4 MiB; 64 KiB of them are for what surrounds the points. */
const mostBytes = 4 * 1024 * 1024 - 64 * 1024;

/** The query parameters of a series; `own` are further ones. */
export const seriesQuery = <S extends z.ZodRawShape>(own: S) =>
  z
    .object({
      ...spanParameters,
      limit: queryInteger({ min: 1, max: mostOfPage }).default(1000),
      cursor: z.string().optional().meta({ description: 'The cursor of the previous page.' }),
      ...own,
    })
    .refine((query) => isInOrder(query as Parameters<typeof isInOrder>[0]), notInOrder);

/** The answer of a series. */
export const seriesOf = <I extends z.ZodType>(item: I) =>
  z.object({ points: z.array(item), nextCursor: z.string().nullable() });

/** Where a page of a series begins: after this position; undefined for the first page. */
export const positionIn = (
  scope: ListScope,
  { cursor }: { readonly cursor?: string | undefined },
): string | undefined => (cursor === undefined ? undefined : readCursor(scope, cursor));

/** Items of a page, each with its position. */
export interface SeriesPage<T> {
  readonly rows: readonly { readonly position: string; readonly item: T }[];
  readonly more: boolean;
}

/** The room that is left in an answer. */
export class Room {
  #bytes: number;

  constructor(bytes = mostBytes) {
    this.#bytes = bytes;
  }

  get bytes(): number {
    return Math.max(0, this.#bytes);
  }

  /** Takes the room of an item if it fits, or if it is the first. */
  takes(item: unknown, isFirst: boolean): boolean {
    const bytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes > this.#bytes && !isFirst) return false;
    this.#bytes -= bytes;
    return true;
  }

  /** Takes the room of the items that fit, and of the first in any case. */
  fitting<T>(items: readonly T[]): readonly T[] {
    const over = items.findIndex((item, i) => !this.takes(item, i === 0));
    return over < 0 ? items : items.slice(0, over);
  }
}

/** The answer of a page: the items that fit into it, and whether others were cut off. */
export function renderSeries<T>(scope: ListScope, { rows, more }: SeriesPage<T>, room = new Room()) {
  const points = room.fitting(rows.map(({ item }) => item));
  const isCut = points.length < rows.length;
  const last = rows[points.length - 1];
  const hasMore = (more || isCut) && last !== undefined;
  return { points: [...points], nextCursor: hasMore ? makeCursor(scope, last.position) : null, isCut };
}

/** The headers that mark a page as cut. */
export const cutHeaders = (isCut: boolean): Record<string, string> => (isCut ? { 'X-Page-Cut': 'true' } : {});
