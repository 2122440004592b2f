import { RevokePhonesMessage } from '../../shared/messages/revoke-phones.ts';
import { revokeLostPhones } from '../../shared/phones/revoke.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Revoke the phones of a user who was disabled or deleted',
  source: { kind: 'queue', maxConcurrency: 5 },
  message: RevokePhonesMessage,
  uses: { phones: revokeLostPhones },
  impact: 'Phones of disabled and deleted users stay active devices; their tokens are refused all the same.',
});

export const handler = work(worker, ({ message, phones }) => phones.revokeLost(message));
