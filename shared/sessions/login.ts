import { networkOf } from '../auth/address.ts';
import { hashPassword, verifyPassword } from '../auth/password.ts';
import { signTokens, type TokenSigner } from '../auth/token-signer.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { countAgainst } from '../limits/limiter.ts';
import { type Problem, problem } from '../problems/problem.ts';
import { accessKeys, mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { platformReference, platformTenant } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow, workspaceDefaults } from '../tenancy/workspace-record.ts';
import { recordUserEvent } from '../users/changes.ts';
import { inWorkspace, type RegisterRow, recordsOf } from '../users/register.ts';
import { normalEmail } from '../wire/email.ts';
import type { Tokens } from './session.ts';
import { startSession, type Visitor, wrongCredentials } from './start.ts';

/**
 * Sign-in by password. Whoever asks learns nothing about whether an address is known: every attempt makes the same calls
 * in the same order (register, rows, limits, one password comparison at least, one record of the failure) and is told
 * the same sentence.
 */

export interface LoginRequest {
  readonly email: string;
  readonly password: string;
  /** Id or slug, where the address has records in several workspaces. */
  readonly workspace?: string | undefined;
}

interface Candidate {
  readonly user: UserRow;
  readonly workspace: WorkspaceRow;
  /** Whether this user has signed in from the network of the request lately. */
  readonly known: boolean;
}

interface Verified extends Candidate {
  readonly rehash: boolean;
}

const access = new Table('access');
const main = new Table('main');

/** A network is told apart so long, from the last sign-in there. */
const knownNetworkDays = 90;
const millisecondsPerDay = 86_400_000;

class Login {
  readonly #signer: TokenSigner = signTokens.open();

  async login(given: LoginRequest, visitor: Visitor): Promise<Tokens> {
    const email = normalEmail(given.email);
    const network = networkOf(visitor.address);
    const found = await readCandidates(email, network, given.workspace);
    const candidates = await countAttempt(email, network, found);
    const verified = await verifyAll(candidates, given.password);
    const chosen = verified.filter(({ user }) => user.status === 'active');
    if (chosen.length > 1) throw severalWorkspaces(chosen);
    const [only] = chosen;
    const refusal = only ? unverified(only) : refusalOf(verified);
    if (refusal) {
      await recordFailure(verified.length > 0 ? verified : candidates, visitor);
      throw refusal;
    }
    return await this.#start(only!, given.password, network, visitor);
  }

  async #start(
    { user, workspace, rehash }: Verified,
    password: string,
    network: string,
    visitor: Visitor,
  ): Promise<Tokens> {
    const set = rehash ? { passwordHash: await hashPassword(password) } : {};
    const remember = (transaction: Transaction) => {
      const expiresAt = Date.now() + knownNetworkDays * millisecondsPerDay;
      const row = { expiresAt, ttl: Math.ceil(expiresAt / 1000) };
      transaction.put(access, accessKeys.knownNetwork(workspace.reference, user.id, network), row);
    };
    return await startSession(this.#signer, { workspace, user, set, more: remember }, visitor);
  }
}

/** Read where nobody is known too, so that both take the same calls. */
const nobody: RegisterRow = { userId: '00000000-0000-7000-8000-000000000000', tenant: platformReference };

async function readCandidates(email: string, network: string, wanted: string | undefined): Promise<Candidate[]> {
  const records = await recordsOf(email, wanted);
  const asked = records.length === 0 ? [nobody] : records;
  const [users, networks, workspaces] = await Promise.all([
    access.getMany<UserRow>(asked.map(({ tenant, userId }) => accessKeys.user(tenant, userId))),
    access.getMany<{ expiresAt: number }>(
      asked.map(({ tenant, userId }) => accessKeys.knownNetwork(tenant, userId, network)),
    ),
    main.getMany<WorkspaceRow>(asked.map(({ tenant }) => mainKeys.workspace(tenant))),
  ]);
  const candidates = asked.flatMap((_, i): Candidate[] => {
    const [user, workspace] = [users[i], workspaces[i]];
    if (!user || !workspace || user.status === 'deleted') return [];
    return [{ user, workspace, known: (networks[i]?.expiresAt ?? 0) > Date.now() }];
  });
  return inWorkspace(candidates, wanted);
}

/**
 * Guesses from anywhere share one counter of the address; a network from which a user has signed in has a counter of its
 * own, which counts for that user alone. So whoever guesses cannot use up the attempts of the owner, nor get any by
 * making a user of the same address elsewhere.
 *
 * @returns those whose password may be tried
 */
async function countAttempt(
  email: string,
  network: string,
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const count = (subject: string) =>
    countAgainst(platformReference, [
      { policy: 'login', subject: network },
      { policy: 'login-email', subject },
    ]);
  const known = candidates.filter((candidate) => candidate.known);
  if (known.length < candidates.length || known.length === 0) {
    const refused = await count(email).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (!refused) return candidates;
    if (known.length === 0) throw refused.error;
  }
  await count(`${email} ${network}`);
  return known;
}

/** Those whose password it is. At least one comparison is made, whoever there is. */
async function verifyAll(candidates: readonly Candidate[], password: string): Promise<Verified[]> {
  if (candidates.length === 0) await verifyPassword(undefined, password);
  const verified: Verified[] = [];
  for (const candidate of candidates) {
    const { matches, rehash } = await verifyPassword(candidate.user.passwordHash, password);
    if (matches) verified.push({ ...candidate, rehash });
  }
  return verified;
}

/** In the log of each workspace whose user it might have been; in the platform's own where it was nobody's. */
async function recordFailure(candidates: readonly Candidate[], { id, address }: Visitor): Promise<void> {
  const transaction = new Transaction();
  const facts = { principal: 'anonymous', address, requestId: id };
  for (const { user, workspace } of candidates) {
    recordUserEvent(transaction, { tenant: tenantOf(workspace), ...facts }, user.id, 'auth.login_failed');
  }
  if (candidates.length === 0)
    recordUserEvent(transaction, { tenant: platformTenant, ...facts }, nobody.userId, 'auth.login_failed');
  await transaction.commit();
}

function severalWorkspaces(matches: readonly Candidate[]) {
  const workspaces = matches
    .map(({ workspace: { id, slug, name } }) => ({ id, slug, name }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const detail = 'This sign-in matches several workspaces; say which with "workspace", an id or a slug.';
  return problem('WORKSPACE_REQUIRED', detail, { workspaces });
}

/** @param verified those whose password it is, of whom none is active */
function refusalOf(verified: readonly Candidate[]): Problem {
  if (verified.length === 0) return wrongCredentials();
  return problem('USER_DISABLED', 'This user is disabled; ask an admin of the workspace.');
}

function unverified({ user, workspace }: Candidate): Problem | undefined {
  if (user.emailVerified) return undefined;
  if (!(workspace.requireEmailVerification ?? workspaceDefaults.requireEmailVerification)) return undefined;
  const detail = 'This workspace asks for a verified e-mail address: do as the mail says, or ask for another one.';
  return problem('EMAIL_NOT_VERIFIED', detail);
}

export const login = defineCapability({
  tables: {
    access: ['Query', 'BatchGetItem', 'UpdateItem', 'PutItem'],
    main: ['BatchGetItem', 'PutItem'],
  },
  signs: true,
  open: () => new Login(),
});
