import { problem } from '../problems/problem.ts';
import type { Caller, SignedInUser } from './caller.ts';
import type { UserRow } from './user-record.ts';

/** The user for whom a request is made: the person who makes it, or the one whose phone does. */
export const accountOf = (caller: Pick<Caller, 'user' | 'phone'>): UserRow =>
  accountIfAny(caller) ?? personOf(caller).row;

/** The same; undefined for credentials of programs. */
export const accountIfAny = ({ user, phone }: Pick<Caller, 'user' | 'phone'>): UserRow | undefined =>
  phone?.user ?? user?.row;

/** The person who makes a request; credentials of programs are refused. */
export function personOf({ user }: Pick<Caller, 'user'>): SignedInUser {
  if (user) return user;
  throw problem('FORBIDDEN', 'This belongs to a person, and the credential does not. Sign in as a user.');
}
