import { defineCapability } from '../capability/capability.ts';
import type { RouteScope } from '../http/route.ts';
import { printInstant } from '../http/schema.ts';
import { type Problem, problem } from '../problems/problem.ts';
import { isConditionFailed, isUnavailable, rowBefore } from '../table/faults.ts';
import { accessKeys, mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { isAddressAllowed } from './address.ts';
import { looksLikeApiKey, type ParsedKey, parseApiKey } from './api-key.ts';
import type { Caller } from './caller.ts';
import { effectiveScopes, type KeyRow, keyStatus } from './key-record.ts';
import { pastWindows, type RateState, type RateWindow, rateWindow, windowSeconds } from './rate-window.ts';

/**
 * One resolver for every route: from the headers of a request to the caller, its scope checked and its request counted.
 */

/** What the headers claim, before any read. The tenant may be used for reads whose result a refusal drops. */
export interface Claim {
  readonly tenant: TenantReference;
  readonly key: ParsedKey;
}

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

type Headers = Readonly<Record<string, string | undefined>>;

/** Reads the credential from `X-API-Key` or `Authorization: Bearer`; no database is asked. */
export function readClaim(headers: Headers): Claim {
  const [scheme = '', ...rest] = (headers.authorization ?? '').trim().split(/\s+/);
  const bearer = scheme.toLowerCase() === 'bearer' ? rest.join(' ') : undefined;
  const named = headers['x-api-key']?.trim();
  if (named && bearer && named !== bearer) {
    throw problem('CREDENTIALS_CONFLICT', 'X-API-Key and Authorization carry different credentials; send one.');
  }
  const credential = named || bearer;
  if (!credential) {
    throw problem('UNAUTHENTICATED', 'Send an API key as "X-API-Key: <key>" or "Authorization: Bearer <key>".');
  }
  // Tokens (JWT) are recognised here too; until sign-in exists nothing but an API key can be valid.
  if (!looksLikeApiKey(credential))
    throw problem('TOKEN_INVALID', 'The credential is neither an API key nor a valid token.');
  const key = parseApiKey(credential);
  if (!key) throw problem('KEY_INVALID', 'The API key is mistyped: its form or its checksum is wrong.');
  return { tenant: key.tenant, key };
}

class Credentials {
  readonly #access = new Table('access');
  readonly #main = new Table('main');

  /**
   * Accepts a claim, or throws 401. One wave: the key's row is read and the request counted in one conditional update,
   * the workspace is read beside it.
   */
  async accept(claim: Claim, scope: RouteScope, request: RequestFacts): Promise<Accepted> {
    const now = Date.now();
    const window = rateWindow(claim.key.keyId, now);
    const [counted, workspace] = await Promise.all([
      this.#count(claim.key, window, now, request.address),
      this.#main.get<WorkspaceRow>(mainKeys.workspace(claim.tenant)),
    ]);
    const row = counted.row;
    if (!row || row.secretHash !== claim.key.secretHash || !workspace) {
      throw problem('KEY_INVALID', 'The API key is unknown or its secret is wrong.');
    }
    requireLiving(row, now);
    const used = Number((row as unknown as Record<string, unknown>)[window.attribute] ?? 0);
    const overLimit = counted.outcome === 'refused' ? rateLimitExceeded(row.rateLimit, window) : undefined;
    return {
      caller: {
        tenant: tenantOf(workspace),
        workspace,
        user: undefined,
        principal: `key_${row.keyId}`,
        scopes: new Set(effectiveScopes(row)),
        address: request.address,
        requestId: request.id,
      },
      rate: {
        policy: 'tier',
        limit: row.rateLimit,
        remaining: Math.max(0, row.rateLimit - used),
        resetsInSeconds: window.resetsInSeconds,
      },
      refusal: notAllowed(row, scope, request.address) ?? overLimit,
      uncounted: counted.outcome === 'uncounted',
      housekeeping: counted.outcome === 'counted' ? this.#sweep(claim.key, row, window) : Promise.resolve(),
    };
  }

  async #count(key: ParsedKey, window: RateWindow, now: number, address: string) {
    const at = accessKeys.apiKey(key.tenant, key.keyId);
    try {
      const row = await this.#access.update<KeyRow>(
        at,
        {
          expression: 'SET #n = if_not_exists(#n, :zero) + :one, lastUsedAt = :now, lastUsedAddress = :address',
          names: { '#n': window.attribute },
          values: { ':zero': 0, ':one': 1, ':now': now, ':address': address },
        },
        {
          expression:
            'secretHash = :hash AND attribute_not_exists(revokedAt) AND (attribute_not_exists(expiresAt) OR expiresAt > :now)' +
            ' AND (attribute_not_exists(#n) OR #n < rateLimit)',
          values: { ':hash': key.secretHash },
        },
      );
      return { row, outcome: 'counted' as const };
    } catch (error) {
      if (isConditionFailed(error)) {
        const row = (rowBefore(error) ?? (await this.#access.get(at))) as KeyRow | undefined;
        return { row, outcome: 'refused' as const };
      }
      if (!isUnavailable(error)) throw error;
      return { row: await this.#access.get<KeyRow>(at), outcome: 'uncounted' as const };
    }
  }

  /** Removes counters of past windows: at most once a window, and a failure is left to the next one. */
  async #sweep(key: ParsedKey, row: KeyRow, window: RateWindow): Promise<void> {
    const past = pastWindows(row as unknown as Record<string, unknown>, window);
    if (past.length === 0) return;
    const names = Object.fromEntries(past.map((name, i) => [`#p${i}`, name]));
    const remove = { expression: `REMOVE ${Object.keys(names).join(', ')}`, names };
    const at = accessKeys.apiKey(key.tenant, key.keyId);
    await this.#access.update(at, remove, { expression: 'attribute_exists(pk)' }).catch(() => undefined);
  }
}

function requireLiving(row: KeyRow, now: number): void {
  const status = keyStatus(row, now);
  if (status === 'revoked') {
    throw problem('KEY_REVOKED', 'The API key was revoked.', { revoked_at: printInstant(row.revokedAt!) });
  }
  if (status === 'expired') {
    throw problem('KEY_EXPIRED', 'The API key has expired.', { expired_at: printInstant(row.expiresAt!) });
  }
}

function notAllowed(row: KeyRow, scope: RouteScope, address: string): Problem | undefined {
  if (!isAddressAllowed(address, row.cidrs)) {
    return problem('IP_NOT_ALLOWED', `The API key may not be used from ${address}.`);
  }
  if (scope === 'session') return problem('FORBIDDEN', 'Only a signed-in user may do this: send an access token.');
  if (scope === 'any' || scope === 'public' || effectiveScopes(row).includes(scope)) return undefined;
  return problem('SCOPE_MISSING', `The API key lacks the scope "${scope}".`, { required_scope: scope });
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
  open: () => new Credentials(),
});
