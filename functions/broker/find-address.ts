import * as z from 'zod';
import { findAddress } from '../../shared/iot/service.ts';
import { atDeployment } from '../../shared/worker/at-deployment.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Find the address of the broker',
  source: { kind: 'deployment' },
  message: z.object({}),
  uses: {},
});

export const handler = atDeployment(worker, async () => ({ address: await findAddress() }));
