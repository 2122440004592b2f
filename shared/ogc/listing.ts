import { cutPage, type PageRequest, type PageResult } from '../http/list.ts';
import type { HttpRequest } from '../http/request.ts';
import { showPage } from '../table/page.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { featureCollection, nextHref } from './features.ts';
import { readFeatures } from './paging.ts';

/** The request for a page of features. */
export interface Asking {
  readonly operationId: string;
  readonly tenant: Tenant;
  readonly request: HttpRequest;
  readonly page: PageRequest;
}

/** A page of a list as features, with the link to the next page. */
export async function listFeatures<T, F>(
  { operationId, tenant, request, page }: Asking,
  list: (from: PageRequest) => Promise<PageResult<T>>,
  show: (row: T) => F,
) {
  const found = await readFeatures(page, list);
  const { items, cursor, headers } = cutPage(operationId, tenant, request, showPage(found, show));
  const next = cursor && nextHref(request, cursor);
  if (next) headers.Link = `<${next}>; rel="next"`;
  return { body: featureCollection(request, items, found.matched, next), headers };
}
