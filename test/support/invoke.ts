import { randomInt } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Route } from '../../shared/http/route.ts';
import type { LambdaHandler } from '../../shared/http/serve.ts';
import { usesOf } from '../../shared/http/uses.ts';
import { actingAs } from './grants.ts';

/** Calls an endpoint's handler in this process, with the event that API Gateway would send. */

export interface Endpoint {
  readonly route: Route;
  readonly handler: LambdaHandler;
}

export interface Invocation {
  readonly key?: string | undefined;
  readonly params?: Record<string, string>;
  readonly query?: string;
  /** Bytes and texts are sent as they are, everything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /**
   * The address of the caller; by default a different one for each call, so that calls do not use up limits of an
   * address.
   */
  readonly address?: string;
}

export interface Invoked {
  readonly status: number;
  readonly headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of every shape
  readonly body: any;
  /** The body before it was decoded as text. */
  readonly bytes?: Buffer;
}

const anyAddress = () => `198.${18 + randomInt(2)}.${randomInt(256)}.${randomInt(256)}`;

export function gatewayEvent(
  route: Route,
  { key, params = {}, query = '', body, headers = {}, address = anyAddress() }: Invocation,
): APIGatewayProxyEventV2 {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  const http = { method: route.method, path, protocol: 'HTTP/1.1', sourceIp: address, userAgent: 'test' };
  const isBytes = body instanceof Uint8Array;
  const given = isBytes ? Buffer.from(body).toString('base64') : body;
  const text = given === undefined || typeof given === 'string' ? given : JSON.stringify(given);
  return {
    version: '2.0',
    routeKey: `${route.method} ${route.path}`,
    rawPath: path,
    rawQueryString: query,
    headers: {
      ...(key === undefined ? {} : { 'x-api-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    requestContext: {
      http,
      domainName: 'localhost',
      accountId: '',
      apiId: '',
      domainPrefix: '',
      requestId: '',
      routeKey: '',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...(Object.keys(params).length === 0 ? {} : { pathParameters: params }),
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: isBytes,
  };
}

/** The context of an invocation of this route that has just begun. */
export const contextOf = ({ timeoutSeconds = 10 }: Route): Context =>
  ({ getRemainingTimeInMillis: () => timeoutSeconds * 1000 }) as Context;

export async function invoke(endpoint: Endpoint, invocation: Invocation = {}): Promise<Invoked> {
  const { route, handler } = endpoint;
  const event = gatewayEvent(route, invocation);
  const result = await actingAs(route.operationId, usesOf(route), () => handler(event, contextOf(route)));
  const text = result.isBase64Encoded ? Buffer.from(result.body ?? '', 'base64').toString('utf8') : result.body;
  const bytes = result.isBase64Encoded ? { bytes: Buffer.from(result.body ?? '', 'base64') } : {};
  const isJson = result.headers['Content-Type']?.includes('json') && text;
  return { status: result.statusCode, headers: result.headers, body: isJson ? JSON.parse(text) : text, ...bytes };
}
