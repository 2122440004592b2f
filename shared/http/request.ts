import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { v7 as uuidv7 } from 'uuid';
import { lowerIds } from '../wire/id.ts';
import { bodyOf, type RequestBody } from './body.ts';
import { isFromFrontDoor } from './front-door.ts';
import { parseQuery, type Query } from './query.ts';

/** A request as the rest of the kernel sees it; nothing below here reads the gateway's event. */
export interface HttpRequest {
  /** See `newRequestId`. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  /** Repeated parameters are arrays, in order. */
  readonly query: Query;
  /** The query after its schema has parsed it. */
  readonly parsedQuery?: Readonly<Record<string, unknown>>;
  readonly rawQuery: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: RequestBody | undefined;
  /** The caller's address. It comes from the front door if the request came through it. */
  readonly address: string;
  /** `https://host` as the caller sees it. */
  readonly origin: string;
  /** Whether the request came through the front door, which proved this by its secret. */
  readonly viaFrontDoor: boolean;
}

/** `req_` and 26 characters, sortable by time. */
export function newRequestId(): string {
  const id = BigInt(`0x${uuidv7().replaceAll('-', '')}`);
  return `req_${id.toString(32).padStart(26, '0').toUpperCase()}`;
}

export function readRequest(event: APIGatewayProxyEventV2): HttpRequest {
  const headers = Object.fromEntries(Object.entries(event.headers ?? {}).map(([name, v]) => [name.toLowerCase(), v]));
  const viaFrontDoor = isFromFrontDoor(headers['x-origin-verify']);
  const host =
    (viaFrontDoor && headers['x-viewer-host']) || event.requestContext.domainName || headers.host || 'localhost';
  const local = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
  return {
    id: newRequestId(),
    method: event.requestContext.http.method,
    path: event.rawPath,
    params: decodeParams(event.pathParameters ?? {}),
    query: parseQuery(event.rawQueryString ?? ''),
    rawQuery: event.rawQueryString ?? '',
    headers,
    body: event.body ? bodyOf(event.body, event.isBase64Encoded) : undefined,
    address: (viaFrontDoor && headers['x-viewer-address']) || event.requestContext.http.sourceIp,
    origin: `${local ? 'http' : 'https'}://${host}`,
    viaFrontDoor,
  };
}

/** Whether the caller prefers an immediate 202 to waiting: `Prefer: respond-async` (RFC 7240). */
export function prefersAsync({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  return (headers.prefer ?? '').split(/[,;]/).some((preference) => preference.trim().toLowerCase() === 'respond-async');
}

const maxWaitMilliseconds = 20_000;

/** The end of a request's wait for a worker, in milliseconds since 1970; 0 if the caller prefers not to wait. */
export const waitsUntil = (request: Pick<HttpRequest, 'headers'>): number =>
  prefersAsync(request) ? 0 : Date.now() + maxWaitMilliseconds;

/** Headers of a 202 answer. */
export const acceptedHeaders = (request: Pick<HttpRequest, 'headers'>): Record<string, string> => ({
  'Retry-After': '2',
  ...(prefersAsync(request) ? { 'Preference-Applied': 'respond-async' } : {}),
});

/**
 * Values are cut to more than the length of any id: longer values are unknown ids, and a database key would refuse
 * them.
 */
function decodeParams(raw: Record<string, string | undefined>): Record<string, string> {
  const values = Object.entries(raw).map(([name, value]) => [name, lowerIds(decode(value ?? '').slice(0, 256))]);
  return Object.fromEntries(values);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign belongs to an unknown id
  }
}
