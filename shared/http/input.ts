import type * as z from 'zod';
import { type FieldFailure, invalidFields, problem } from '../problems/problem.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { isAcceptable, isRawAnswer } from './answer.ts';
import { bodyLimitOf, type GivenJson, readJson } from './body.ts';
import { tooLongLists, tooManyFailures } from './ceilings.ts';
import { type Checked, checked, maxFailures } from './failures.ts';
import { withNumbers } from './numbers.ts';
import { unknownParameters } from './query.ts';
import type { HttpRequest } from './request.ts';
import { anyType, type Batch, mayOmitBody, type Route } from './route.ts';

/** The input of a request as its handler receives it. */
export interface ParsedInput {
  readonly body: unknown;
  readonly query: unknown;
}

type Attempt<T> = { readonly value: T } | { readonly error: unknown };

/** Calls a function when it is first needed; later calls return the same value or throw the same error. */
function once<T>(what: () => T): () => T {
  let attempt: Attempt<T> | undefined;
  const tried = (): Attempt<T> => {
    try {
      return { value: what() };
    } catch (error) {
      return { error };
    }
  };
  return () => {
    attempt ??= tried();
    if ('error' in attempt) throw attempt.error;
    return attempt.value;
  };
}

/**
 * The input of a request. Each part is read when it is first needed, so nothing is read before the request passed the
 * earlier checks.
 */
export class RequestInput {
  /** The JSON of the body. Throws when the caller accepts no possible answer, or when the body is not JSON. */
  readonly given: () => GivenJson;
  /** Throws the failed fields. */
  readonly fields: () => ParsedInput;
  readonly #route: Route;
  readonly #request: HttpRequest;

  constructor(route: Route, request: HttpRequest) {
    [this.#route, this.#request] = [route, request];
    this.given = once(() => readSyntax(route, request));
    this.fields = once(() => readFields(route, request, this.given()));
  }

  /** The form of a route that takes one. Throws when the body is not a form, or when fields are invalid. */
  async form(): Promise<unknown> {
    const { form } = this.#route;
    if (!form) return undefined;
    const result = checked(form.fields, 'body', await form.read(this.#request));
    if ('failures' in result) throw invalidFields(result.failures);
    return result.value;
  }
}

/** Checks that the caller accepts the answer's type, and reads the body as JSON. */
function readSyntax(route: Route, request: HttpRequest): GivenJson {
  const json = route.mediaType ?? 'application/json';
  const types = Object.values(route.success).map((s) => (isRawAnswer(s) ? s.contentType : json));
  const mediaType = types[0]?.split(';')[0] ?? json;
  if (mediaType !== anyType && !isAcceptable(request.headers.accept, mediaType)) {
    throw problem('NOT_ACCEPTABLE', `This answer is available as ${mediaType} only.`);
  }
  if (!route.body) return { value: undefined, isMarked: false };
  if (request.body === undefined && mayOmitBody(route)) return { value: {}, isMarked: false };
  return readJson(request, bodyLimitOf(route));
}

function readFields(route: Route, { query }: HttpRequest, given: GivenJson): ParsedInput {
  const body = route.body ? checkedBody(route.body, given) : { value: undefined };
  const parameters = route.query ? checked(route.query, 'query', query) : { value: undefined };
  const failures = [...unknownParameters(route, query), ...failuresOf(parameters), ...failuresOf(body)];
  if ('failures' in body || 'failures' in parameters || failures.length > 0) {
    throw invalidFields(failures.slice(0, maxFailures).map((failure) => ofBatch(route, failure)));
  }
  return { body: body.value, query: parameters.value };
}

function checkedBody(schema: z.ZodType, { value, isMarked }: GivenJson): Checked {
  const tooLong = tooLongLists(schema, value);
  if (tooLong.length > 0) return { failures: tooLong };
  const body = isMarked ? withNumbers(schema, value) : value;
  const tooMany = tooManyFailures(schema, body);
  return tooMany.length > 0 ? { failures: tooMany } : checked(schema, 'body', body);
}

const failuresOf = (result: Checked) => ('failures' in result ? result.failures : []);

/** One invalid item refuses the whole batch; the failure says so. */
function ofBatch({ batch }: Route, failure: FieldFailure): FieldFailure {
  const [source, field, index] = failure.loc;
  if (!batch || source !== 'body' || field !== batch.field || typeof index !== 'number') return failure;
  return { ...failure, msg: `${failure.msg} (no item was processed)` };
}

/** Refuses a list that is too long, whatever its items are. A value that is not a list is left to the schema. */
export function requireBatch({ field, most }: Batch, workspace: WorkspaceRow, { value }: GivenJson): void {
  const items = field === undefined ? value : (value as Readonly<Record<string, unknown>> | null | undefined)?.[field];
  if (!Array.isArray(items)) return;
  const [requested, allowed] = [items.length, most(workspace)];
  if (requested <= allowed) return;
  const details = { max_items: allowed, requested_items: requested };
  throw problem('BATCH_TOO_LARGE', `Batch too large: ${requested} > ${allowed}`, details);
}
