import { defineCapability } from '../capability/capability.ts';
import { countEndpoint, isShared, type Limited, notLimited } from '../limits/endpoint-limit.ts';
import { undoCounts } from '../limits/limiter.ts';
import { type PolicyName, policies } from '../limits/policies.ts';
import { type RateState, type RateWindow, rateWindow, windowSeconds } from '../limits/rate-window.ts';
import { type Problem, problem } from '../problems/problem.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { type Row, Table } from '../table/table.ts';
import { featureNotEnabled } from '../tenancy/feature.ts';
import type { Feature } from '../tenancy/plans.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { isSuspended, tenantOf, type WorkspaceRow, workspaceSuspended } from '../tenancy/workspace-record.ts';
import { printInstant } from '../wire/schema.ts';
import type { Caller } from './caller.ts';
import type { Claim } from './claim.ts';
import { type Credential, credentialOf, unknownKey, type Witnesses } from './credential.ts';
import { countRequest, sweepCounters } from './request-count.ts';
import type { RouteScope } from './scopes.ts';
import { invalid } from './tokens.ts';

/**
 * One resolver for every route: from the headers of a request to the caller, its scope checked and its request counted.
 */

export interface Accepted {
  readonly caller: Caller;
  /** What is left of the endpoint's limit, if it has one, and of the credential's own rate. */
  readonly rates: readonly RateState[];
  /** Why a valid credential may not do this, or not now. */
  readonly refusal: Problem | undefined;
  /** True when the request was let through without being counted, because the counter was unavailable. */
  readonly uncounted: boolean;
  /** Clean-up that the answer does not wait for. It must end before the process may freeze. */
  readonly housekeeping: Promise<unknown>;
}

/** What a route requires of its callers. */
export interface AccessRule {
  readonly scope: RouteScope;
  readonly feature?: Feature;
  readonly limit?: PolicyName;
}

interface RequestFacts {
  readonly id: string;
  readonly address: string;
}

const [main, access] = [new Table('main'), new Table('access')];

/**
 * Accepts a claim, or throws 401. These calls run in parallel: a conditional update reads the credential's row and counts
 * the request, the workspace is read, the endpoint's limit of this credential is counted, and a phone's user and device
 * are read. A limit that a workspace shares is counted afterwards, and only for requests that are allowed so far.
 */
async function accept(claim: Claim, route: AccessRule, request: RequestFacts): Promise<Accepted> {
  const now = Date.now();
  const credential = credentialOf(claim, request.address);
  const window = rateWindow(credential.subject, now);
  const { limit } = route;
  const tier = !limit || policies[limit].countsTowardTier;
  const own = limit && !isShared(limit);
  const [{ row: found, outcome }, workspace, ownCount, witnesses] = await Promise.all([
    countRequest(credential, window, now, tier),
    main.get<WorkspaceRow>(workspaceKeys.workspace(claim.tenant)),
    own ? countEndpoint(claim.tenant, limitedOf(claim), limit) : notLimited,
    witnessesOf(credential),
  ]);
  const bearer = bearerOf(claim, credential, { row: found, workspace, witnesses }, now);
  if ('refusal' in bearer) {
    await undoCounts(ownCount.counted);
    throw bearer.refusal;
  }
  const { row } = bearer;
  const { address, id: requestId } = request;
  const tenant = tenantOf(bearer.workspace);
  const caller = { tenant, workspace: bearer.workspace, ...credential.identify(row, witnesses), address, requestId };
  const overLimit = tier && outcome === 'refused' ? rateLimitExceeded(credential.limitOf(row), window) : undefined;
  if (overLimit) await undoCounts(ownCount.counted);
  const refusal =
    credential.refuseAddress(row, address) ??
    notAllowed(caller, route.scope) ??
    notEnabled(tenant, route.feature) ??
    ownCount.refusal ??
    overLimit;
  const shared = limit && !own && !refusal ? await countEndpoint(claim.tenant, limitedOf(claim), limit) : notLimited;
  return {
    caller,
    rates: [...ownCount.counted, ...shared.counted, tierState(credential, row, window)],
    refusal: refusal ?? shared.refusal,
    uncounted: outcome === 'uncounted',
    housekeeping: outcome === 'counted' ? sweepCounters(credential, row, window) : Promise.resolve(),
  };
}

async function witnessesOf({ witnesses }: Credential): Promise<Witnesses> {
  if (!witnesses) return {};
  const [ofAccess, ofMain] = await Promise.all([access.get(witnesses.access), main.get(witnesses.main)]);
  return { access: ofAccess, main: ofMain };
}

interface Found {
  readonly row: Row | undefined;
  readonly workspace: WorkspaceRow | undefined;
  readonly witnesses: Witnesses;
}

/** The rows that confirm the credential, or why they do not. */
function bearerOf(
  claim: Claim,
  credential: Credential,
  { row, workspace, witnesses }: Found,
  now: number,
): { readonly row: Row; readonly workspace: WorkspaceRow } | { readonly refusal: unknown } {
  try {
    const good = credential.require(row, now, witnesses);
    if (!workspace) throw claim.key ? unknownKey() : invalid();
    if (isSuspended(workspace)) throw suspended(claim, workspace);
    return { row: good, workspace };
  } catch (refusal) {
    return { refusal };
  }
}

/** Only for credentials that are otherwise valid, so that nobody else learns about the suspension. */
function suspended({ key }: Claim, { suspendedAt }: WorkspaceRow): Problem {
  return key
    ? problem('KEY_REVOKED', workspaceSuspended, { revoked_at: printInstant(suspendedAt!) })
    : problem('TOKEN_REVOKED', workspaceSuspended);
}

function limitedOf({ key, token, phone }: Claim): Limited {
  if (key) return { kind: 'key', principal: `key_${key.keyId}`, secretHash: key.secretHash };
  return { kind: 'user', principal: token ? `user_${token.sub}` : `device_${phone!.did}` };
}

function tierState(credential: Credential, row: Row, window: RateWindow): RateState {
  const limit = credential.limitOf(row);
  const remaining = Math.max(0, limit - Number(row[window.attribute] ?? 0));
  return { policy: 'tier', limit, remaining, resetsInSeconds: window.resetsInSeconds, periodSeconds: windowSeconds };
}

function notAllowed({ user, phone, scopes }: Caller, scope: RouteScope): Problem | undefined {
  if (scope === 'any' || scope === 'public') return undefined;
  if (scope === 'session') {
    return user ? undefined : problem('FORBIDDEN', 'Only a signed-in user may do this: send an access token.');
  }
  if (scopes.has(scope)) return undefined;
  const whose = user ? `The role "${user.role}"` : phone ? 'A device token' : 'The API key';
  return problem('SCOPE_MISSING', `${whose} lacks the scope "${scope}".`, { required_scope: scope });
}

function notEnabled({ features }: Tenant, feature: Feature | undefined): Problem | undefined {
  return feature && !features.includes(feature) ? featureNotEnabled(feature) : undefined;
}

function rateLimitExceeded(limit: number, window: RateWindow): Problem {
  return problem(
    'RATE_LIMIT_EXCEEDED',
    `Rate limit exceeded. Try again in ${window.resetsInSeconds} seconds.`,
    { limit, period_seconds: windowSeconds, policy: 'tier' },
    { retryAfterSeconds: window.resetsInSeconds },
  );
}

/** Every route that is not public uses it. */
export const credentials = defineCapability({
  tables: { access: ['UpdateItem', 'GetItem'], main: ['GetItem'] },
  settings: ['TOKEN_KEYS', 'TOKEN_ISSUER'],
  open: () => ({ accept }),
});
