import type { ProblemCode } from '../problems/catalogue.ts';
import { Problem, problem, statusOf } from '../problems/problem.ts';
import { isRace, isUnavailable } from '../table/faults.ts';
import { isListAnswer } from './answer.ts';
import type { Route } from './route.ts';

const everywhere: readonly ProblemCode[] = [
  'NOT_ACCEPTABLE',
  'VALIDATION_ERROR', // of a parameter that the route does not know
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

/** Every problem a route may answer with: its own, and those that its declaration implies. */
export function problemsOf(route: Route): ReadonlySet<ProblemCode> {
  return new Set<ProblemCode>([
    ...route.problems,
    ...everywhere,
    ...(route.scope === 'public' ? [] : withCredential),
    ...(route.scope === 'session' ? (['FORBIDDEN'] as const) : []),
    ...(route.feature ? (['FEATURE_NOT_ENABLED'] as const) : []),
    ...(route.body ? withBody : []),
    ...(route.batch ? (['BATCH_TOO_LARGE'] as const) : []),
    ...(Object.values(route.success).some(isListAnswer) ? (['CURSOR_INVALID', 'OFFSET_TOO_LARGE'] as const) : []),
    ...(route.idempotent ? withIdempotency : []),
    ...(route.idempotent === 'secret' ? (['SECRET_SHOWN_ONCE'] as const) : []),
  ]);
}

/** Whether a route does what it does only at the version that the caller names, if any. */
export const isConditional = ({ problems }: Pick<Route, 'problems'>): boolean =>
  problems.includes('PRECONDITION_FAILED');

/** The statuses with which a route answers a code: a header that cannot be understood is no failed field. */
export function statusesOf(code: ProblemCode, route: Route): readonly number[] {
  const status = statusOf(code, route);
  return code === 'VALIDATION_ERROR' && isConditional(route) ? [...new Set([status, 400])] : [status];
}

/** Whatever was thrown, as a problem; what is not one already is an outage or our own error, and is not told. */
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
