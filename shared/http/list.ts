import * as z from 'zod';
import { problem } from '../problems/problem.ts';
import type { PageRequest, PageResult } from '../table/page.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { queryInteger } from '../wire/schema.ts';
import { makeCursor, readCursor } from './cursor.ts';
import type { HttpRequest } from './request.ts';

/** Lists: `limit` and `offset`, or an opaque `cursor`; one envelope for each letter case; paging in headers too. */

export type { PageRequest, PageResult };

export const maxOffset = 10_000;
const maxPageBytes = 4 * 1024 * 1024 - 64 * 1024;

export type ListCase = 'camelCase' | 'snake_case' | 'bare';

/**
 * A success answer that is a list of `item`. It includes the code for paging, so that routes without lists do not
 * bundle it.
 */
export interface ListAnswer<I extends z.ZodType = z.ZodType> {
  readonly list: ListCase;
  readonly item: I;
  readonly read: typeof readPage;
  readonly render: typeof renderList;
}

export const listOf = <I extends z.ZodType>(item: I, list: ListCase): ListAnswer<I> => ({
  list,
  item,
  read: readPage,
  render: renderList,
});

const wholeNumber = () =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'Should be a whole number of 0 or more')
    .transform(Number)
    .optional();

const skip = () =>
  wholeNumber().meta({
    override: { type: 'integer', minimum: 0, maximum: maxOffset },
    description: 'Another name of `offset`.',
  });

/** Query parameters of a list, with its own filters. `skip` is a second name of `offset` if the list has it. */
export function listQuery<S extends z.ZodRawShape>(filters: S, also: { readonly skip?: true } = {}) {
  return z
    .object({
      limit: queryInteger({ min: 1, max: 200 }).default(50),
      offset: wholeNumber().meta({
        override: { type: 'integer', minimum: 0, maximum: maxOffset },
        description: 'Number of items to skip; 0 if absent. Above 0, it cannot be combined with `cursor`.',
      }),
      cursor: z
        .string()
        .optional()
        .meta({ description: 'The cursor of the previous page; cannot be combined with an `offset` above 0.' }),
      ...(also.skip ? { skip: skip() } : {}),
      ...filters,
    })
    .superRefine((query, context) => {
      const refuse = (field: string, message: string) =>
        context.addIssue({ code: 'custom', path: [field], message, params: { type: 'conflict' } });
      const { cursor, offset, skip } = query as unknown as ListQuery;
      if (skip !== undefined && offset !== undefined && skip !== offset) {
        refuse('skip', 'Send either "skip" or "offset", which mean the same');
      }
      if (cursor === undefined) return;
      // Clients send the default of a parameter too.
      if (offset) refuse('cursor', 'Send either "cursor" or "offset"');
      else if (skip) refuse('cursor', 'Send either "cursor" or "skip"');
    });
}

export interface ListQuery {
  readonly limit: number;
  readonly offset?: number | undefined;
  readonly skip?: number | undefined;
  readonly cursor?: string | undefined;
}

export function readPage(operationId: string, tenant: Tenant, request: HttpRequest, query: ListQuery): PageRequest {
  const { limit } = query;
  const offset = query.offset ?? query.skip ?? 0;
  if (offset > maxOffset) {
    const name = query.offset === undefined ? 'skip' : 'offset';
    const detail = `${name} may be at most ${maxOffset}; continue with "cursor".`;
    throw problem('OFFSET_TOO_LARGE', detail, { max_offset: maxOffset });
  }
  if (query.cursor === undefined) return { limit, offset, after: undefined, counted: true };
  const after = readCursor({ operationId, tenant, request }, query.cursor);
  return { limit, offset: 0, after, counted: false };
}

/** Envelope and headers of a page whose items were already parsed by the item's schema. */
export function renderList(
  style: ListCase,
  operationId: string,
  tenant: Tenant,
  request: HttpRequest,
  page: PageRequest,
  result: PageResult<unknown>,
): { readonly body: unknown; readonly headers: Record<string, string> } {
  const { items: data, cursor, headers } = linkedPage(operationId, tenant, request, page, result);
  if (style === 'bare') return { body: data, headers: cursor ? { ...headers, 'X-Next-Cursor': cursor } : headers };
  const body = { data, total: result.total ?? null, offset: page.counted ? page.offset : null, limit: page.limit };
  return { body: { ...body, [style === 'camelCase' ? 'nextCursor' : 'next_cursor']: cursor }, headers };
}

/** The part of a page that is sent. */
interface CutPage<T> {
  readonly items: T[];
  /** The cursor of the next page; null on the last page. */
  readonly cursor: string | null;
  readonly headers: Record<string, string>;
}

/** The part of a page that fits into an answer of any envelope. */
export function cutPage<T>(
  operationId: string,
  tenant: Tenant,
  request: HttpRequest,
  result: PageResult<T>,
): CutPage<T> {
  const rows = result.rows.slice(0, fitting(result.rows));
  const cut = rows.length < result.rows.length;
  const last = (cut ? undefined : result.next) ?? rows.at(-1)?.position;
  const headers: Record<string, string> = {};
  if (result.total !== undefined) headers['X-Total-Count'] = String(result.total);
  if (result.totalCapped) headers['X-Total-Capped'] = 'true';
  if (cut) headers['X-Page-Cut'] = 'true';
  return {
    items: rows.map((row) => row.item),
    cursor: last !== undefined && (result.more || cut) ? makeCursor({ operationId, tenant, request }, last) : null,
    headers,
  };
}

/** As {@link cutPage}, with a link to the next page that uses the parameters of lists. */
export function linkedPage<T>(
  operationId: string,
  tenant: Tenant,
  request: HttpRequest,
  page: PageRequest,
  result: PageResult<T>,
): CutPage<T> {
  const cut = cutPage(operationId, tenant, request, result);
  const byOffset = page.counted && result.next === undefined ? page.offset + cut.items.length : undefined;
  if (cut.cursor) cut.headers.Link = `<${nextUrl(request, page.limit, cut.cursor, byOffset)}>; rel="next"`;
  return cut;
}

/** The number of rows that fit into the largest answer; at least one. */
function fitting(rows: PageResult<unknown>['rows']): number {
  let bytes = 0;
  for (const [i, row] of rows.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(row.item)) + 1;
    if (bytes > maxPageBytes && i > 0) return i;
  }
  return rows.length;
}

function nextUrl(request: HttpRequest, limit: number, cursor: string, offset = Number.POSITIVE_INFINITY): string {
  const query = new URLSearchParams(request.rawQuery);
  query.delete('skip');
  if (offset <= maxOffset) query.set('offset', String(offset));
  else {
    query.delete('offset');
    query.set('cursor', cursor);
  }
  query.set('limit', String(limit));
  return `${request.origin}${request.path}?${query}`;
}
