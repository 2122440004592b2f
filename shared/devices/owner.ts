import type { Caller } from '../auth/caller.ts';
import { isOwnOnly } from '../auth/scopes.ts';

/** The user whose devices a caller sees: a field worker sees those paired with them; undefined for all devices. */
export const ownerFor = ({ user }: Pick<Caller, 'user'>): string | undefined =>
  user && isOwnOnly(user.role, 'devices:read') ? user.id : undefined;
