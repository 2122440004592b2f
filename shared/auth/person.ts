import { problem } from '../problems/problem.ts';
import type { Caller, SignedInUser } from './caller.ts';
import type { UserRow } from './user-record.ts';

/** The user for whom a request is made: the person who makes it, or the one whose phone does. */
export function accountOf({ user, phone }: Pick<Caller, 'user' | 'phone'>): UserRow {
  if (phone) return phone.user;
  return personOf({ user }).row;
}

/** The person who makes a request; credentials of programs are refused. */
export function personOf({ user }: Pick<Caller, 'user'>): SignedInUser {
  if (user) return user;
  throw problem('FORBIDDEN', 'This belongs to a person, and the credential does not. Sign in as a user.');
}
