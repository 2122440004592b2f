import * as z from 'zod';
import { printInstant } from '../wire/schema.ts';
import { type InvitationRow, invitedRoles } from './invitation-record.ts';

/** An open invitation as responses show it. */
export const Invitation = z
  .object({
    id: z.string().meta({ format: 'uuid' }),
    email: z.string().meta({ format: 'email' }),
    role: z.enum(invitedRoles),
    status: z.literal('pending'),
    expires_at: z.string().meta({ format: 'date-time' }),
    created_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({
    id: 'Invitation',
    example: {
      id: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b11',
      email: 'ana@example.com',
      role: 'editor',
      status: 'pending',
      expires_at: '2026-03-24T10:00:00Z',
      created_at: '2026-03-17T10:00:00Z',
    },
  });

export const showInvitation = ({
  id,
  email,
  role,
  status,
  expiresAt,
  createdAt,
}: InvitationRow): z.output<typeof Invitation> => ({
  id,
  email,
  role,
  status,
  expires_at: printInstant(expiresAt),
  created_at: printInstant(createdAt),
});
