import { defineCapability } from '../capability/capability.ts';
import type { Route, RouteScope } from '../http/route.ts';
import { type Problem, problem } from '../problems/problem.ts';
import { isConditionFailed, isUnavailable, rowBefore } from '../table/faults.ts';
import { mainKeys } from '../table/keys.ts';
import { retryingRaces } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import type { Caller } from './caller.ts';
import type { Claim } from './claim.ts';
import { type Credential, credentialOf, unknownKey } from './credential.ts';
import {
  monthAttribute,
  pastWindows,
  type RateState,
  type RateWindow,
  rateWindow,
  windowSeconds,
} from './rate-window.ts';
import { invalid } from './tokens.ts';

/**
 * One resolver for every route: from the headers of a request to the caller, its scope checked and its request counted.
 */

export interface Accepted {
  readonly caller: Caller;
  readonly rate: RateState;
  /** The credential is right but may not do this, or not now. */
  readonly refusal: Problem | undefined;
  /** The request was let through uncounted, because the counter was unavailable. */
  readonly uncounted: boolean;
  /** Clean-up that nobody waits for, but that must end before the process may freeze. */
  readonly housekeeping: Promise<unknown>;
}

interface RequestFacts {
  readonly id: string;
  readonly address: string;
}

class Credentials {
  readonly #access = new Table('access');
  readonly #main = new Table('main');

  /**
   * Accepts a claim, or throws 401. One wave: the credential's row is read and the request counted in one conditional
   * update, the workspace is read beside it.
   */
  async accept(claim: Claim, { scope }: Pick<Route, 'scope'>, request: RequestFacts): Promise<Accepted> {
    const now = Date.now();
    const credential = credentialOf(claim, request.address);
    const window = rateWindow(credential.subject, now);
    const [counted, workspace] = await Promise.all([
      this.#count(credential, window, now),
      this.#main.get<WorkspaceRow>(mainKeys.workspace(claim.tenant)),
    ]);
    const { outcome } = counted;
    const row = credential.require(counted.row, now);
    if (!workspace) throw claim.key ? unknownKey() : invalid();
    const limit = credential.limitOf(row);
    const used = Number(row[window.attribute] ?? 0);
    const caller = {
      tenant: tenantOf(workspace),
      workspace,
      ...credential.identify(row),
      address: request.address,
      requestId: request.id,
    };
    const overLimit = outcome === 'refused' ? rateLimitExceeded(limit, window) : undefined;
    return {
      caller,
      rate: {
        policy: 'tier',
        limit,
        remaining: Math.max(0, limit - used),
        resetsInSeconds: window.resetsInSeconds,
        periodSeconds: windowSeconds,
      },
      refusal: credential.refuseAddress(row, request.address) ?? notAllowed(caller, scope) ?? overLimit,
      uncounted: outcome === 'uncounted',
      housekeeping: outcome === 'counted' ? this.#sweep(credential, row, window) : Promise.resolve(),
    };
  }

  async #count({ at, living, limitOperand, trace }: Credential, window: RateWindow, now: number) {
    try {
      const update = {
        expression: `SET #n = if_not_exists(#n, :zero) + :one, #m = if_not_exists(#m, :zero) + :one, ${trace.expression}`,
        names: { '#n': window.attribute, '#m': monthAttribute(now), ...trace.names },
        values: { ':zero': 0, ':one': 1, ':now': now, ...trace.values },
      };
      const room = `(attribute_not_exists(#n) OR #n < ${limitOperand})`;
      const condition = { ...living, expression: `${living.expression} AND ${room}` };
      // A transaction that changes this very row at this moment refuses any other write to it.
      const row = await retryingRaces(() => this.#access.update<Row>(at, update, condition));
      return { row, outcome: 'counted' as const };
    } catch (error) {
      if (isConditionFailed(error)) {
        return { row: rowBefore(error) ?? (await this.#access.get(at)), outcome: 'refused' as const };
      }
      if (!isUnavailable(error)) throw error;
      return { row: await this.#access.get(at), outcome: 'uncounted' as const };
    }
  }

  /** Removes counters of past windows: at most once a window, and a failure is left to the next one. */
  async #sweep({ at }: Credential, row: Row, window: RateWindow): Promise<void> {
    const past = pastWindows(row, window);
    if (past.length === 0) return;
    const names = Object.fromEntries(past.map((name, i) => [`#p${i}`, name]));
    const remove = { expression: `REMOVE ${Object.keys(names).join(', ')}`, names };
    await this.#access.update(at, remove, { expression: 'attribute_exists(pk)' }).catch(() => undefined);
  }
}

function notAllowed({ user, scopes }: Caller, scope: RouteScope): Problem | undefined {
  if (scope === 'any' || scope === 'public') return undefined;
  if (scope === 'session') {
    return user ? undefined : problem('FORBIDDEN', 'Only a signed-in user may do this: send an access token.');
  }
  if (scopes.has(scope)) return undefined;
  const whose = user ? `The role "${user.role}"` : 'The API key';
  return problem('SCOPE_MISSING', `${whose} lacks the scope "${scope}".`, { required_scope: scope });
}

function rateLimitExceeded(limit: number, window: RateWindow): Problem {
  return problem(
    'RATE_LIMIT_EXCEEDED',
    `Rate limit exceeded. Try again in ${window.resetsInSeconds} seconds.`,
    { limit, period_seconds: windowSeconds, policy: 'tier' },
    { retryAfterSeconds: window.resetsInSeconds },
  );
}

/** Held by every route that is not public. */
export const credentials = defineCapability({
  tables: { access: ['UpdateItem', 'GetItem'], main: ['GetItem'] },
  settings: ['TOKEN_KEYS', 'TOKEN_ISSUER'],
  open: () => new Credentials(),
});
