import * as z from 'zod';
import type { UserRow } from '../auth/user-record.ts';
import { printInstant } from '../wire/schema.ts';
import { User } from './user-wire.ts';

/** A user as a member of the workspace. */
export const Member = User.pick({ id: true, email: true, name: true, role: true, status: true })
  .extend({ joined_at: z.string().meta({ format: 'date-time' }) })
  .meta({
    id: 'Member',
    example: {
      id: '0d0c4c1e-8a52-7d40-9a51-3f2d6c0e8b11',
      email: 'ana@example.com',
      name: 'Ana Ruiz',
      role: 'editor',
      status: 'active',
      joined_at: '2026-01-01T00:00:00Z',
    },
  });

export function showMember({ id, email, name, role, status, createdAt }: UserRow): z.output<typeof Member> {
  return {
    id,
    email,
    name,
    role,
    status: status === 'disabled' ? 'disabled' : 'active',
    joined_at: printInstant(createdAt),
  };
}
