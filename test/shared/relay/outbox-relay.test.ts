import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { environmentNames } from '../../../shared/capability/environment.ts';
import { ExportMessage, exportRequest, RemoveFilesMessage } from '../../../shared/messages/exports.ts';
import { NotifyMessage } from '../../../shared/messages/notify.ts';
import { MatchMessage } from '../../../shared/messages/webhooks.ts';
import { MatchWorkflowsMessage } from '../../../shared/messages/workflows.ts';
import { outboxRelay } from '../../../shared/relay/outbox-relay.ts';
import { platformReference } from '../../../shared/tenancy/tenant.ts';
import { type SentMessage, takeMessages } from '../../support/aws-fake.ts';
import { tenant } from '../support/people.ts';

/** The messages that are sent for the orders of events. */

let sent: SentMessage[];
let end: () => void;
beforeEach(() => {
  sent = [];
  end = takeMessages((message) => void sent.push(message));
  for (const { worker } of [ExportMessage, RemoveFilesMessage, NotifyMessage, MatchMessage, MatchWorkflowsMessage]) {
    vi.stubEnv(environmentNames.queueUrl(worker), `https://sqs.example.com/${worker}`);
  }
});
afterEach(() => {
  end();
  vi.unstubAllEnvs();
});

test('an order for a FIFO queue keeps its group and its name, and any other is fair by workspace', async () => {
  const { reference } = tenant();
  const orders = [
    exportRequest(reference, 'tables', 'job-1'),
    RemoveFilesMessage.order({ tenant: reference, files: [] }),
  ];
  await outboxRelay.open().relay({ pk: `${reference}#outbox`, sk: 'row', action: 'x', orders: JSON.stringify(orders) });
  const byQueue = Object.fromEntries(sent.map((message) => [message.QueueUrl.split('/').slice(-2).join('/'), message]));
  expect(byQueue['exports/run']).toMatchObject({
    MessageBody: JSON.stringify({ tenant: reference, lane: 'tables' }),
    MessageGroupId: `${reference}-tables`,
    MessageDeduplicationId: 'job-1',
  });
  expect(byQueue['exports/remove-files']).toMatchObject({ MessageGroupId: reference });
  expect(byQueue['exports/remove-files']).not.toHaveProperty('MessageDeduplicationId');
});

const queues = () => sent.map(({ QueueUrl }) => QueueUrl.split('/').slice(-2).join('/')).sort();

test.each([
  ['geofence.created', ['webhooks/match']],
  ['geofence.enter', ['webhooks/match', 'workflows/match']],
  ['device.registered', ['webhooks/match', 'workflows/match']],
])('%s is sent to %j', async (action, workers) => {
  const { reference } = tenant();
  const keys = { pk: `${reference}#outbox`, sk: 'row' };
  await outboxRelay.open().relay({ ...keys, action, data: '{}' });
  expect(queues()).toEqual(workers);
  const messages = sent.map(({ MessageBody }) => JSON.parse(MessageBody));
  expect(messages).toEqual(workers.map(() => ({ tenant: reference, ...keys })));
});

test('a row of no workspace, such as that of a sign-in with an unknown address, is handed on', async () => {
  const orders = JSON.stringify([{ worker: NotifyMessage.worker, message: {} }]);
  await outboxRelay.open().relay({ pk: `${platformReference}#9#outbox`, sk: 'row', action: 'x', orders });
  expect(queues()).toEqual(['notifications/notify']);
  await outboxRelay.open().relay({ pk: `${platformReference}#9#outbox`, sk: 'other', action: 'x' });
  expect(sent).toHaveLength(1);
});

test('exports wait for others of their workspace and lane alone', () => {
  const groups = [1, 2].flatMap((number) =>
    (['tables', 'forms'] as const).map((lane) => exportRequest(tenant(number).reference, lane, 'job').group),
  );
  expect(new Set(groups).size).toBe(4);
  expect(exportRequest(tenant(1).reference, 'forms', 'another job').group).toBe(groups[1]);
});
