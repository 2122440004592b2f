import type { ProblemCode } from '../problems/catalogue.ts';
import { Problem, problem, statusOf } from '../problems/problem.ts';
import { isRace, isUnavailable } from '../table/faults.ts';
import { isListAnswer } from './answer.ts';
import type { Route } from './route.ts';

const everywhere: readonly ProblemCode[] = [
  'NOT_ACCEPTABLE',
  'VALIDATION_ERROR', // for parameters that the route does not know
  'INTERNAL_ERROR',
  'SERVICE_UNAVAILABLE',
  'TIMEOUT',
];
const withCredential: readonly ProblemCode[] = [
  'UNAUTHENTICATED',
  'CREDENTIALS_CONFLICT',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'TOKEN_REVOKED',
  'KEY_INVALID',
  'KEY_EXPIRED',
  'KEY_REVOKED',
  'SCOPE_MISSING',
  'IP_NOT_ALLOWED',
  'RATE_LIMIT_EXCEEDED',
];
const withBody: readonly ProblemCode[] = ['MALFORMED_JSON', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];
const withIdempotency: readonly ProblemCode[] = ['IDEMPOTENCY_IN_PROGRESS', 'IDEMPOTENCY_KEY_REUSED'];

/** Every problem with which a route may answer: those that it declares, and those that its declaration implies. */
export function problemsOf(route: Route): ReadonlySet<ProblemCode> {
  return new Set<ProblemCode>([
    ...route.problems,
    ...everywhere,
    ...(route.scope === 'public' ? [] : withCredential),
    ...(route.scope === 'session' ? (['FORBIDDEN'] as const) : []),
    ...(route.feature ? (['FEATURE_NOT_ENABLED'] as const) : []),
    ...(route.body || route.form ? withBody : []),
    ...(route.batch ? (['BATCH_TOO_LARGE'] as const) : []),
    ...(Object.values(route.success).some(isListAnswer) ? (['CURSOR_INVALID', 'OFFSET_TOO_LARGE'] as const) : []),
    ...(route.idempotent ? withIdempotency : []),
    ...(route.idempotent === 'secret' ? (['SECRET_SHOWN_ONCE'] as const) : []),
  ]);
}

/** Whether a route honours `If-Match`. */
export const isConditional = ({ problems }: Pick<Route, 'problems'>): boolean =>
  problems.includes('PRECONDITION_FAILED');

/** The statuses with which a route answers a code. An `If-Match` that cannot be parsed always answers 400. */
export function statusesOf(code: ProblemCode, route: Route): readonly number[] {
  const status = statusOf(code, route);
  return code === 'VALIDATION_ERROR' && isConditional(route) ? [...new Set([status, 400])] : [status];
}

/**
 * Any thrown value as a problem. A value that is not a problem is an outage or an error of ours, whose details are
 * hidden.
 */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error) || isRace(error)) {
    const detail = 'The database did not answer in time. Try again.';
    return problem('SERVICE_UNAVAILABLE', detail, { dependency: 'database' }, { retryAfterSeconds: 1, cause: error });
  }
  return problem(
    'INTERNAL_ERROR',
    'Something went wrong on our side. Quote the request id when you report it.',
    undefined,
    {
      cause: error,
    },
  );
}

export const timedOut = () => problem('TIMEOUT', 'The request took longer than its time budget. Try again.');
