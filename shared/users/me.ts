import * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import { scopes } from '../auth/scopes.ts';
import { printInstant } from '../wire/schema.ts';
import { showUser, User } from './user-wire.ts';

/** The owner of a credential. Fields that only people have are null for a key; a phone shows its user. */
export const Me = User.extend({
  email: User.shape.email.nullable(),
  role: User.shape.role.nullable(),
  email_verified: z.boolean().nullable(),
  scopes: z.array(z.enum(scopes)),
  principal: z.enum(['user', 'api_key', 'device']),
  device_id: z.uuid().optional(),
}).meta({
  id: 'Me',
  example: {
    id: '4f2a8f6e-6c52-7d40-9a51-3f2d6c0e8b11',
    email: null,
    name: 'CRM sync',
    role: null,
    status: 'active',
    email_verified: null,
    workspace_id: '7b1e2a4c-3f0d-7c55-9a61-2d8f4b0c1e77',
    created_at: '2026-03-01T10:00:00Z',
    last_login_at: null,
    scopes: ['geofences:read', 'geofences:write'],
    principal: 'api_key',
  },
});

export function showMe({ tenant, user, key, phone, scopes: held }: Caller): z.output<typeof Me> {
  const rights = { scopes: scopes.filter((scope) => held.has(scope)) };
  if (user) return { ...showUser(tenant, user.row), ...rights, principal: 'user' };
  if (phone) return { ...showUser(tenant, phone.user), ...rights, principal: 'device', device_id: phone.deviceId };
  if (!key) throw new Error('A caller over HTTP is a person, a phone or a key');
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
