import middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { logAccess } from '../log/log.ts';
import { finished, type GatewayResult, problemResult } from './answer.ts';
import { Exchange } from './exchange.ts';
import { requireFrontDoor } from './front-door.ts';
import type { Answer, Handle, HandleAhead } from './handler.ts';
import { asProblem, timedOut } from './problems.ts';
import { type HttpRequest, readRequest } from './request.ts';
import type { Route } from './route.ts';

/** Time kept back from the function's timeout for answering 504. */
const answerMilliseconds = 400;

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
  const exchange = async (event: APIGatewayProxyEventV2, _context: Context, { signal }: { signal: AbortSignal }) => {
    const request = requestOf(event);
    requireFrontDoor(request);
    return await new Exchange(route, request, work as unknown as HandleAhead<Route, unknown>, signal).answer();
  };
  return middy(exchange, {
    timeoutEarlyInMillis: answerMilliseconds,
    timeoutEarlyResponse: () => {
      throw timedOut();
    },
  }).use(lastResort(route)) as unknown as LambdaHandler;
}

const requests = new WeakMap<APIGatewayProxyEventV2, HttpRequest>();

/** Read once, so that an exchange and the answer that cuts it short carry one request id. */
function requestOf(event: APIGatewayProxyEventV2): HttpRequest {
  const request = requests.get(event) ?? readRequest(event);
  requests.set(event, request);
  return request;
}

/** A failure outside of an exchange: an unreadable event, a call past the front door, or the time budget. */
function lastResort(route: Route) {
  return {
    onError: (failed: { event: APIGatewayProxyEventV2; error: Error | null; response: unknown }) => {
      const request = requestOf(failed.event);
      const told = asProblem(failed.error);
      const result = problemResult(request, told, route);
      logAccess(
        {
          requestId: request.id,
          address: request.address,
          operation: route.operationId,
          status: result.statusCode,
          milliseconds: 0,
          caller: undefined,
          code: told.code,
        },
        failed.error,
      );
      failed.response = finished(result, request, undefined);
    },
  };
}
