import { randomBytes } from 'node:crypto';
import { countMetric } from '../log/log.ts';
import { Problem, problem } from '../problems/problem.ts';
import { isConditionFailed, isUnavailable, rowBefore } from '../table/faults.ts';
import type { Key } from '../table/key.ts';
import { limitKeys } from '../table/keys/limits.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type CallerKind, type Policy, type PolicyName, policies } from './policies.ts';
import { rateHeaders } from './rate-headers.ts';
import { type RateState, type RateWindow, rateWindow } from './rate-window.ts';

/**
 * Counters of endpoint limits. Each window is a row in the Access table, incremented by one conditional update, so that
 * concurrent requests never exceed the limit. A fault may count a request twice, which admits fewer requests. The one
 * exception is a counter that cannot be reached: then the request passes, and a metric raises an alarm.
 *
 * Needs `UpdateItem` on the Access table, and `BatchGetItem` for `remainingOf`.
 */

/** One counter: a policy, and the subject whose requests it counts. */
export interface Counter {
  readonly policy: PolicyName;
  /**
   * An IP address, e-mail address, session or credential. Any characters are allowed; another spelling is another
   * subject.
   */
  readonly subject: string;
  /** For policies that have a limit for each kind of caller. */
  readonly kind?: CallerKind;
  /** How many are counted; 1 by default. */
  readonly amount?: number;
}

/** What was counted, and where, so that the count can be undone. */
export interface Counted extends RateState {
  readonly key: Key;
  readonly mark: string;
  readonly amount: number;
}

const access = new Table('access');

/**
 * The most counts of a window that can be undone. It limits the size of the row, which records each of them.
 */
const mostUndone = 100;

/**
 * Counts a request, or the number of its items, in all counters or in none.
 *
 * @returns what is left in each counter, without the counters that were unavailable
 * @throws `RATE_LIMIT_EXCEEDED` when a counter is at its limit, with `Retry-After` and `RateLimit` headers
 */
export async function countAgainst(
  tenant: TenantReference,
  counters: readonly Counter[],
  now = Date.now(),
): Promise<Counted[]> {
  const outcomes = await Promise.all(counters.map((counter) => count(windowOf(tenant, counter, now), now)));
  const refused = outcomes.filter((outcome) => outcome?.refused);
  const counted = outcomes.filter((outcome) => outcome !== undefined && !outcome.refused) as Counted[];
  if (refused.length === 0) return counted;
  await undoCounts(counted);
  const left = counted.map((state) => ({ ...state, remaining: state.remaining + state.amount }));
  throw exceeded(refused as RateState[], left);
}

/** For `catch` of {@link countAgainst}: undefined when a limit is reached. */
export function unlessLimited(error: unknown): undefined {
  if (!(error instanceof Problem && error.code === 'RATE_LIMIT_EXCEEDED')) throw error;
}

/**
 * Counts as much of the amount as there is room for.
 *
 * @returns the counted amount, and what can be undone; the whole amount if the counter is unavailable
 */
export async function countUpTo(
  tenant: TenantReference,
  counter: Counter,
  now = Date.now(),
): Promise<{ readonly amount: number; readonly counted: readonly Counted[] }> {
  const { amount = 1 } = counter;
  const all = await count(windowOf(tenant, counter, now), now);
  if (!all?.refused) return { amount, counted: all ? [all] : [] };
  if (all.room === 0) return { amount: 0, counted: [] };
  const some = await count(windowOf(tenant, { ...counter, amount: all.room }, now), now);
  // Concurrent requests have used the room.
  if (some?.refused) return { amount: 0, counted: [] };
  return { amount: all.room, counted: some ? [some] : [] };
}

/** Undoes counts, each at most once. What cannot be undone stays counted. */
export async function undoCounts(counted: readonly Counted[]): Promise<void> {
  await Promise.all(counted.map(undoCount));
}

/** What is left in each counter's present window. */
export async function remainingOf(
  tenant: TenantReference,
  counters: readonly Counter[],
  now = Date.now(),
): Promise<RateState[]> {
  const windows = counters.map((counter) => windowOf(tenant, counter, now));
  const rows = await access.getMany<{ n: number }>(windows.map(({ key }) => key));
  return windows.map((window, i) => stateOf(window, rows[i]?.n ?? 0));
}

interface CountedWindow {
  readonly name: PolicyName;
  readonly limit: number;
  readonly periodSeconds: number;
  readonly window: RateWindow;
  readonly key: Key;
  readonly amount: number;
}

function windowOf(tenant: TenantReference, counter: Counter, now: number): CountedWindow {
  const { policy: name, subject, kind, amount = 1 } = counter;
  const { limit, periodSeconds }: Policy = policies[name];
  const most = typeof limit === 'number' ? limit : kind && limit[kind];
  if (most === undefined) throw new Error(`Policy ${name} has a limit for each kind of caller: say which`);
  const window = rateWindow(tenant + subject, now, periodSeconds);
  const key = limitKeys.window(tenant, name, subject, window.index);
  return { name, limit: most, periodSeconds, window, key, amount };
}

function stateOf({ name, limit, periodSeconds, window }: CountedWindow, counted: number): RateState {
  const { resetsInSeconds } = window;
  return { policy: name, limit, remaining: Math.max(0, limit - counted), resetsInSeconds, periodSeconds };
}

interface Outcome extends Counted {
  readonly refused: boolean;
  /** The amount that could still be counted when it was refused. */
  readonly room: number;
}

/** Undefined when the counter is unavailable; then it is unknown whether the request was counted. */
async function count(counted: CountedWindow, now: number): Promise<Outcome | undefined> {
  const { key, limit, periodSeconds, window, amount } = counted;
  const ttl = Math.ceil(now / 1000) + window.resetsInSeconds + periodSeconds;
  const update = {
    expression: 'SET n = if_not_exists(n, :zero) + :amount, #ttl = :ttl',
    names: { '#ttl': 'ttl' },
    values: { ':zero': 0, ':amount': amount, ':ttl': ttl },
  };
  const mark = `r${randomBytes(6).toString('base64url')}`;
  const room = { expression: 'attribute_not_exists(n) OR n <= :room', values: { ':room': limit - amount } };
  try {
    const { n } = await access.update<{ n: number }>(key, update, room);
    return { ...stateOf(counted, n), key, mark, amount, refused: false, room: 0 };
  } catch (error) {
    if (isConditionFailed(error)) {
      const { n = limit } = (rowBefore(error) ?? {}) as { n?: number };
      return { ...stateOf(counted, limit), key, mark, amount, refused: true, room: Math.max(0, limit - n) };
    }
    if (!isUnavailable(error)) throw error;
    countMetric('RateCounterUnavailable');
    return undefined;
  }
}

/**
 * The mark lets the database refuse to undo a count twice, whether the database client or a caller repeats the request.
 */
async function undoCount({ key, mark, amount }: Counted): Promise<void> {
  const update = {
    expression: 'SET n = n + :less, #mark = :yes ADD givenBack :one',
    names: { '#mark': mark },
    values: { ':less': -amount, ':yes': true, ':one': 1 },
  };
  const once = {
    expression:
      'n >= :amount AND attribute_not_exists(#mark) AND (attribute_not_exists(givenBack) OR givenBack < :most)',
    values: { ':amount': amount, ':most': mostUndone },
  };
  await access.update(key, update, once).catch((error: unknown) => {
    if (!isConditionFailed(error) && !isUnavailable(error)) throw error;
  });
}

/** Names the limit whose window ends last: until then every further try is refused. */
function exceeded(refused: readonly RateState[], left: readonly RateState[]): Problem {
  const [last] = refused.toSorted((a, b) => b.resetsInSeconds - a.resetsInSeconds);
  const { policy, limit, periodSeconds, resetsInSeconds } = last!;
  return problem(
    'RATE_LIMIT_EXCEEDED',
    `Rate limit exceeded. Try again in ${resetsInSeconds} seconds.`,
    { limit, period_seconds: periodSeconds, policy },
    { retryAfterSeconds: resetsInSeconds, headers: rateHeaders([...refused, ...left]) },
  );
}
