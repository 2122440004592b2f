import type { z } from 'zod';
import { environment } from '../capability/environment.ts';
import { type Rates, rateHeaders } from '../limits/rate-headers.ts';
import { catalogue } from '../problems/catalogue.ts';
import type { Problem, RefusalStatuses } from '../problems/problem.ts';
import { entityTag, readIfNoneMatch } from './conditional.ts';
import type { ListAnswer } from './list.ts';
import type { HttpRequest } from './request.ts';
import type { RawAnswer, Route, SuccessAnswers } from './route.ts';

/** The answer in the form that API Gateway accepts (payload 2.0). */
export interface GatewayResult {
  statusCode: number;
  headers: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}

type Headers = Readonly<Record<string, string>>;

export const isListAnswer = (success: SuccessAnswers[number]): success is ListAnswer =>
  success !== null && 'list' in success;
export const isRawAnswer = (success: SuccessAnswers[number]): success is RawAnswer =>
  success !== null && 'contentType' in success;
export const isSchema = (success: SuccessAnswers[number]): success is z.ZodType =>
  success !== null && !isListAnswer(success) && !isRawAnswer(success);

/** Headers that a script on an allowed page may read. */
const ownHeaders = [
  'ETag, Idempotency-Replayed, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After',
  'X-Client-Request-ID, X-Next-Cursor, X-Page-Cut, X-Quota-Status, X-Quota-Usage-Percent, X-Request-ID',
  'X-Total-Capped, X-Total-Count',
].join(', ');

/** CORS headers for an allowed origin. Other origins get none, so that a browser hides the answer from them. */
export function corsHeaders(request: HttpRequest): Headers {
  const allowed = (environment.setting('ALLOWED_ORIGINS') ?? '').split(',').filter(Boolean);
  if (allowed.length === 0) return {};
  const { origin } = request.headers;
  // Refusals vary by origin too. Otherwise a cache could give the answer for one page to another page.
  if (!origin || !(allowed.includes('*') || allowed.includes(origin))) return { Vary: 'Origin' };
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': ownHeaders, Vary: 'Origin' };
}

/** Headers of every answer. */
export function commonHeaders(request: HttpRequest, rates: Rates): Headers {
  const echoed = request.headers['x-client-request-id'];
  return {
    'X-Request-ID': request.id,
    'X-Content-Type-Options': 'nosniff',
    ...(echoed && /^[\x20-\x7e]{1,128}$/.test(echoed) ? { 'X-Client-Request-ID': echoed } : {}),
    ...rateHeaders(rates),
    ...corsHeaders(request),
  };
}

/** Headers whose common values are added to those of the answer. */
const joinedHeaders = ['Vary', 'RateLimit', 'RateLimit-Policy'];

/**
 * No cache may store an answer of a route with credentials: the key of a cache is only the URL, and the entity tag
 * names the version but not the tenant. Public documents set their own cache lifetime.
 */
function cacheControl({ scope }: Pick<Route, 'scope'>, headers: Headers): string {
  return (scope === 'public' ? headers['Cache-Control'] : undefined) ?? 'private, no-store';
}

/**
 * The answer with the headers that every answer has. The limit that refused a request comes before the rate of its
 * credential.
 */
export function finished(
  result: GatewayResult,
  request: HttpRequest,
  route: Pick<Route, 'scope'>,
  rates: Rates,
): GatewayResult {
  const common: Headers = { ...commonHeaders(request, rates), 'Cache-Control': cacheControl(route, result.headers) };
  const both = joinedHeaders.filter((name) => result.headers[name] && common[name]);
  const joined = both.map((name) => [name, `${result.headers[name]}, ${common[name]}`]);
  const { body: _body, ...withoutBody } = result;
  const sent = request.method === 'HEAD' ? withoutBody : result;
  return { ...sent, headers: { ...result.headers, ...common, ...Object.fromEntries(joined) } };
}

/** A JSON object or array. An object with a version gets its entity tag, a new object its location. */
export function jsonResult(
  route: Route,
  request: HttpRequest,
  status: number,
  body: unknown,
  more: Headers,
): GatewayResult {
  const mediaType = route.mediaType ?? 'application/json';
  const headers: Record<string, string> = { 'Content-Type': mediaType, ...more };
  const { version, id } = body as { version?: unknown; id?: unknown };
  if (typeof version === 'number' && route.entityTag !== false) {
    headers.ETag = entityTag(version);
    const known = route.method === 'GET' ? readIfNoneMatch(request.headers['if-none-match']) : undefined;
    const { 'Content-Type': _none, ...unchanged } = headers;
    if (known?.matches(version)) return { statusCode: 304, headers: unchanged };
  }
  if (status === 201 && typeof id === 'string') headers.Location ??= `${request.origin}${request.path}/${id}`;
  return { statusCode: status, headers, body: JSON.stringify(body) };
}

/** An answer that is not JSON. Bytes are encoded in base64. */
export function rawResult(statusCode: number, raw: string | Uint8Array | undefined, headers: Headers): GatewayResult {
  if (typeof raw === 'string') return { statusCode, headers: { ...headers }, body: raw };
  const body = Buffer.from(raw ?? new Uint8Array()).toString('base64');
  return { statusCode, headers: { ...headers }, body, isBase64Encoded: true };
}

/** How a caller may authenticate: `WWW-Authenticate`. */
const challenges = ({ basic }: Pick<Route, 'basic'>): string =>
  basic ? 'Bearer, Basic realm="Hexfence", charset="UTF-8"' : 'Bearer';

/** A problem as JSON, or in the format of RFC 9457 if `Accept` prefers that. */
export function problemResult(
  request: HttpRequest,
  problem: Problem,
  route: RefusalStatuses & Pick<Route, 'basic'>,
): GatewayResult {
  const status = problem.status(route);
  const rfc9457 = prefersProblemJson(request.headers.accept);
  const shared = {
    error_code: problem.code,
    ...(problem.details ? { details: problem.details } : {}),
    request_id: request.id,
  };
  const body = rfc9457
    ? {
        type: `${request.origin}/docs/errors/${problem.code}`,
        title: catalogue[problem.code].title,
        status,
        detail: problem.message,
        instance: request.path,
        ...(problem.fields ? { errors: problem.fields } : {}),
        ...shared,
      }
    : { detail: problem.fields ?? problem.message, ...shared };
  const headers: Record<string, string> = {
    'Content-Type': rfc9457 ? 'application/problem+json' : 'application/json',
    ...(status === 401 ? { 'WWW-Authenticate': challenges(route) } : {}),
    ...(problem.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(problem.retryAfterSeconds) }),
    ...problem.headers,
  };
  return { statusCode: status, headers, body: JSON.stringify(body) };
}

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

function mediaRanges(accept: string): MediaRange[] {
  return accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    return { type, quality: Number.isNaN(quality) ? 1 : quality };
  });
}

/** The quality that `Accept` gives a media type; 0 means that it is not accepted. The most specific range counts. */
function quality(accept: string, mediaType: string): number {
  const [group = ''] = mediaType.split('/');
  const ranges = mediaRanges(accept);
  const range = [mediaType, `${group}/*`, '*/*'].map((type) => ranges.find((r) => r.type === type)).find(Boolean);
  return range?.quality ?? 0;
}

/**
 * Whether the caller accepts an answer of this type. A client that accepts JSON also accepts every media type that ends
 * in `+json`. A client that asks for problems as `application/problem+json` also accepts JSON.
 */
export function isAcceptable(accept: string | undefined, mediaType: string): boolean {
  if (!accept) return true;
  if (mediaType.endsWith('+json') && isAcceptable(accept, 'application/json')) return true;
  if (quality(accept, mediaType) > 0) return true;
  return mediaType === 'application/json' && prefersProblemJson(accept);
}

function prefersProblemJson(accept: string | undefined): boolean {
  if (!accept?.includes('application/problem+json')) return false;
  const wanted = quality(accept, 'application/problem+json');
  return wanted > 0 && wanted >= quality(accept, 'application/json');
}
