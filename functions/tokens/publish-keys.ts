import * as z from 'zod';
import { publicKeysOf } from '../../shared/auth/public-keys.ts';
import { atDeployment } from '../../shared/worker/at-deployment.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Read the public halves of the token keys, for every function to verify tokens with',
  source: { kind: 'deployment' },
  // CDK spells properties of a custom resource as we do; `lib/constructs/token-keys.ts` gives them.
  message: z.object({ keys: z.array(z.object({ kid: z.string(), arn: z.string() })).min(1) }),
  uses: {},
});

export const handler = atDeployment(worker, async ({ message }) => ({
  jwks: JSON.stringify(await publicKeysOf(message.keys)),
}));
