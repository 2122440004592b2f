import type { Caller } from '../auth/caller.ts';
import { isOwnOnly } from '../auth/scopes.ts';

/** The user whose devices a caller may see: field workers see only those paired with them. Undefined: all devices. */
export const ownerFor = ({ user }: Pick<Caller, 'user'>): string | undefined =>
  user && isOwnOnly(user.role, 'devices:read') ? user.id : undefined;
