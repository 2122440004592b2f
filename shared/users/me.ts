import * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import { scopes } from '../auth/scopes.ts';
import { printInstant } from '../wire/schema.ts';
import { showUser, User } from './user-wire.ts';

/** The owner of a credential. Fields that only people have are null for a key. */
export const Me = User.extend({
  email: User.shape.email.nullable(),
  role: User.shape.role.nullable(),
  email_verified: z.boolean().nullable(),
  scopes: z.array(z.enum(scopes)),
  principal: z.enum(['user', 'api_key', 'device']),
}).meta({ id: 'Me' });

export function showMe({ tenant, user, key, scopes: held }: Caller): z.output<typeof Me> {
  const rights = { scopes: scopes.filter((scope) => held.has(scope)) };
  if (user) return { ...showUser(tenant, user.row), ...rights, principal: 'user' };
  if (!key) throw new Error('A caller over HTTP is a person or a key');
  return {
    id: key.id,
    email: null,
    name: key.name,
    role: null,
    status: 'active',
    email_verified: null,
    workspace_id: tenant.id,
    created_at: printInstant(key.createdAt),
    last_login_at: null,
    ...rights,
    principal: 'api_key',
  };
}
