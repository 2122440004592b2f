import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { GatewayResult } from './answer.ts';
import { Exchange } from './exchange.ts';
import { bypassRefusal } from './front-door.ts';
import type { Answer, Handle, HandleAhead } from './handler.ts';
import { misrouted } from './known-routes.ts';
import { readRequest } from './request.ts';
import type { Route } from './route.ts';

/** Time reserved from the function's timeout to answer 504. */
const answerMilliseconds = 400;

export type LambdaHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<GatewayResult>;

/** A route that reads ahead must limit its body: what is read before the credential is verified has to be small. */
type ReadsAhead = Route & { readonly maxBodyBytes: number };

/** Turns a route and its handler into a Lambda handler. */
export function serve<R extends Route, const O extends Answer<R>>(
  route: R,
  handler: Handle<R, undefined, O>,
): LambdaHandler;
export function serve<R extends ReadsAhead, A, const O extends Answer<R>>(
  route: R,
  work: HandleAhead<R, A, O>,
): LambdaHandler;
export function serve<R extends Route, A>(route: R, does: Handle<R, undefined> | HandleAhead<R, A>): LambdaHandler {
  const work = typeof does === 'function' ? { handler: does } : does;
  return async (event, context) => {
    const request = readRequest(event);
    const milliseconds = context.getRemainingTimeInMillis() - answerMilliseconds;
    const exchange = new Exchange(route, request, work, milliseconds);
    const refusal = bypassRefusal(request) ?? (await misrouted(route, request));
    return refusal ? await exchange.refuse(refusal) : await exchange.answer();
  };
}
