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
    'The device makes a key, which it never sends, and a certificate request with it. The token is good once. A device that ' +
    'lost the answer sends the same token and request again within 24 hours and gets the same certificate. Certificates ' +
    'that the device had before are revoked. At most 30 a minute an address.',
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
  // A request of 4,096 characters, whatever its line breaks are written as.
  maxBodyBytes: 16 * 1024,
  timeoutSeconds: 25,
});

export const handler = serve(route, async ({ body, request, registration }) => {
  const { result, again } = await registration.provision(body, request);
  return { status: again ? 200 : 201, body: result };
});
