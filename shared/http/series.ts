import * as z from 'zod';
import { queryInteger } from '../wire/schema.ts';
import { isInOrder, notInOrder, spanParameters } from '../wire/time-span.ts';
import { type ListScope, makeCursor, readCursor } from './cursor.ts';

/** Series of what was measured over time. Unlike lists they have no total and no offset, and their pages are larger. */

const mostOfPage = 5000;
/** An answer may have 4 MiB; the part that is not used here is for what surrounds the points. */
const mostBytes = 4 * 1024 * 1024 - 64 * 1024;

/** Query parameters of a series, with its own ones. */
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

/** The answer of a page: as many of its items as an answer holds. */
export function renderSeries<T>(scope: ListScope, { rows, more }: SeriesPage<T>) {
  let bytes = 0;
  const over = rows.findIndex(({ item }) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    return bytes > mostBytes;
  });
  const sent = over > 0 ? rows.slice(0, over) : rows;
  const last = sent.at(-1);
  const goesOn = (more || sent.length < rows.length) && last !== undefined;
  return { points: sent.map(({ item }) => item), nextCursor: goesOn ? makeCursor(scope, last.position) : null };
}
