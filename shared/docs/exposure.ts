import { defineCapability } from '../capability/capability.ts';
import { environment } from '../capability/environment.ts';
import type { HttpRequest } from '../http/request.ts';
import { type Problem, problem } from '../problems/problem.ts';

/** The same answer as the fallback's, so that a hidden page looks like one that does not exist. */
export const nothingAt = (request: HttpRequest): Problem =>
  problem('ROUTE_NOT_FOUND', `There is nothing at ${request.path}; see /docs for what there is.`);

const areShown = (): boolean => environment.setting('PUBLIC_DOCS') === 'true';

/** Whether this deployment shows its documentation pages. The OpenAPI document is always available to programs. */
export const publicDocs = defineCapability({ settings: ['PUBLIC_DOCS'], open: () => ({ areShown }) });

/** @throws ROUTE_NOT_FOUND where the documentation is not shown */
export function requireDocs(docs: ReturnType<typeof publicDocs.open>, request: HttpRequest): void {
  if (!docs.areShown()) throw nothingAt(request);
}
