import type * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import type { Claim } from '../auth/claim.ts';
import type { Opened } from '../capability/capability.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { VersionMatch } from './conditional.ts';
import type { ListAnswer, PageRequest, PageResult } from './list.ts';
import type { Once, SecretOnce } from './once.ts';
import type { HttpRequest } from './request.ts';
import type { Form, Params, RawAnswer, Route } from './route.ts';

/** The input of a handler, and the answers that it may return. These are types only, derived from the route. */

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Authenticated<R extends Route, T> = R['scope'] extends 'public' ? undefined : T;

/** What a handler receives; all of it is typed by the route. */
export type HandlerInput<R extends Route, A = undefined> = Opened<R['uses']> & {
  readonly body: Parsed<R['body']>;
  readonly form: R['form'] extends Form ? z.output<R['form']['fields']> : undefined;
  readonly query: Parsed<R['query']>;
  readonly params: Params<R>;
  readonly tenant: Authenticated<R, Tenant>;
  readonly caller: Authenticated<R, Caller>;
  /** The versions that the caller requires in `If-Match`, if any. */
  readonly ifMatch: VersionMatch | undefined;
  readonly page: PageRequest;
  /** Connects the effect with the caller's `Idempotency-Key`. */
  readonly once: R['idempotent'] extends 'secret' ? SecretOnce : Once;
  readonly request: HttpRequest;
  /** The result of `ahead`. */
  readonly ahead: A;
};

type AnswerOf<Status, S> =
  S extends ListAnswer<infer I>
    ? { readonly status: Status; readonly page: PageResult<z.input<I>> }
    : S extends RawAnswer
      ? {
          readonly status: Status;
          readonly raw: string | Uint8Array;
          readonly headers?: Readonly<Record<string, string>>;
        }
      : S extends z.ZodType
        ? { readonly status: Status; readonly body: z.input<S>; readonly headers?: Readonly<Record<string, string>> }
        : { readonly status: Status; readonly headers?: Readonly<Record<string, string>> };

/** One of the successes that the route declares. */
export type Answer<R extends Route> = { [S in keyof R['success']]: AnswerOf<S, R['success'][S]> }[keyof R['success']];

type AheadInput<R extends Route> = Opened<R['uses']> & {
  readonly body: Parsed<R['body']>;
  readonly query: Parsed<R['query']>;
  readonly params: Params<R>;
  /** The claims of the credential. It may still be refused; then the result is dropped. */
  readonly claim: Claim;
  readonly signal: AbortSignal;
};

export type Handle<R extends Route, A, O extends Answer<R> = Answer<R>> = (input: HandlerInput<R, A>) => Promise<O>;

export interface HandleAhead<R extends Route, A, O extends Answer<R> = Answer<R>> {
  /** Reads that depend only on the parsed input and the claimed tenant. They run in parallel with authentication. */
  readonly ahead: (input: AheadInput<R>) => Promise<A>;
  readonly handler: Handle<R, A, O>;
}

/** The handler of any route, as the kernel calls it. */
export interface LooseWork {
  readonly ahead?: (input: never) => Promise<unknown>;
  readonly handler: (input: never) => Promise<unknown>;
}

/** An answer of any route, as the kernel processes it. */
export interface LooseAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly raw?: string | Uint8Array;
  readonly page?: PageResult<unknown>;
  readonly headers?: Readonly<Record<string, string>>;
}
