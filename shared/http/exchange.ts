import { type Claim, readClaim } from '../auth/claim.ts';
import { type Accepted, credentials } from '../auth/credentials.ts';
import { openAll } from '../capability/capability.ts';
import { parseExactly } from '../json/exact.ts';
import { countMetric, log, logAccess } from '../log/log.ts';
import type { Problem } from '../problems/problem.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import {
  finished,
  type GatewayResult,
  isListAnswer,
  isRawAnswer,
  isSchema,
  jsonResult,
  problemResult,
  rawResult,
} from './answer.ts';
import { readIfMatch } from './conditional.ts';
import type { LooseAnswer, LooseWork } from './handler.ts';
import { idempotencyRecords, problemOf } from './idempotency.ts';
import { type ParsedInput, RequestInput, requireBatch } from './input.ts';
import type { ListQuery, PageRequest } from './list.ts';
import { type Answered, type RunningRequest, unrecorded } from './once.ts';
import { asProblem, isConditional, problemsOf, timedOut } from './problems.ts';
import type { HttpRequest } from './request.ts';
import { type Route, scopeOf } from './route.ts';

/** Handles one request. It is refused at the first check that fails, in the order that the contract defines. */
export class Exchange {
  readonly #started = Date.now();
  readonly #route: Route;
  readonly #request: HttpRequest;
  readonly #work: LooseWork;
  readonly #milliseconds: number;
  readonly #input: RequestInput;
  /** Aborts the reads ahead when the request is refused or its time is over. */
  readonly #abort = new AbortController();
  #accepted: Accepted | undefined;
  #running: RunningRequest | undefined;

  /** @param milliseconds the time after which the caller gets a timeout */
  constructor(route: Route, request: HttpRequest, work: LooseWork, milliseconds: number) {
    this.#route = route;
    this.#request = request;
    this.#work = work;
    this.#milliseconds = milliseconds;
    this.#input = new RequestInput(route, request);
  }

  async answer(): Promise<GatewayResult> {
    let refused: Problem | undefined;
    let result: GatewayResult;
    try {
      result = await this.#inTime(this.#succeed());
    } catch (error) {
      this.#abort.abort();
      refused = asProblem(error);
      result = await this.#fail(refused);
    }
    return await this.#finish(result, refused);
  }

  /** Answers with a problem without reading the request's input. */
  async refuse(problem: Problem): Promise<GatewayResult> {
    return await this.#finish(problemResult(this.#request, problem, this.#route), problem);
  }

  async #finish(result: GatewayResult, refused: Problem | undefined): Promise<GatewayResult> {
    await this.#accepted?.housekeeping;
    const { caller, rates } = this.#accepted ?? {};
    const { id: requestId, address } = this.#request;
    const facts = { requestId, address, operation: this.#route.operationId, caller, code: refused?.code };
    logAccess({ ...facts, status: result.statusCode, milliseconds: Date.now() - this.#started }, refused?.cause);
    return finished(result, this.#request, this.#route, rates);
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(timedOut()), this.#milliseconds);
    });
    return await Promise.race([work, late]).finally(() => clearTimeout(timer));
  }

  async #succeed(): Promise<GatewayResult> {
    const stores = openAll(this.#route.uses);
    const claim = this.#route.scope === 'public' ? undefined : await readClaim(this.#request.headers, this.#route);
    const ahead = claim && this.#work.ahead ? this.#readAhead(stores, claim) : undefined;
    if (claim) await this.#authenticate(claim);
    if (this.#route.batch && this.#accepted) {
      requireBatch(this.#route.batch, this.#accepted.caller.workspace, this.#input.given());
    }
    const input = { ...this.#input.fields(), form: await this.#input.form() };
    return await this.#handle(stores, input, ahead);
  }

  /** Starts the reads of `ahead` if the input is valid. A failure appears where the result is awaited. */
  #readAhead(stores: object, claim: Claim): Promise<unknown> {
    const reads = (async () => {
      const given = { ...stores, ...this.#input.fields(), params: this.#request.params, claim };
      return await this.#work.ahead?.({ ...given, signal: this.#abort.signal } as never);
    })();
    reads.catch(() => undefined);
    return reads;
  }

  async #authenticate(claim: Claim): Promise<void> {
    const rule = { ...this.#route, scope: scopeOf(this.#route, this.#request.params) };
    this.#accepted = await credentials.open().accept(claim, rule, this.#request);
    if (this.#accepted.uncounted) countMetric('RateCounterUnavailable');
    if (this.#accepted.refusal) throw this.#accepted.refusal;
  }

  async #handle(
    stores: object,
    input: ParsedInput & { readonly form: unknown },
    ahead: Promise<unknown> | undefined,
  ): Promise<GatewayResult> {
    const caller = this.#accepted?.caller;
    const request = { ...this.#request, parsedQuery: (input.query ?? {}) as Readonly<Record<string, unknown>> };
    const page = caller && this.#page(caller.tenant, request);
    const ifMatch = isConditional(this.#route) ? readIfMatch(request.headers['if-match']) : undefined;
    const header = this.#request.headers['idempotency-key'];
    if (caller && this.#route.idempotent && header !== undefined) {
      const secret = this.#route.idempotent === 'secret';
      const { body } = this.#request;
      const asked = { ...this.#request, body: body ? parseExactly(body.text()) : {} };
      const beginning = await idempotencyRecords.open().begin(caller, asked, header, secret);
      if ('replay' in beginning) return this.#replay(beginning.replay);
      this.#running = beginning.once;
    }
    const answer = await this.#work.handler({
      ...stores,
      ...input,
      params: this.#request.params,
      tenant: caller?.tenant,
      caller,
      ifMatch,
      page,
      once: this.#running ?? unrecorded,
      request,
      ahead: await ahead,
    } as never);
    return await this.#render(answer as LooseAnswer, request, page);
  }

  #page(tenant: Tenant, request: HttpRequest): PageRequest | undefined {
    const list = Object.values(this.#route.success).find(isListAnswer);
    return list?.read(this.#route.operationId, tenant, request, request.parsedQuery as unknown as ListQuery);
  }

  /** The recorded answer, rendered again; a recorded refusal is thrown again. */
  #replay(remembered: Answered): GatewayResult {
    const replayed = { ...remembered.headers, 'Idempotency-Replayed': 'true' };
    const refusal = remembered.status >= 400 ? problemOf(remembered.body) : undefined;
    if (!refusal && remembered.body === undefined) return { statusCode: remembered.status, headers: replayed };
    if (!refusal) return jsonResult(this.#route, this.#request, remembered.status, remembered.body, replayed);
    const result = problemResult(this.#request, refusal, this.#route);
    return { ...result, headers: { ...result.headers, ...replayed } };
  }

  /** An answer passes through its schema, so that no undeclared field leaves. */
  async #render(answer: LooseAnswer, request: HttpRequest, page: PageRequest | undefined): Promise<GatewayResult> {
    const success = this.#route.success[answer.status];
    const headers = answer.headers ?? {};
    if (success === undefined)
      throw new Error(`Route ${this.#route.operationId} does not declare status ${answer.status}`);
    if (isRawAnswer(success))
      return rawResult(answer.status, answer.raw, { 'Content-Type': success.contentType, ...headers });
    if (isListAnswer(success) && answer.page && page && this.#accepted) {
      const rows = answer.page.rows.map((row) => ({ ...row, item: success.item.parse(row.item) }));
      const { operationId } = this.#route;
      const { tenant } = this.#accepted.caller;
      const list = success.render(success.list, operationId, tenant, request, page, { ...answer.page, rows });
      return jsonResult(this.#route, request, answer.status, list.body, { ...list.headers, ...headers });
    }
    const body = isSchema(success) ? success.parse(answer.body) : undefined;
    await this.#running?.end({ status: answer.status, body, headers: answer.headers });
    if (body === undefined) return { statusCode: answer.status, headers };
    return jsonResult(this.#route, this.#request, answer.status, body, headers);
  }

  async #fail(failed: Problem): Promise<GatewayResult> {
    if (!problemsOf(this.#route).has(failed.code)) {
      countMetric('UndeclaredProblem');
      log().warn('undeclared problem', { operation: this.#route.operationId, error_code: failed.code });
    }
    const result = problemResult(this.#request, failed, this.#route);
    // The handler may still be running. No retry may begin before the lease of this request ends.
    if (failed.code === 'TIMEOUT') return result;
    const remembered = { error_code: failed.code, detail: failed.message, details: failed.details };
    await this.#running?.end({ status: result.statusCode, body: remembered });
    return result;
  }
}
