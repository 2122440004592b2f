import { problem } from '../problems/problem.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { isAcceptable, isRawAnswer } from './answer.ts';
import { parsed } from './failures.ts';
import { type HttpRequest, readJson } from './request.ts';
import { type Batch, mayOmitBody, type Route } from './route.ts';

/** What a request brings, read before anybody knows who asks; what is wrong with it is told afterwards. */

export interface ParsedInput {
  readonly body: unknown;
  readonly query: unknown;
}

type Attempt<T> = { readonly value: T } | { readonly error: unknown };

export interface ReadInput {
  /** The JSON of the body, as far as it is JSON. */
  readonly given: unknown;
  readonly input: Attempt<ParsedInput>;
}

function attempt<T>(what: () => T): Attempt<T> {
  try {
    return { value: what() };
  } catch (error) {
    return { error };
  }
}

export function readInput(route: Route, request: HttpRequest): ReadInput {
  const given = attempt(() => readSyntax(route, request));
  if ('error' in given) return { given: undefined, input: given };
  const input = attempt(() => ({
    body: route.body ? parsed(route.body, 'body', given.value) : undefined,
    query: route.query ? parsed(route.query, 'query', request.query) : undefined,
  }));
  return { given: given.value, input };
}

/** Whether there is an answer that the caller can take, and the body as JSON. */
function readSyntax(route: Route, request: HttpRequest): unknown {
  const json = route.mediaType ?? 'application/json';
  const types = Object.values(route.success).map((s) => (isRawAnswer(s) ? s.contentType : json));
  const mediaType = types[0]?.split(';')[0] ?? json;
  if (!isAcceptable(request.headers.accept, mediaType)) {
    throw problem('NOT_ACCEPTABLE', `This answer is available as ${mediaType} only.`);
  }
  if (!route.body) return undefined;
  return request.body === undefined && mayOmitBody(route) ? {} : readJson(request);
}

/** Refuses a list that is too long, whatever its items are; what is no list is left to the schema. */
export function requireBatch({ field, most }: Batch, workspace: WorkspaceRow, given: unknown): void {
  const items = (given as Readonly<Record<string, unknown>> | null | undefined)?.[field];
  if (!Array.isArray(items)) return;
  const [requested, allowed] = [items.length, most(workspace)];
  if (requested <= allowed) return;
  const details = { max_items: allowed, requested_items: requested };
  throw problem('BATCH_TOO_LARGE', `Batch too large: ${requested} > ${allowed}`, details);
}
