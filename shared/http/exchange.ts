import { type Claim, readClaim } from '../auth/claim.ts';
import { type Accepted, credentials } from '../auth/credentials.ts';
import { openAll } from '../capability/capability.ts';
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
import { parseVersionMatch } from './conditional.ts';
import type { HandleAhead, LooseAnswer } from './handler.ts';
import { idempotencyRecords, problemOf } from './idempotency.ts';
import { type ParsedInput, readInput, requireBatch } from './input.ts';
import { type ListQuery, type PageRequest, readPage, renderList } from './list.ts';
import { type Answered, always, type RunningRequest } from './once.ts';
import { asProblem, problemsOf } from './problems.ts';
import type { HttpRequest } from './request.ts';
import type { Route } from './route.ts';

/** One request on its way through: refused at the first check that fails, in the order the contract gives. */
export class Exchange {
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
    const { caller, rates } = this.#accepted ?? {};
    const { id: requestId, address } = this.#request;
    const facts = { requestId, address, operation: this.#route.operationId, caller, code: refused?.code };
    logAccess({ ...facts, status: result.statusCode, milliseconds: Date.now() - this.#started }, refused?.cause);
    return finished(result, this.#request, rates);
  }

  async #succeed(): Promise<GatewayResult> {
    const stores = openAll(this.#route.uses);
    const claim = this.#route.scope === 'public' ? undefined : await readClaim(this.#request.headers, this.#route);
    const { given, input } = readInput(this.#route, this.#request);
    const abort = new AbortController();
    const ahead = claim && 'value' in input ? this.#readAhead(stores, claim, input.value, abort.signal) : undefined;
    try {
      if (claim) await this.#authenticate(claim);
      if (this.#route.batch && this.#accepted) requireBatch(this.#route.batch, this.#accepted.caller.workspace, given);
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
    const given = { ...stores, ...input, params: this.#request.params, claim, signal: signals };
    const reads = (async () => await this.#work.ahead(given as never))();
    reads.catch(() => undefined);
    return reads;
  }

  async #authenticate(claim: Claim): Promise<void> {
    this.#accepted = await credentials.open().accept(claim, this.#route, this.#request);
    if (this.#accepted.uncounted) countMetric('RateCounterUnavailable');
    if (this.#accepted.refusal) throw this.#accepted.refusal;
  }

  async #handle(stores: object, input: ParsedInput, ahead: Promise<unknown> | undefined): Promise<GatewayResult> {
    const caller = this.#accepted?.caller;
    const page = caller && this.#page(caller.tenant, input.query);
    const header = this.#request.headers['idempotency-key'];
    if (caller && this.#route.idempotent && header !== undefined) {
      const secret = this.#route.idempotent === 'secret';
      const beginning = await idempotencyRecords.open().begin(caller, this.#request, header, secret);
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
  #replay(remembered: Answered): GatewayResult {
    const replayed = { ...remembered.headers, 'Idempotency-Replayed': 'true' };
    const refusal = remembered.status >= 400 ? problemOf(remembered.body) : undefined;
    if (!refusal && remembered.body === undefined) return { statusCode: remembered.status, headers: replayed };
    if (!refusal) return jsonResult(this.#route, this.#request, remembered.status, remembered.body, replayed);
    const result = problemResult(this.#request, refusal, this.#route);
    return { ...result, headers: { ...result.headers, ...replayed } };
  }

  /** The second edge: an answer passes its schema, so that nothing undeclared leaves. */
  async #render(answer: LooseAnswer, page: PageRequest | undefined): Promise<GatewayResult> {
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
      const list = renderList(success.list, operationId, tenant, this.#request, page, { ...answer.page, rows });
      return jsonResult(this.#route, this.#request, answer.status, list.body, { ...list.headers, ...headers });
    }
    const body = isSchema(success) ? success.parse(answer.body) : undefined;
    await this.#running?.end({ status: answer.status, body, headers: answer.headers });
    if (body === undefined) return { statusCode: answer.status, headers };
    return jsonResult(this.#route, this.#request, answer.status, body, headers);
  }

  async #fail(told: Problem): Promise<GatewayResult> {
    if (!problemsOf(this.#route).has(told.code)) {
      countMetric('UndeclaredProblem');
      log().warn('undeclared problem', { operation: this.#route.operationId, error_code: told.code });
    }
    const result = problemResult(this.#request, told, this.#route);
    const remembered = { error_code: told.code, detail: told.message, details: told.details };
    await this.#running?.end({ status: result.statusCode, body: remembered });
    return result;
  }
}
