import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { askForMail, MailAsked, MailRequest } from '../../shared/sessions/ask-for-mail.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/auth/resend-verification',
  operationId: 'resendVerification',
  summary: 'Request another mail for verifying an e-mail address',
  description:
    'The answer is the same whether or not the address is known, or verified. The token in the mail can be used once, within 48 hours. Limits: 5 requests per hour for each e-mail address, and 30 per hour for each network.',
  scope: 'public',
  uses: { mails: askForMail },
  body: MailRequest,
  success: { 200: MailAsked },
  problems: ['RATE_LIMIT_EXCEEDED'],
});

export const handler = serve(route, async ({ body, request, mails }) => {
  await mails.ask({ kind: 'resend_verification', ...body }, request);
  return { status: 200, body: { status: 'ok' } };
});
