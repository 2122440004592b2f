import { problem } from '../problems/problem.ts';
import type { Caller, SignedInUser } from './caller.ts';

/** The person who makes a request; credentials of programs are refused. */
export function personOf({ user }: Pick<Caller, 'user'>): SignedInUser {
  if (user) return user;
  throw problem('FORBIDDEN', 'This belongs to a person, and the credential does not. Sign in as a user.');
}
