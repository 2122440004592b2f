import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { askForMail, MailAsked, MailRequest } from '../../shared/sessions/ask-for-mail.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/auth/password-reset',
  operationId: 'requestPasswordReset',
  summary: 'Request a mail for setting a new password',
  description:
    'The answer is the same whether or not the address is known. The token in the mail can be used once, within 60 minutes. Limits: 5 requests per hour for each e-mail address, and 30 per hour for each network.',
  scope: 'public',
  uses: { mails: askForMail },
  body: MailRequest,
  success: { 200: MailAsked },
  problems: ['RATE_LIMIT_EXCEEDED'],
});

export const handler = serve(route, async ({ body, request, mails }) => {
  await mails.ask({ kind: 'password_reset', ...body }, request);
  return { status: 200, body: { status: 'ok' } };
});
