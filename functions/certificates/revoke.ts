import { revokeAtBroker } from '../../shared/certificates/at-broker.ts';
import { RevokeMessage } from '../../shared/messages/revoke-certificate.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Revoke certificates at the broker',
  source: { kind: 'queue', maxConcurrency: 5 },
  message: RevokeMessage,
  uses: { broker: revokeAtBroker },
  timeoutSeconds: 60,
  impact: 'Devices with revoked certificates stay connected to the broker; what they send is refused all the same.',
});

export const handler = work(worker, ({ message, broker }) => broker.revoke(message));
