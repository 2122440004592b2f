import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { askForMail, MailAsked, MailRequest } from '../../shared/sessions/ask-for-mail.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/auth/resend-verification',
  operationId: 'resendVerification',
  summary: 'Ask for another mail with which to verify an e-mail address',
  description:
    'The answer is the same whether or not the address is known, or verified. The token in the mail is good once, for 48 hours. At most 5 an hour an address and 30 an hour a network.',
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
