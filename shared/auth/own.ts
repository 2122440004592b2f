import type { Caller } from './caller.ts';
import { isOwnOnly, type Scope } from './scopes.ts';

/**
 * The user whose rows alone a caller may use under a scope: its own, for people whose role says so, and for every phone,
 * whatever its user may do. Undefined: the rows of everybody.
 */
export function ownerFor({ user, phone }: Pick<Caller, 'user' | 'phone'>, scope: Scope): string | undefined {
  if (phone) return phone.user.id;
  return user && isOwnOnly(user.role, scope) ? user.id : undefined;
}
