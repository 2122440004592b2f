import { catalogue, type ProblemCode, type ProblemDetails } from './catalogue.ts';

/** One failed field: `loc` begins with `body`, `query`, `path` or `header`; array indexes are integers. */
export interface FieldFailure {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

interface ProblemOptions {
  /** The failed fields. They are shown instead of the sentence when the problem is about fields. */
  readonly fields?: readonly FieldFailure[];
  readonly retryAfterSeconds?: number;
  /** Replaces the status that the route gives to the code. */
  readonly status?: 400;
  /** Further headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Only for the operator's log; the caller never sees it. */
  readonly cause?: unknown;
}

/** An error that becomes a problem answer. The caller sees `message`; only the operator sees `cause`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly details: Record<string, unknown> | undefined;
  readonly fields: readonly FieldFailure[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly #status: number | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(code: ProblemCode, detail: string, details?: object, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.details = details && { ...details };
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.#status = options.status;
    this.headers = options.headers;
  }

  /** HTTP status of an answer by this route. */
  status(route: RefusalStatuses = {}): number {
    return this.#status ?? statusOf(this.code, route);
  }
}

/** The statuses that a route may choose itself. */
export interface RefusalStatuses {
  /** Status of a failed validation; 422 if absent. */
  readonly invalid?: 400 | 422;
  /** Status of a body that is not JSON; 400 if absent. */
  readonly malformed?: 400 | 422;
}

/** HTTP status of a code in an answer by this route. */
export function statusOf(code: ProblemCode, { invalid = 422, malformed = 400 }: RefusalStatuses = {}): number {
  const { status } = catalogue[code];
  if (typeof status === 'number') return status;
  return status === 'invalid' ? invalid : malformed;
}

/** Details are required exactly when the catalogue defines some for the code. */
type DetailsArgument<C extends ProblemCode> =
  undefined extends ProblemDetails<C>
    ? [details?: ProblemDetails<C>, options?: ProblemOptions]
    : [details: ProblemDetails<C>, options?: ProblemOptions];

/**
 * Creates a problem, to be thrown.
 *
 * @param detail a sentence that tells the caller what is wrong and what to do
 * @example throw problem('SCOPE_MISSING', 'The API key lacks the scope.', { required_scope: 'geofences:read' });
 */
export function problem<C extends ProblemCode>(code: C, detail: string, ...rest: DetailsArgument<C>): Problem {
  const [details, options] = rest;
  return new Problem(code, detail, details as object | undefined, options);
}

/** The text for an unknown id, in a path or in a field: it is the same everywhere. */
export const noneHasId = (what: string): string => `No ${what} has this id`;

const uuid = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/i;

/** The same for an id in a body, which may not even have the form of an id. */
export function noneHasGivenId(what: string, given: string): string {
  if (uuid.test(given)) return noneHasId(what);
  return `Should be the id of ${/^[aeio]/.test(what) ? 'an' : 'a'} ${what}, a UUID`;
}

/**
 * The problem for an id that does not exist in the caller's workspace. Unknown ids, deleted ones and those of other
 * tenants get the same answer.
 *
 * @param what the resource's name in a sentence; `details.resource` is the same in snake_case
 * @param id the unknown id, if the request names several entities
 * @example throw notFound('API key'); // "No API key has this id.", resource "api_key"
 */
export function notFound(what: string, id?: string): Problem {
  const detail = id === undefined ? noneHasId(what) : `No ${what} has the id ${id}`;
  return problem('NOT_FOUND', `${detail}.`, { resource: what.toLowerCase().replaceAll(' ', '_') });
}

/** A failed validation with its list of fields. */
export function invalidFields(fields: readonly FieldFailure[]): Problem {
  const count = fields.length === 1 ? '1 field is invalid' : `${fields.length} fields are invalid`;
  return new Problem('VALIDATION_ERROR', count, undefined, { fields });
}
