import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { v7 as uuidv7 } from 'uuid';
import { problem } from '../problems/problem.ts';
import { isFromFrontDoor } from './front-door.ts';

/** Largest JSON body, in bytes. */
export const maxBodyBytes = 4 * 1024 * 1024;

/** A request as the rest of the kernel sees it; nothing below here reads the gateway's event. */
export interface HttpRequest {
  /** See `newRequestId`. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  /** Repeated parameters as arrays, in order. */
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly rawQuery: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | undefined;
  readonly bodyBytes: number;
  /** The caller's address, from the front door where it vouches for itself. */
  readonly address: string;
  /** `https://host` as the caller sees it. */
  readonly origin: string;
  /** Came through the front door, which has proved itself. */
  readonly viaFrontDoor: boolean;
}

/** `req_` and 26 characters, sortable by time. */
export function newRequestId(): string {
  const id = BigInt(`0x${uuidv7().replaceAll('-', '')}`);
  return `req_${id.toString(32).padStart(26, '0').toUpperCase()}`;
}

export function readRequest(event: APIGatewayProxyEventV2): HttpRequest {
  const headers = Object.fromEntries(Object.entries(event.headers ?? {}).map(([name, v]) => [name.toLowerCase(), v]));
  const body = event.body && event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body;
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
    body: body || undefined,
    bodyBytes: body ? Buffer.byteLength(body) : 0,
    address: (viaFrontDoor && headers['x-viewer-address']) || event.requestContext.http.sourceIp,
    origin: `${local ? 'http' : 'https'}://${host}`,
    viaFrontDoor,
  };
}

/** Whether the caller would rather have 202 at once than wait: `Prefer: respond-async` (RFC 7240). */
export function prefersAsync({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  return (headers.prefer ?? '').split(/[,;]/).some((preference) => preference.trim().toLowerCase() === 'respond-async');
}

/** Cut above any id's length: what is longer is unknown, and a database key would refuse it. */
function decodeParams(raw: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, decode(value ?? '').slice(0, 256)]));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign is a character of an unknown id
  }
}

/** Parsed from the raw string: an HTTP API joins repeated parameters with commas, which values may hold too. */
export function parseQuery(raw: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(raw)) {
    const before = query[name];
    query[name] = before === undefined ? value : [before, value].flat();
  }
  return query;
}

/** The JSON body. Throws for a body that is too large, of another media type, or not JSON. */
export function readJson(request: HttpRequest): unknown {
  if (request.bodyBytes > maxBodyBytes) {
    throw problem(
      'PAYLOAD_TOO_LARGE',
      `The body has ${request.bodyBytes} bytes; at most ${maxBodyBytes} are accepted.`,
      { max_bytes: maxBodyBytes },
    );
  }
  if (request.body === undefined) throw problem('MALFORMED_JSON', 'The body is empty; send a JSON object.');
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? 'application/json';
  if (mediaType !== 'application/json' && !mediaType.endsWith('+json')) {
    throw problem('UNSUPPORTED_MEDIA_TYPE', `Send JSON with "Content-Type: application/json", not "${mediaType}".`);
  }
  const body = parseJson(request.body);
  if (halfCharacter.test(request.body) && halfCharacter.test(JSON.stringify(body))) {
    throw problem(
      'MALFORMED_JSON',
      'The body is not JSON: a string holds half of a surrogate pair, which is no character.',
    );
  }
  return body;
}

/** An escape of a surrogate; in text that `JSON.stringify` wrote, of one without its other half. */
const halfCharacter = /(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]/;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const where = cause instanceof Error ? cause.message : 'unreadable';
    throw problem('MALFORMED_JSON', `The body is not JSON: ${where}.`);
  }
}
