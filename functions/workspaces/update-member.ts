import * as z from 'zod';
import { roles } from '../../shared/auth/scopes.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { changeMembers } from '../../shared/users/change-member.ts';
import { Member, showMember } from '../../shared/users/member-wire.ts';
import { readOnly, strictObject } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/workspaces/members/{user_id}',
  operationId: 'updateMember',
  summary: 'Change the role or the status of a member',
  description:
    'Takes effect from the next request; sessions of a disabled member end. A role can be given or taken away only by a member who has all of its rights, so only an owner can give `owner`.',
  scope: 'users:write',
  uses: { members: changeMembers },
  body: strictObject({
    role: z.enum(roles).optional(),
    status: z.enum(['active', 'disabled']).optional(),
    id: readOnly(),
    email: readOnly(),
    name: readOnly(),
    joined_at: readOnly(),
  }).meta({ id: 'MemberPatch', example: { role: 'editor' } }),
  success: { 200: Member },
  problems: ['NOT_FOUND', 'FORBIDDEN', 'LAST_OWNER'],
});

export const handler = serve(route, async ({ body, params, caller, members }) => ({
  status: 200,
  body: showMember(await members.change(caller, params.user_id, body)),
}));
