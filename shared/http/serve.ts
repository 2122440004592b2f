import middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import { type Accepted, type Claim, credentials, readClaim } from '../auth/credentials.ts';
import { type Opened, openAll } from '../capability/capability.ts';
import { countMetric, log, logAccess } from '../log/log.ts';
import { invalidFields, type Problem, problem } from '../problems/problem.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import {
  commonHeaders,
  type GatewayResult,
  isAcceptable,
  isListAnswer,
  isRawAnswer,
  isSchema,
  jsonResult,
  problemResult,
} from './answer.ts';
import { parseVersionMatch, type VersionMatch } from './conditional.ts';
import { fieldFailures } from './failures.ts';
import { always, idempotencyRecords, type Once, problemOf, type RunningRequest } from './idempotency.ts';
import { type ListAnswer, type ListQuery, type PageRequest, type PageResult, readPage, renderList } from './list.ts';
import { asProblem, problemsOf, timedOut } from './problems.ts';
import { type HttpRequest, readJson, readRequest } from './request.ts';
import type { Params, RawAnswer, Route } from './route.ts';

/** Time kept back from the function's timeout for answering 504. */
const answerMilliseconds = 400;

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Authenticated<R extends Route, T> = R['scope'] extends 'public' ? undefined : T;

/** What a handler receives; all of it is typed by the route. */
export type HandlerInput<R extends Route, A = undefined> = Opened<R['uses']> & {
  readonly body: Parsed<R['body']>;
  readonly query: Parsed<R['query']>;
  readonly params: Params<R>;
  readonly tenant: Authenticated<R, Tenant>;
  readonly caller: Authenticated<R, Caller>;
  /** The version that the caller asked to be present, if any. */
  readonly ifMatch: VersionMatch | undefined;
  readonly page: PageRequest;
  /** Ties the effect to the caller's `Idempotency-Key`. */
  readonly once: Once;
  readonly request: HttpRequest;
  /** What `ahead` read. */
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
  /** What the credential claims; it may yet be refused, and then the result is dropped. */
  readonly claim: Claim;
  readonly signal: AbortSignal;
};

type Handle<R extends Route, A, O extends Answer<R> = Answer<R>> = (input: HandlerInput<R, A>) => Promise<O>;

interface HandleAhead<R extends Route, A, O extends Answer<R> = Answer<R>> {
  /** Reads that depend on the parsed input and the claimed tenant only; they run beside authentication. */
  readonly ahead: (input: AheadInput<R>) => Promise<A>;
  readonly handler: Handle<R, A, O>;
}

export type LambdaHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<GatewayResult>;

/** Turns a route and what it does into a Lambda handler. */
export function serve<R extends Route, const O extends Answer<R>>(
  route: R,
  handler: Handle<R, undefined, O>,
): LambdaHandler;
export function serve<R extends Route, A, const O extends Answer<R>>(
  route: R,
  work: HandleAhead<R, A, O>,
): LambdaHandler;
export function serve<R extends Route, A>(route: R, does: Handle<R, undefined> | HandleAhead<R, A>): LambdaHandler {
  const work = typeof does === 'function' ? { ahead: async () => undefined, handler: does } : does;
  const exchange = (event: APIGatewayProxyEventV2, _context: Context, { signal }: { signal: AbortSignal }) =>
    new Exchange(route, readRequest(event), work as unknown as HandleAhead<Route, unknown>, signal).answer();
  return middy(exchange, {
    timeoutEarlyInMillis: answerMilliseconds,
    timeoutEarlyResponse: () => {
      throw timedOut();
    },
  }).use(lastResort(route)) as unknown as LambdaHandler;
}

/** A failure outside of an exchange: an unreadable event, or the time budget. */
function lastResort(route: Route) {
  return {
    onError: (failed: { event: APIGatewayProxyEventV2; error: Error | null; response: unknown }) => {
      const request = readRequest(failed.event);
      const told = asProblem(failed.error);
      const result = problemResult(request, told, route.invalid ?? 422);
      logAccess(
        {
          requestId: request.id,
          operation: route.operationId,
          status: result.statusCode,
          milliseconds: 0,
          caller: undefined,
          code: told.code,
        },
        failed.error,
      );
      failed.response = { ...result, headers: { ...result.headers, ...commonHeaders(request, undefined) } };
    },
  };
}

interface ParsedInput {
  readonly body: unknown;
  readonly query: unknown;
}

/** One request on its way through: refused at the first check that fails, in the order the contract gives. */
class Exchange {
  readonly #started = Date.now();
  readonly #route: Route;
  readonly #request: HttpRequest;
  readonly #work: HandleAhead<Route, unknown>;
  readonly #signal: AbortSignal;
  #accepted: Accepted | undefined;
  #running: RunningRequest | undefined;

  constructor(route: Route, request: HttpRequest, work: HandleAhead<Route, unknown>, signal: AbortSignal) {
    this.#route = route;
    this.#request = request;
    this.#work = work;
    this.#signal = signal;
  }

  async answer(): Promise<GatewayResult> {
    let refused: Problem | undefined;
    let result: GatewayResult;
    try {
      result = await this.#succeed();
    } catch (error) {
      refused = asProblem(error);
      result = await this.#fail(refused);
    }
    await this.#accepted?.housekeeping;
    const line = {
      requestId: this.#request.id,
      operation: this.#route.operationId,
      caller: this.#accepted?.caller,
      code: refused?.code,
    };
    logAccess({ ...line, status: result.statusCode, milliseconds: Date.now() - this.#started }, refused?.cause);
    return { ...result, headers: { ...result.headers, ...commonHeaders(this.#request, this.#accepted?.rate) } };
  }

  async #succeed(): Promise<GatewayResult> {
    const stores = openAll(this.#route.uses);
    const claim = this.#route.scope === 'public' ? undefined : readClaim(this.#request.headers);
    const input = attempt(() => this.#parse());
    const abort = new AbortController();
    const ahead = claim && 'value' in input ? this.#readAhead(stores, claim, input.value, abort.signal) : undefined;
    try {
      if (claim) await this.#authenticate(claim);
      if ('error' in input) throw input.error;
      return await this.#handle(stores, input.value, ahead);
    } catch (error) {
      abort.abort();
      throw error;
    }
  }

  /** Starts the reads of `ahead`; a failure shows where the result is awaited. */
  #readAhead(stores: object, claim: Claim, input: ParsedInput, signal: AbortSignal): Promise<unknown> {
    const signals = AbortSignal.any([signal, this.#signal]);
    const reads = this.#work.ahead({
      ...stores,
      ...input,
      params: this.#request.params,
      claim,
      signal: signals,
    } as never);
    reads.catch(() => undefined);
    return reads;
  }

  async #authenticate(claim: Claim): Promise<void> {
    this.#accepted = await credentials.open().accept(claim, this.#route.scope, this.#request);
    if (this.#accepted.uncounted) countMetric('RateCounterUnavailable');
    if (this.#accepted.refusal) throw this.#accepted.refusal;
  }

  #parse(): ParsedInput {
    const { route, request } = { route: this.#route, request: this.#request };
    const types = Object.values(route.success).map((s) => (isRawAnswer(s) ? s.contentType : 'application/json'));
    const mediaType = types[0]?.split(';')[0] ?? 'application/json';
    if (!isAcceptable(request.headers.accept, mediaType)) {
      throw problem('NOT_ACCEPTABLE', `This answer is available as ${mediaType} only.`);
    }
    const body = route.body ? parsed(route.body, 'body', readJson(request)) : undefined;
    const query = route.query ? parsed(route.query, 'query', request.query) : undefined;
    return { body, query };
  }

  async #handle(stores: object, input: ParsedInput, ahead: Promise<unknown> | undefined): Promise<GatewayResult> {
    const caller = this.#accepted?.caller;
    const page = caller && this.#page(caller.tenant, input.query);
    const header = this.#request.headers['idempotency-key'];
    if (caller && this.#route.idempotent && header !== undefined) {
      const beginning = await idempotencyRecords.open().begin(caller, this.#request, header);
      if ('replay' in beginning) return this.#replay(beginning.replay);
      this.#running = beginning.once;
    }
    const answer = await this.#work.handler({
      ...stores,
      ...input,
      params: this.#request.params,
      tenant: caller?.tenant,
      caller,
      ifMatch: parseVersionMatch(this.#request.headers['if-match']),
      page,
      once: this.#running ?? always,
      request: this.#request,
      ahead: await ahead,
    } as never);
    return await this.#render(answer as LooseAnswer, page);
  }

  #page(tenant: Tenant, query: unknown): PageRequest | undefined {
    const lists = Object.values(this.#route.success).some(isListAnswer);
    return lists ? readPage(this.#route.operationId, tenant, this.#request, query as ListQuery) : undefined;
  }

  /** The remembered answer, rendered anew; a remembered refusal is refused again. */
  #replay(remembered: { status: number; body: unknown }): GatewayResult {
    const replayed = { 'Idempotency-Replayed': 'true' };
    const refusal = remembered.status >= 400 ? problemOf(remembered.body) : undefined;
    if (!refusal) return jsonResult(this.#route, this.#request, remembered.status, remembered.body, replayed);
    const result = problemResult(this.#request, refusal, this.#route.invalid ?? 422);
    return { ...result, headers: { ...result.headers, ...replayed } };
  }

  /** The second edge: an answer passes its schema, so that nothing undeclared leaves. */
  async #render(answer: LooseAnswer, page: PageRequest | undefined): Promise<GatewayResult> {
    const success = this.#route.success[answer.status];
    const headers = answer.headers ?? {};
    if (success === undefined)
      throw new Error(`Route ${this.#route.operationId} does not declare status ${answer.status}`);
    if (isRawAnswer(success)) return rawResult(answer, { 'Content-Type': success.contentType, ...headers });
    if (isListAnswer(success) && answer.page && page && this.#accepted) {
      const rows = answer.page.rows.map((row) => ({ ...row, item: success.item.parse(row.item) }));
      const { operationId } = this.#route;
      const { tenant } = this.#accepted.caller;
      const list = renderList(success.list, operationId, tenant, this.#request, page, { ...answer.page, rows });
      return jsonResult(this.#route, this.#request, answer.status, list.body, { ...list.headers, ...headers });
    }
    const body = isSchema(success) ? success.parse(answer.body) : undefined;
    await this.#running?.end({ status: answer.status, body });
    if (body === undefined) return { statusCode: answer.status, headers };
    return jsonResult(this.#route, this.#request, answer.status, body, headers);
  }

  async #fail(told: Problem): Promise<GatewayResult> {
    if (!problemsOf(this.#route).has(told.code)) {
      countMetric('UndeclaredProblem');
      log().warn('undeclared problem', { operation: this.#route.operationId, error_code: told.code });
    }
    const result = problemResult(this.#request, told, this.#route.invalid ?? 422);
    const remembered = { error_code: told.code, detail: told.message, details: told.details };
    await this.#running?.end({ status: result.statusCode, body: remembered }).catch((error: unknown) => {
      log().warn('idempotency record left running', { error: String(error) });
    });
    return result;
  }
}

interface LooseAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly raw?: string | Uint8Array;
  readonly page?: PageResult<unknown>;
  readonly headers?: Readonly<Record<string, string>>;
}

function rawResult(answer: LooseAnswer, headers: Readonly<Record<string, string>>): GatewayResult {
  if (typeof answer.raw === 'string') return { statusCode: answer.status, headers, body: answer.raw };
  const body = Buffer.from(answer.raw ?? new Uint8Array()).toString('base64');
  return { statusCode: answer.status, headers, body, isBase64Encoded: true };
}

function parsed(schema: z.ZodType, source: 'body' | 'query', input: unknown): unknown {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalidFields(fieldFailures(result.error, source, input));
}

type Attempt<T> = { readonly value: T } | { readonly error: unknown };

function attempt<T>(what: () => T): Attempt<T> {
  try {
    return { value: what() };
  } catch (error) {
    return { error };
  }
}
