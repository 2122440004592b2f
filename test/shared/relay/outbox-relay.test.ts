import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ExportMessage, exportRequest, RemoveFilesMessage } from '../../../shared/messages/exports.ts';
import { outboxRelay } from '../../../shared/relay/outbox-relay.ts';
import { type SentMessage, takeMessages } from '../../support/aws-fake.ts';
import { tenant } from '../support/people.ts';

/** Orders of events: what is sent for each. */

let sent: SentMessage[];
let end: () => void;
beforeEach(() => {
  sent = [];
  end = takeMessages((message) => void sent.push(message));
  vi.stubEnv('EXPORTS_RUN_QUEUE_URL', `https://sqs.example.com/${ExportMessage.worker}`);
  vi.stubEnv('EXPORTS_REMOVE_FILES_QUEUE_URL', `https://sqs.example.com/${RemoveFilesMessage.worker}`);
});
afterEach(() => {
  end();
  vi.unstubAllEnvs();
});

test('an order for a FIFO queue keeps its group and its name, and no other has any', async () => {
  const { reference } = tenant();
  const orders = [
    exportRequest(reference, 'tables', 'job-1'),
    RemoveFilesMessage.order({ tenant: reference, files: [] }),
  ];
  await outboxRelay.open().handOn({ pk: `${reference}#outbox`, sk: 'row', orders: JSON.stringify(orders) });
  const byQueue = Object.fromEntries(sent.map((message) => [message.QueueUrl.split('/').slice(-2).join('/'), message]));
  expect(byQueue['exports/run']).toMatchObject({
    MessageBody: JSON.stringify({ tenant: reference, lane: 'tables' }),
    MessageGroupId: `${reference}-tables`,
    MessageDeduplicationId: 'job-1',
  });
  expect(byQueue['exports/remove-files']).not.toHaveProperty('MessageGroupId');
  expect(byQueue['exports/remove-files']).not.toHaveProperty('MessageDeduplicationId');
});
