import * as z from 'zod';
import { roles } from '../auth/scopes.ts';
import type { UserRow } from '../auth/user-record.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { printInstant, printInstantOrNull } from '../wire/schema.ts';

export const userStatuses = ['active', 'invited', 'disabled'] as const;
export type UserStatus = (typeof userStatuses)[number];

const email = z.string().meta({ format: 'email' });

export const userExample = {
  id: '0d0c4c1e-8a52-7d40-9a51-3f2d6c0e8b11',
  email: 'ana@example.com',
  name: 'Ana Ruiz',
  role: 'editor',
  status: 'active',
  email_verified: true,
  workspace_id: '7b1e2a4c-3f0d-7c55-9a61-2d8f4b0c1e77',
  created_at: '2026-01-01T00:00:00Z',
  last_login_at: '2026-03-22T09:00:00Z',
} as const;

/** A user as responses show it. */
export const User = z
  .object({
    id: z.string().meta({ format: 'uuid' }),
    email,
    name: z.string(),
    role: z.enum(roles),
    status: z.enum(userStatuses),
    email_verified: z.boolean(),
    workspace_id: z.string().meta({ format: 'uuid' }),
    created_at: z.string().meta({ format: 'date-time' }),
    last_login_at: z.string().nullable().meta({ format: 'date-time' }),
  })
  .meta({
    id: 'User',
    example: userExample,
  });

export function showUser(tenant: Tenant, row: UserRow): z.output<typeof User> {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    status: row.status === 'disabled' ? 'disabled' : 'active',
    email_verified: row.emailVerified,
    workspace_id: tenant.id,
    created_at: printInstant(row.createdAt),
    last_login_at: printInstantOrNull(row.lastLoginAt),
  };
}
