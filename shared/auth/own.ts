import type { Caller } from './caller.ts';
import { isOwnOnly, type Scope } from './scopes.ts';

/**
 * The user to whose rows a scope limits a caller: people whose role has the scope for own rows only, and every phone,
 * whatever the role of its user. Undefined: the caller may use all rows.
 */
export function ownerFor({ user, phone }: Pick<Caller, 'user' | 'phone'>, scope: Scope): string | undefined {
  if (phone) return phone.user.id;
  return user && isOwnOnly(user.role, scope) ? user.id : undefined;
}
