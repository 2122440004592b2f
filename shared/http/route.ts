import type * as z from 'zod';
import type { RouteScope } from '../auth/scopes.ts';
import type { Capabilities } from '../capability/capability.ts';
import type { PolicyName } from '../limits/policies.ts';
import type { ProblemCode } from '../problems/catalogue.ts';
import type { Feature } from '../tenancy/plans.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import type { ListAnswer } from './list.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An answer that is not JSON: a page, a script, a document served as it stands. */
export interface RawAnswer {
  readonly contentType: string;
  /** What the documentation shows of it. */
  readonly example: unknown;
}

/** What each success status answers with: a schema, a list, a raw media type, or `null` for no body. */
export type SuccessAnswers = Readonly<Record<number, z.ZodType | ListAnswer | RawAnswer | null>>;

/** What the documentation says of a segment of the path. */
export interface PathParameter {
  readonly description: string;
  readonly enum?: readonly string[];
  readonly example?: string;
}

export interface Batch {
  /** The field of the body that holds the list. */
  readonly field: string;
  /** How many items this workspace may send. */
  readonly most: (workspace: WorkspaceRow) => number;
}

/** One endpoint, declared in the file that serves it; everything else about it is derived from here. */
export interface Route {
  readonly method: HttpMethod;
  /** The whole path, `{name}` only as a whole segment: `/api/v1/geofences/{id}`. */
  readonly path: `/${string}`;
  /** Answers `HEAD` too, as `GET` without a body; elsewhere it is 405. */
  readonly alsoHead?: true;
  readonly operationId: string;
  /** One line, imperative: "Create a geofence". */
  readonly summary: string;
  /** What a caller must know beyond the schemas; Markdown. */
  readonly description?: string;
  readonly scope: RouteScope;
  /** Takes the credential as the password of HTTP Basic too, for clients that can send nothing else. */
  readonly basic?: true;
  /** A limit of its own, beside or in place of the credential's rate; a policy of one credential or workspace. */
  readonly limit?: PolicyName;
  readonly uses: Capabilities;
  /** Of the `{…}` segments those that are not UUIDs. */
  readonly params?: Readonly<Record<string, PathParameter>>;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly success: SuccessAnswers;
  /** Media type of its JSON successes; `application/json` when absent. */
  readonly mediaType?: `application/${string}+json`;
  /** `false` where fields change without a new `version` (last use, status by time): the answer then carries no `ETag`. */
  readonly entityTag?: false;
  /** Status of a failed validation; 400 only on the routes that the contract lists so. */
  readonly invalid?: 400 | 422;
  /** Status of a body that is not JSON; 422 only where the contract says so. */
  readonly malformed?: 400 | 422;
  /** A feature of the workspace without which the route is refused. */
  readonly feature?: Feature;
  /** Largest body, in bytes: 4 MiB when absent, 8 KiB where the route is public. */
  readonly maxBodyBytes?: number;
  /** The list of the body whose length is limited; looked at before its fields are. */
  readonly batch?: Batch;
  /** Answers 202 at once to a caller who sends `Prefer: respond-async`. */
  readonly respondsAsync?: true;
  /** Problems of its own; those of every route, of authentication and of parsing are implied. */
  readonly problems: readonly ProblemCode[];
  /** Honours `Idempotency-Key`; `'secret'` where a success shows one, which a retry then is not shown again. */
  readonly idempotent?: true | 'secret';
  /** Files of the build that this endpoint serves, copied beside its bundle. */
  readonly assets?: readonly string[];
  /** Lambda memory; 512 when absent. */
  readonly memoryMegabytes?: number;
  /** Lambda timeout; 10 when absent, at most 29. */
  readonly timeoutSeconds?: number;
}

/** Names of the `{…}` segments of a path. */
type ParamNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamNames<Rest> : never;

/** Path parameters as the handler receives them: decoded strings; an id of a wrong form is an unknown id. */
export type Params<R extends Route> = Readonly<Record<ParamNames<R['path']>, string>>;

/** Keeps the literal types of the declaration, so that handler, document and infrastructure derive from it. */
export function defineRoute<const R extends Route>(route: R): R {
  return route;
}

/** Whether a call may leave its body out: where every field of a `POST` has a default. */
export function mayOmitBody({ method, body }: Pick<Route, 'method' | 'body'>): boolean {
  return method === 'POST' && body !== undefined && body.safeParse({}).success;
}
