import { tendCertificates } from '../../shared/certificates/tend.ts';
import { TendMessage } from '../../shared/messages/tend-certificates.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Do what is due for certificates: warnings, expiry, the end of rotations',
  source: { kind: 'queue', maxConcurrency: 5 },
  message: TendMessage,
  uses: { certificates: tendCertificates },
  impact:
    'Nobody is warned that certificates expire, and rotations stay open: devices keep both of their certificates.',
});

export const handler = work(worker, ({ message, certificates }) => certificates.handleDue(message));
