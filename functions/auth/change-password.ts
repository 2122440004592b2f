import * as z from 'zod';
import { Password } from '../../shared/auth/password-policy.ts';
import { PresentedPassword } from '../../shared/auth/presented-password.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { changePasswords } from '../../shared/sessions/new-password.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/auth/change-password',
  operationId: 'changePassword',
  summary: 'Change your password',
  description: 'All of your other sessions end; the current one stays.',
  scope: 'session',
  uses: { passwords: changePasswords },
  body: strictObject(whenMade({ current_password: PresentedPassword, new_password: Password })).meta({
    id: 'ChangePasswordRequest',
    example: { current_password: 'old', new_password: 'NewPass123!' },
  }),
  success: { 200: z.object({ status: z.literal('changed') }).meta({ id: 'PasswordChanged' }) },
  problems: ['PASSWORD_INCORRECT'],
  memoryMegabytes: 1024,
});

export const handler = serve(route, async ({ body, caller, passwords }) => {
  await passwords.change(caller, { current: body.current_password, next: body.new_password });
  return { status: 200, body: { status: 'changed' } };
});
