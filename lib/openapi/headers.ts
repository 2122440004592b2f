import { placeholderOrigin } from '../../shared/docs/document.ts';
import { isListAnswer } from '../../shared/http/answer.ts';
import type { Route, SuccessAnswers } from '../../shared/http/route.ts';
import type { Components } from './components.ts';
import type { JsonObject } from './tidy.ts';

const text = (description: string, example?: string): JsonObject => ({
  description,
  schema: { type: 'string', ...(example === undefined ? {} : { example }) },
});
const whole = (description: string, example: number): JsonObject => ({
  description,
  schema: { type: 'integer', example },
});
const flag = (description: string): JsonObject => ({ description, schema: { type: 'string', enum: ['true'] } });

/** Every header of answers, by its name. */
const headers = {
  'X-Request-ID': text('Made by the server; quote it when you report a problem.', 'req_01J9Z6M3T8Q4V7K2N5B8C1D3F6'),
  'X-Client-Request-ID': text("The caller's own id, echoed.", 'import-42'),
  'RateLimit-Policy': text('Requests (q) allowed in each window of w seconds.', '"tier";q=1000;w=3600'),
  RateLimit: text('Requests left (r) in this window, which ends in t seconds.', '"tier";r=987;t=2412'),
  'Retry-After': whole('Seconds to wait before the next attempt.', 30),
  'WWW-Authenticate': text('How to authenticate.', 'Bearer'),
  ETag: text('Version of the answer, for `If-Match` and `If-None-Match`.', '"v3"'),
  Location: text(
    'Address of the object.',
    `${placeholderOrigin}/api/v1/geofences/550e8400-e29b-41d4-a716-446655440000`,
  ),
  Link: text(
    'Link to the next page, if there is one.',
    `<${placeholderOrigin}/api/v1/geofences?offset=50>; rel="next"`,
  ),
  'X-Total-Count': whole('Number of all matches; absent on pages that are read by `cursor`.', 812),
  'X-Total-Capped': flag('Sent if counting stopped before the end.'),
  'X-Page-Cut': flag('Sent if the page has fewer items than requested, because it would exceed 4 MiB.'),
  'X-Next-Cursor': text('Cursor of the next page, if there is one.', 'eyJ…'),
  'Preference-Applied': text('Which preference of the request was followed.', 'respond-async'),
  'Idempotency-Replayed': flag('Sent if this is the stored answer of an earlier request with the same key.'),
  'Cache-Control': text('How long the answer may be kept.', 'no-cache'),
} satisfies Record<string, JsonObject>;

export type HeaderName = keyof typeof headers;

/** References to shared headers for a response. */
export function headerRefs(components: Components, names: readonly HeaderName[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, components.share('headers', name, headers[name])]));
}

/** Headers of every answer of a route, whatever its outcome. */
export function everyHeader(route: Pick<Route, 'scope'>): readonly HeaderName[] {
  const rate = ['RateLimit-Policy', 'RateLimit'] as const;
  return ['X-Request-ID', 'X-Client-Request-ID', ...(route.scope === 'public' ? [] : rate)];
}

/** Headers of a success, as the kernel sends them. */
export function successHeaders(
  route: Route,
  status: number,
  success: SuccessAnswers[number],
  fields: ReadonlySet<string>,
): readonly HeaderName[] {
  const list = isListAnswer(success);
  // A route with an envelope of its own has pages if it declares the problems of cursors.
  const pages = list || (status === 200 && route.problems.includes('CURSOR_INVALID'));
  const tagged = 304 in route.success;
  return [
    ...((fields.has('version') && route.entityTag !== false) || tagged ? (['ETag'] as const) : []),
    ...(tagged && route.scope === 'public' ? (['Cache-Control'] as const) : []),
    ...((status === 201 && (fields.has('id') || fields.has('planId'))) || [302, 303].includes(status)
      ? (['Location'] as const)
      : []),
    ...(status === 202 ? (['Location', 'Retry-After'] as const) : []),
    ...(status === 202 && route.respondsAsync ? (['Preference-Applied'] as const) : []),
    ...(pages ? (['X-Total-Count', 'X-Total-Capped', 'X-Page-Cut', 'Link'] as const) : []),
    ...(list && success.list === 'bare' ? (['X-Next-Cursor'] as const) : []),
    // An answer with a secret is never repeated.
    ...(route.idempotent === true ? (['Idempotency-Replayed'] as const) : []),
    ...everyHeader(route),
  ];
}
