import { Csr } from '../../shared/certificates/csr.ts';
import { exampleCsr } from '../../shared/certificates/example-csr.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { provisionDevices } from '../../shared/registration/provision.ts';
import { GivenToken } from '../../shared/registration/token.ts';
import { ProvisionResult } from '../../shared/registration/wire.ts';
import { whenMade } from '../../shared/wire/null.ts';
import { strictObject } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices/provision',
  operationId: 'provisionDevice',
  summary: 'Exchange a registration token for a certificate',
  description:
    'The device generates a private key, which it never sends, and a certificate request for it. A token can be used once. A ' +
    'device that has lost the answer sends the same token and the same certificate request again within 24 hours, and gets ' +
    'the same certificate. Its earlier certificates are revoked. Limit: 30 requests a minute from one address.',
  scope: 'public',
  uses: { registration: provisionDevices },
  body: strictObject(whenMade({ token: GivenToken, csr: Csr })).meta({
    id: 'ProvisionRequest',
    example: { token: 'a1b2c3d4-….d1e2f3a4-….J4kQ7m…', csr: exampleCsr },
  }),
  success: { 201: ProvisionResult, 200: ProvisionResult },
  problems: [
    'REGISTRATION_TOKEN_INVALID',
    'REGISTRATION_TOKEN_USED',
    'REGISTRATION_TOKEN_EXPIRED',
    'REGISTRATION_TOKEN_REVOKED',
    'CSR_INVALID',
    'RATE_LIMIT_EXCEEDED',
  ],
  // Enough for a certificate request of 4,096 characters, however JSON escapes its line breaks.
  maxBodyBytes: 16 * 1024,
  timeoutSeconds: 25,
});

export const handler = serve(route, async ({ body, request, registration }) => {
  const { result, again } = await registration.provision(body, request);
  return { status: again ? 200 : 201, body: result };
});
