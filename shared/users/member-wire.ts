import * as z from 'zod';
import type { UserRow } from '../auth/user-record.ts';
import { printInstant } from '../wire/schema.ts';
import { User } from './user-wire.ts';

/** A user as a member of the workspace. */
export const Member = User.pick({ id: true, email: true, name: true, role: true, status: true })
  .extend({ joined_at: z.string().meta({ format: 'date-time' }) })
  .meta({ id: 'Member' });

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
