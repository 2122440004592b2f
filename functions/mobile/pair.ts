import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { pairPhones } from '../../shared/phones/pair.ts';
import { PairRequest, PairResult } from '../../shared/phones/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/mobile/pair',
  operationId: 'pairPhone',
  summary: 'Exchange the pairing token of a QR code for a device token',
  description:
    'The phone sends the device token as `Authorization: Bearer …` from then on. It does not expire. The phone acts as the user who ' +
    'made the pairing token, and may do what a phone needs: download forms, submit, upload files, report its position. A pairing ' +
    'token whose answer was lost cannot be used again: scan a new QR code. Limit: 30 requests a minute from one address.',
  scope: 'public',
  uses: { phones: pairPhones },
  body: PairRequest,
  success: { 201: PairResult },
  problems: ['PAIRING_TOKEN_INVALID', 'QUOTA_EXCEEDED', 'RATE_LIMIT_EXCEEDED'],
});

export const handler = serve(route, async ({ body, request, phones }) => ({
  status: 201,
  body: await phones.pair(body, request),
}));
