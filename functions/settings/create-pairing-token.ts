import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { createPairingTokens } from '../../shared/phones/pairing-token.ts';
import { PairingToken } from '../../shared/phones/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/settings/mobile/pairing-token',
  operationId: 'createPairingToken',
  summary: 'Create a token with which one phone can be paired with you',
  description:
    'Show it as a QR code together with the server URL. It can be used once, within 10 minutes; a paired phone acts as you from ' +
    'then on, until you or an admin revokes it.',
  scope: 'mobile:pair',
  uses: { pairing: createPairingTokens },
  success: { 201: PairingToken },
  problems: ['FORBIDDEN'],
});

export const handler = serve(route, async ({ caller, pairing }) => ({
  status: 201,
  body: await pairing.create(caller),
}));
