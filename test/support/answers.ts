import { expect } from 'vitest';
import { isListAnswer, isRawAnswer } from '../../shared/http/answer.ts';
import type { ListAnswer } from '../../shared/http/list.ts';
import { problemsOf, statusesOf } from '../../shared/http/problems.ts';
import type { Route } from '../../shared/http/route.ts';
import type { ProblemCode } from '../../shared/problems/catalogue.ts';
import type { Invoked } from './invoke.ts';

/** Checks that a response has a status that its route documents, and the documented shape for that status. */
export function expectDocumented(route: Route, answer: Invoked): void {
  const { status, headers, body } = answer;
  expect(headers['X-Request-ID']).toMatch(/^req_[0-9A-Z]{12,26}$/);
  if (route.scope !== 'public' || status >= 400) expect(headers['Cache-Control']).toBe('private, no-store');
  if (status >= 400) {
    expectDeclaredProblem(route, answer);
    return;
  }
  if (status === 304) {
    expect(body).toBeUndefined();
    expect(headers.ETag).toMatch(/^"v\d+"$|^W\//);
    return;
  }
  expect(Object.keys(route.success).map(Number), `${route.operationId} does not document ${status}`).toContain(status);
  expectSuccess(route.success[status]!, body);
}

function expectSuccess(success: Route['success'][number], body: unknown): void {
  if (success === null) expect(body).toBeUndefined();
  else if (isListAnswer(success)) expectList(success, body as Record<string, unknown>);
  else if (!isRawAnswer(success)) expect(success.parse(body)).toEqual(body);
}

function expectList(success: ListAnswer, body: Record<string, unknown>): void {
  if (success.list === 'bare') {
    for (const item of body as unknown as unknown[]) expect(success.item.parse(item)).toEqual(item);
    return;
  }
  const { nextCursor, next_cursor, ...page } = body;
  const cursor = success.list === 'camelCase' ? nextCursor : next_cursor;
  expect(success.list === 'camelCase' ? next_cursor : nextCursor).toBeUndefined();
  expect(cursor === null || typeof cursor === 'string').toBe(true);
  expect(Object.keys(page).sort()).toEqual(['data', 'limit', 'offset', 'total']);
  for (const item of page.data as unknown[]) expect(success.item.parse(item)).toEqual(item);
}

/** A problem that the route declares, with its status, in the one shape of all errors. */
function expectDeclaredProblem(route: Route, answer: Invoked): void {
  const { status, headers, body } = answer;
  const code = body.error_code as ProblemCode;
  expect([...problemsOf(route)], `${route.operationId} does not declare ${code}`).toContain(code);
  expect(statusesOf(code, route)).toContain(status);
  expect(JSON.stringify(body), 'a stack trace leaked').not.toMatch(/\\n\s+at |node_modules|\.ts:\d+/);
  expectProblemShape(body, headers['X-Request-ID']);
  expect(isFailureOfOurs(answer)).toBe(false);
}

/** The header `WWW-Authenticate` of a refusal by this route. */
export const challengesOf = ({ basic }: Route): string =>
  basic ? 'Bearer, Basic realm="Hexfence", charset="UTF-8"' : 'Bearer';

/**
 * An unexpected 5xx. Routes that need a payment provider answer with the contract's own 501 as long as there is none.
 */
export const isFailureOfOurs = ({ status, body }: Invoked): boolean =>
  status >= 500 && body?.error_code !== ('BILLING_PROVIDER_NOT_CONFIGURED' satisfies ProblemCode);

const failureTypes = [
  ...['missing', 'type_error', 'enum', 'too_short', 'too_long', 'too_small', 'too_large'],
  ...['pattern', 'format', 'conflict', 'unknown_field', 'unknown_reference', 'custom'],
  ...['option', 'accuracy', 'within_geofence'],
];

/** `{detail, error_code, details?, request_id}` and nothing else. */
export function expectProblemShape(body: Record<string, unknown>, requestId: string | undefined): void {
  const { detail, error_code, details, request_id, ...rest } = body;
  expect(rest).toEqual({});
  expect(error_code).toMatch(/^[A-Z][A-Z_]+$/);
  expect(request_id).toBe(requestId);
  for (const key of Object.keys((details ?? {}) as object)) expect(key).toMatch(/^[a-z][a-z_]*$/);
  if (typeof detail === 'string') expect(detail.length).toBeGreaterThan(10);
  else expectFailures(detail as Failure[]);
}

interface Failure {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

function expectFailures(failures: readonly Failure[]): void {
  expect(failures.length).toBeGreaterThan(0);
  expect(failures.length).toBeLessThanOrEqual(100);
  for (const failure of failures) {
    expect(Object.keys(failure).sort()).toEqual(['loc', 'msg', 'type']);
    expect(failureTypes).toContain(failure.type);
    expect(['body', 'query', 'path', 'header']).toContain(failure.loc[0]);
    expect(failure.msg).not.toBe('');
  }
}

/** Status and body, without the parts that differ between requests. */
export function plain({ status, body }: Invoked): Pick<Invoked, 'status' | 'body'> {
  const { request_id: _, ...rest } = body;
  return { status, body: rest };
}
