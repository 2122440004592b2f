import type * as z from 'zod';
import type { RouteScope, Scope } from '../auth/scopes.ts';
import type { Capabilities } from '../capability/capability.ts';
import type { PolicyName } from '../limits/policies.ts';
import type { ProblemCode } from '../problems/catalogue.ts';
import type { Feature } from '../tenancy/plans.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import type { ListAnswer } from './list.ts';
import type { HttpRequest } from './request.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An answer that is not JSON: a page, a script, or a document that is served unchanged. */
export interface RawAnswer {
  readonly contentType: string;
  /** An example for the documentation. */
  readonly example: unknown;
}

/** The media type of raw answers that are files of users, each with its own type. */
export const anyType = '*/*';

/** The answer of each success status: a schema, a list, a raw media type, or `null` for no body. */
export type SuccessAnswers = Readonly<Record<number, z.ZodType | ListAnswer | RawAnswer | null>>;

/** The documentation of a segment of the path. */
export interface PathParameter {
  readonly description: string;
  readonly enum?: readonly string[];
  readonly example?: string;
}

/** A form with one file. */
export interface Form {
  readonly fields: z.ZodType;
  /** The parts by their names. */
  readonly read: (request: Pick<HttpRequest, 'body' | 'headers'>) => Promise<object>;
}

export interface Batch {
  /** The field of the body that holds the list; absent if the body itself is the list. */
  readonly field?: string;
  /** The most items that this workspace may send. */
  readonly most: (workspace: WorkspaceRow) => number;
}

/** One endpoint, declared in the file that serves it; everything else about it is derived from here. */
export interface Route {
  readonly method: HttpMethod;
  /** The whole path, `{name}` only as a whole segment: `/api/v1/geofences/{id}`. */
  readonly path: `/${string}`;
  /** Also answers `HEAD`, like `GET` without a body. Routes without it answer 405. */
  readonly alsoHead?: true;
  readonly operationId: string;
  /** One line, imperative: "Create a geofence". */
  readonly summary: string;
  /** What a caller must know that the schemas do not show, in Markdown. */
  readonly description?: string;
  /** The method and path of a newer route that does the same. The document calls this one deprecated. */
  readonly prefer?: `${HttpMethod} /${string}`;
  readonly scope: RouteScope;
  /**
   * The scopes that some values of a path parameter need in place of `scope`. `submissions.{formId}` stands for all
   * values with the prefix `submissions.`.
   */
  readonly scopes?: { readonly param: string; readonly of: Readonly<Record<string, Scope>> };
  /** Also accepts the credential as the password of HTTP Basic, for clients that can send nothing else. */
  readonly basic?: true;
  /**
   * A separate limit, in addition to the credential's rate or instead of it; a policy of one credential or workspace.
   */
  readonly limit?: PolicyName;
  readonly uses: Capabilities;
  /** The `{…}` segments that are not UUIDs. */
  readonly params?: Readonly<Record<string, PathParameter>>;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** In place of `body`: the body is `multipart/form-data`, with one file; see `form.ts`. */
  readonly form?: Form;
  readonly success: SuccessAnswers;
  /** Media type of its JSON answers; `application/json` if absent. */
  readonly mediaType?: `application/${string}+json`;
  /**
   * `false` if fields change without a new `version` (last use, or a status that depends on the time). The answer then
   * has no `ETag`.
   */
  readonly entityTag?: false;
  /** Status of a failed validation; 400 only on the routes that the contract lists so. */
  readonly invalid?: 400 | 422;
  /** Status of a body that is not JSON; 422 only where the contract says so. */
  readonly malformed?: 400 | 422;
  /** The feature that the workspace must have. */
  readonly feature?: Feature;
  /** The largest body in bytes: by default 4 MiB, or 8 KiB if the route is public. */
  readonly maxBodyBytes?: number;
  /** The list in the body whose length is limited. It is checked before the fields. */
  readonly batch?: Batch;
  /** Answers 202 at once to a caller who sends `Prefer: respond-async`. */
  readonly respondsAsync?: true;
  /** Its own problems. Those of every route, of authentication and of parsing are implied. */
  readonly problems: readonly ProblemCode[];
  /** Honours `Idempotency-Key`. `'secret'` if a success answer shows a secret, which a retry does not show again. */
  readonly idempotent?: true | 'secret';
  /** Files of the build that this endpoint serves, copied beside its bundle. */
  readonly assets?: readonly string[];
  /** Memory of the Lambda function in megabytes; 512 if absent. */
  readonly memoryMegabytes?: number;
  /** Timeout of the Lambda function in seconds; 10 if absent, at most 29. */
  readonly timeoutSeconds?: number;
}

/** Names of the `{…}` segments of a path. */
type ParamNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamNames<Rest> : never;

/** Path parameters as the handler receives them: decoded strings. A value in a wrong form is an unknown id. */
export type Params<R extends Route> = Readonly<Record<ParamNames<R['path']>, string>>;

/** Keeps the literal types of the declaration, so that handler, document and infrastructure derive from it. */
export function defineRoute<const R extends Route>(route: R): R {
  return route;
}

/** The scope that a request of a route needs. */
export function scopeOf({ scope, scopes }: Pick<Route, 'scope' | 'scopes'>, params: Readonly<Record<string, string>>) {
  const value = scopes && params[scopes.param];
  if (value === undefined) return scope;
  const isMeant = (name: string) => name === value || (name.includes('{') && value.startsWith(name.split('{')[0]!));
  return Object.entries(scopes!.of).find(([name]) => isMeant(name))?.[1] ?? scope;
}

/** Whether a call may omit its body: it is a `POST`, and every field has a default. */
export function mayOmitBody({ method, body }: Pick<Route, 'method' | 'body'>): boolean {
  return method === 'POST' && body !== undefined && body.safeParse({}).success;
}
