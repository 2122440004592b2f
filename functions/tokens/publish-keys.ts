import * as z from 'zod';
import { publicKeysOf } from '../../shared/auth/public-keys.ts';
import { atDeployment } from '../../shared/worker/at-deployment.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Read the public keys of the token keys, with which every function verifies tokens',
  source: { kind: 'deployment' },
  // CDK passes the properties of a custom resource with our names; `lib/constructs/token-keys.ts` sets them.
  message: z.object({ keys: z.array(z.object({ kid: z.string(), arn: z.string() })).min(1) }),
  uses: {},
});

export const handler = atDeployment(worker, async ({ message }) => ({
  jwks: JSON.stringify(await publicKeysOf(message.keys)),
}));
