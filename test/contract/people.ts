import { randomUUID } from 'node:crypto';
import { mintOneTimeToken, type TokenPurpose } from '../../shared/auth/one-time-token.ts';
import type { Role } from '../../shared/auth/scopes.ts';
import type { UserRow } from '../../shared/auth/user-record.ts';
import { Transaction } from '../../shared/table/transaction.ts';
import { newPerson, type Person, type SignedIn, signIn } from '../support/persons.ts';
import { newWorld, type World } from './world.ts';

/** Users for calls that change or delete them: each is used by one call. */

export const anEmail = () => `someone-${randomUUID()}@example.com`;

export const someone = (
  { workspace }: World,
  role: Role = 'editor',
  more: Partial<Pick<UserRow, 'email' | 'name' | 'status' | 'emailVerified'>> = {},
): Promise<Person> => newPerson(workspace, role, more);

export async function signedIn(world: World, role: Role = 'editor'): Promise<Person & SignedIn> {
  const person = await someone(world, role);
  return { ...person, ...(await signIn(person)) };
}

/** The token of the mail about this user or invitation. */
export async function mailed(
  { workspace }: World,
  purpose: TokenPurpose,
  subject: string,
  { serial = 1, expiresAt = Date.now() + 60_000 } = {},
): Promise<string> {
  const transaction = new Transaction();
  const token = mintOneTimeToken(transaction, purpose, { tenant: workspace.reference, subject, serial }, expiresAt);
  await transaction.commit();
  return token;
}

/** An open invitation for a new address. */
export async function invitation(world: World, email = anEmail(), role: Role = 'editor') {
  const { status, body } = await world.call('workspaces/invite', { as: 'admin', body: { email, role } });
  if (status !== 201) throw new Error(`Nobody invited: ${JSON.stringify(body)}`);
  return body as { id: string; email: string };
}

/** A workspace whose plan allows no further user, and its owner's token. */
export async function fullWorld(): Promise<{ world: World; key: string; invited: string }> {
  const world = await newWorld('free');
  const key = await world.token('owner');
  const { status, body } = await world.call('workspaces/invite', { key, body: { email: anEmail(), role: 'viewer' } });
  if (status !== 201) throw new Error(`Nobody invited: ${JSON.stringify(body)}`);
  for (let i = 0; i < 3; i++) {
    const body = { email: anEmail(), password: 'Pass123!', role: 'viewer' };
    await world.call('users/create', { key, body });
  }
  return { world, key, invited: await mailed(world, 'invitation', body.id) };
}
