import { networkOf } from '../auth/address.ts';
import { hashPassword, verifyPassword } from '../auth/password.ts';
import { signTokens, type TokenSigner } from '../auth/token-signer.ts';
import { defineCapability } from '../capability/capability.ts';
import { countAgainst } from '../limits/limiter.ts';
import { problem } from '../problems/problem.ts';
import { accessKeys, mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { platformReference, platformTenant } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow, workspaceDefaults } from '../tenancy/workspace-record.ts';
import { recordUserEvent } from '../users/changes.ts';
import { normalEmail } from '../users/email.ts';
import type { RegisterRow } from '../users/register.ts';
import type { UserRow } from '../users/user-record.ts';
import type { Tokens } from './session.ts';
import { startSession, type Visitor, wrongCredentials } from './start.ts';

/**
 * Sign-in by password. Whoever asks learns nothing about whether an address is known: every attempt makes the same calls
 * in the same order (register and limits, rows, one password comparison at least, one record of the failure) and is told
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
}

interface Verified extends Candidate {
  readonly rehash: boolean;
}

const access = new Table('access');
const main = new Table('main');

/** A network that signed in once is told apart so long, from its last sign-in. */
const knownNetworkDays = 90;
const millisecondsPerDay = 86_400_000;

class Login {
  readonly #signer: TokenSigner = signTokens.open();

  async login(given: LoginRequest, visitor: Visitor): Promise<Tokens> {
    const email = normalEmail(given.email);
    const network = networkOf(visitor.address);
    const entries = await readRegister(email, network, Date.now());
    const [candidates] = await Promise.all([
      readCandidates(entries.records, given.workspace),
      countAttempt(email, network, entries.known),
    ]);
    const verified = await verifyAll(candidates, given.password);
    const chosen = verified.filter(({ user }) => user.status === 'active');
    if (verified.length === 0) {
      await recordFailure(candidates, visitor);
      throw wrongCredentials();
    }
    if (chosen.length > 1) throw severalWorkspaces(chosen);
    const [only] = chosen;
    if (!only) throw problem('USER_DISABLED', 'This user is disabled; ask an admin of the workspace.');
    requireVerified(only);
    return await this.#start(only, given.password, { email, network, known: entries.known }, visitor);
  }

  async #start(
    { user, workspace, rehash }: Verified,
    password: string,
    { email, network, known }: { email: string; network: string; known: boolean },
    visitor: Visitor,
  ): Promise<Tokens> {
    const set = rehash ? { passwordHash: await hashPassword(password) } : {};
    const remember = (transaction: Transaction) => {
      if (known) return;
      const expiresAt = Date.now() + knownNetworkDays * millisecondsPerDay;
      const row = { expiresAt, ttl: Math.ceil(expiresAt / 1000) };
      transaction.put(access, accessKeys.knownNetwork(platformReference, email, network), row);
    };
    return await startSession(this.#signer, { workspace, user, set, more: remember }, visitor);
  }
}

interface Register {
  readonly records: readonly RegisterRow[];
  /** Whether this address has signed in from this network lately. */
  readonly known: boolean;
}

async function readRegister(email: string, network: string, now: number): Promise<Register> {
  type Entry = (RegisterRow | { readonly expiresAt: number }) & { readonly sk: string };
  const entries = await access.queryAll<Entry>(accessKeys.signIns(platformReference, email));
  const { sk } = accessKeys.knownNetwork(platformReference, email, network);
  return {
    records: entries.filter((entry): entry is RegisterRow & Entry => 'userId' in entry),
    known: entries.some((entry) => entry.sk === sk && 'expiresAt' in entry && entry.expiresAt > now),
  };
}

/** Read where nobody is known too, so that both take the same calls. */
const nobody: RegisterRow = { userId: '00000000-0000-7000-8000-000000000000', tenant: platformReference };

async function readCandidates(records: readonly RegisterRow[], wanted: string | undefined): Promise<Candidate[]> {
  const asked = records.length === 0 ? [nobody] : records;
  const [users, workspaces] = await Promise.all([
    access.getMany<UserRow>(asked.map(({ tenant, userId }) => accessKeys.user(tenant, userId))),
    main.getMany<WorkspaceRow>(asked.map(({ tenant }) => mainKeys.workspace(tenant))),
  ]);
  const candidates = users
    .map((user, i) => ({ user, workspace: workspaces[i] }))
    .filter((one): one is Candidate => one.user !== undefined && one.workspace !== undefined)
    .filter(({ user }) => user.status !== 'deleted');
  if (wanted === undefined) return candidates;
  // An id first: a slug may look like the id of another workspace.
  const byId = candidates.filter(({ workspace }) => workspace.id === wanted);
  return byId.length > 0 ? byId : candidates.filter(({ workspace }) => workspace.slug === wanted);
}

/**
 * Guesses from anywhere share one counter of the address; a network from which its owner has signed in has a counter of
 * its own. So whoever guesses cannot use up the attempts of the owner.
 */
async function countAttempt(email: string, network: string, known: boolean): Promise<void> {
  await countAgainst(platformReference, [
    { policy: 'login', subject: network },
    { policy: 'login-email', subject: known ? `${email} ${network}` : email },
  ]);
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

function requireVerified({ user, workspace }: Candidate): void {
  if (user.emailVerified || !(workspace.requireEmailVerification ?? workspaceDefaults.requireEmailVerification)) return;
  const detail = 'This workspace asks for a verified e-mail address: use the link in the mail, or ask for another one.';
  throw problem('EMAIL_NOT_VERIFIED', detail);
}

export const login = defineCapability({
  tables: {
    access: ['Query', 'BatchGetItem', 'UpdateItem', 'PutItem'],
    main: ['BatchGetItem', 'PutItem'],
  },
  signs: true,
  open: () => new Login(),
});
