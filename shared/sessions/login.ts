import { networkOf } from '../auth/address.ts';
import { hashPassword, isOutdated, shareParameters, verifyPasswords } from '../auth/password.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { type Counter, countAgainst } from '../limits/limiter.ts';
import { anonymous } from '../outbox/event.ts';
import { type Problem, problem } from '../problems/problem.ts';
import { knownNetworkKeys, userKeys } from '../table/keys/users.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { platformReference, platformTenant } from '../tenancy/tenant.ts';
import {
  isSuspended,
  tenantOf,
  type WorkspaceRow,
  workspaceDefaults,
  workspaceSuspended,
} from '../tenancy/workspace-record.ts';
import { recordUserEvent } from '../users/changes.ts';
import { inWorkspace, nobody, recordsOf } from '../users/register.ts';
import { normalEmail } from '../wire/email.ts';
import type { Tokens } from './session.ts';
import { startSession, type Visitor, wrongCredentials } from './start.ts';

/**
 * Sign-in by password. An attempt does not reveal whether an address is known, or in how many workspaces: every attempt
 * makes the same calls in the same order (register, rows, limits, one computed hash, the record of the failure) and gets
 * the same sentence.
 */

export interface LoginRequest {
  readonly email: string;
  readonly password: string;
  /** Id or slug, when the address has records in several workspaces. */
  readonly workspace?: string | undefined;
}

interface Candidate {
  readonly user: UserRow;
  readonly workspace: WorkspaceRow;
  /** Whether this user has recently signed in from the network of the request. */
  readonly known: boolean;
}

/** The records of an address that an attempt may concern. */
interface Found {
  readonly candidates: readonly Candidate[];
  /** The hash of the oldest record, whose salt and cost all records share; undefined where there is only one record. */
  readonly shared: string | undefined;
}

const access = new Table('access');
const main = new Table('main');

/** How long a network stays known after the last sign-in from it. */
const knownNetworkDays = 90;
const millisecondsPerDay = 86_400_000;

async function login(given: LoginRequest, visitor: Visitor): Promise<Tokens> {
  const email = normalEmail(given.email);
  const network = networkOf(visitor.address);
  const { candidates: found, shared } = await readCandidates(email, network, given.workspace);
  const candidates = await countAttempt(email, network, found);
  const hashes = candidates.map(({ user }) => user.passwordHash);
  const matches = await verifyPasswords(hashes, given.password);
  const verified = candidates.filter((_, i) => matches[i]);
  const chosen = verified.filter(({ user, workspace }) => user.status === 'active' && !isSuspended(workspace));
  if (chosen.length > 1) throw severalWorkspaces(chosen);
  const [only] = chosen;
  const refusal = only ? unverified(only) : refusalOf(verified);
  if (refusal) {
    await recordFailure(verified.length > 0 ? verified : candidates, visitor);
    throw refusal;
  }
  const set = await rehashed(only!.user.passwordHash, given.password, shared);
  return await start(only!, set, network, visitor);
}

async function start(
  { user, workspace }: Candidate,
  set: Partial<Pick<UserRow, 'passwordHash'>>,
  network: string,
  visitor: Visitor,
): Promise<Tokens> {
  const remember = (transaction: Transaction) => {
    const expiresAt = Date.now() + knownNetworkDays * millisecondsPerDay;
    const row = { expiresAt, ttl: Math.ceil(expiresAt / 1000) };
    transaction.put(access, knownNetworkKeys.network(workspace.reference, user.id, network), row);
  };
  return await startSession({ workspace, user, set, more: remember }, visitor);
}

/**
 * The new hash of a correct password, if one is due: at the current cost when the address has one record, otherwise
 * with the salt and cost of the oldest record, so that one computation serves all records.
 */
async function rehashed(kept: string, password: string, shared: string | undefined) {
  const isRight = shared === undefined ? !isOutdated(kept) : shareParameters(kept, shared);
  return isRight ? {} : { passwordHash: await hashPassword(password, shared) };
}

async function readCandidates(email: string, network: string, wanted: string | undefined): Promise<Found> {
  const records = await recordsOf(email, wanted);
  const asked = records.length === 0 ? [nobody] : records;
  const [users, networks, workspaces] = await Promise.all([
    access.getMany<UserRow>(asked.map(({ tenant, userId }) => userKeys.user(tenant, userId))),
    access.getMany<{ expiresAt: number }>(
      asked.map(({ tenant, userId }) => knownNetworkKeys.network(tenant, userId, network)),
    ),
    main.getMany<WorkspaceRow>(asked.map(({ tenant }) => workspaceKeys.workspace(tenant))),
  ]);
  const candidates = asked.flatMap((_, i): Candidate[] => {
    const [user, workspace] = [users[i], workspaces[i]];
    if (!user || !workspace || user.status === 'deleted') return [];
    return [{ user, workspace, known: (networks[i]?.expiresAt ?? 0) > Date.now() }];
  });
  const shared = records.length > 1 ? candidates[0]?.user.passwordHash : undefined;
  return { candidates: inWorkspace(candidates, wanted), shared };
}

/**
 * Every attempt counts in two counters: one of its address, and one of its address and network. When guesses have used
 * up the first, the second still admits users who have signed in from this network before, and only those. Guesses from
 * elsewhere therefore do not lock the owner out, and creating a user with the same address in another workspace does
 * not give more guesses. Whether an attempt is refused does not depend on records that the caller does not know.
 *
 * @returns the candidates whose password may be tried
 */
async function countAttempt(
  email: string,
  network: string,
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const here: readonly Counter[] = [
    { policy: 'login', subject: network },
    { policy: 'login-network', subject: `${email} ${network}` },
  ];
  try {
    await countAgainst(platformReference, [...here, { policy: 'login-email', subject: email }]);
    return candidates;
  } catch (refusal) {
    const known = candidates.filter((candidate) => candidate.known);
    if (known.length === 0) throw refusal;
    await countAgainst(platformReference, here);
    return known;
  }
}

/**
 * Records the failure in the audit log of each workspace that it may concern; in the platform's own log if there is
 * none.
 */
async function recordFailure(candidates: readonly Candidate[], { id, address }: Visitor): Promise<void> {
  const facts = { principal: anonymous, address, requestId: id };
  const logs = candidates.map(({ user, workspace }) => ({ tenant: tenantOf(workspace), userId: user.id }));
  if (logs.length === 0) logs.push({ tenant: platformTenant, userId: nobody.userId });
  // In parallel, not in one transaction: the time of a transaction would grow with the number of workspaces.
  await Promise.all(
    logs.map(async ({ tenant, userId }) => {
      const transaction = new Transaction();
      recordUserEvent(transaction, { tenant, ...facts }, userId, 'auth.login_failed');
      await transaction.commit();
    }),
  );
}

function severalWorkspaces(matches: readonly Candidate[]) {
  const workspaces = matches
    .map(({ workspace: { id, slug, name } }) => ({ id, slug, name }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const detail = 'This sign-in matches several workspaces; say which with "workspace", an id or a slug.';
  return problem('WORKSPACE_REQUIRED', detail, { workspaces });
}

/** @param verified candidates whose password was correct; none of them may sign in */
function refusalOf(verified: readonly Candidate[]): Problem {
  if (verified.length === 0) return wrongCredentials();
  const suspended = verified.some(({ user, workspace }) => user.status === 'active' && isSuspended(workspace));
  const disabled = 'This user is disabled; ask an admin of the workspace.';
  return problem('USER_DISABLED', suspended ? workspaceSuspended : disabled);
}

function unverified({ user, workspace }: Candidate): Problem | undefined {
  if (user.emailVerified) return undefined;
  if (!(workspace.requireEmailVerification ?? workspaceDefaults.requireEmailVerification)) return undefined;
  const detail =
    'This workspace requires a verified e-mail address: follow the verification mail, or ask for another one.';
  return problem('EMAIL_NOT_VERIFIED', detail);
}

export const startSessions = defineCapability({
  tables: {
    access: ['Query', 'BatchGetItem', 'UpdateItem', 'PutItem'],
    main: ['BatchGetItem', 'PutItem'],
  },
  signs: true,
  open: () => ({ login }),
});
