import { SESv2Client } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as workers from '../../../functions/workers.ts';
import { workerUses } from '../../../shared/http/uses.ts';
import { resumeWorkspace, suspendWorkspace } from '../../../shared/operator/suspension.ts';
import { setAll } from '../../../shared/table/expressions.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { Table } from '../../../shared/table/table.ts';
import type { TenantReference } from '../../../shared/tenancy/tenant.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import type { WorkerHandler } from '../../../shared/worker/work.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { IotFake } from '../../support/iot-fake.ts';
import { catchOutput, type Output, workspaceWith } from '../support/platform.ts';

/** The work of a suspended workspace waits, for every worker. */

/** A message for each queue worker about things that do not exist: a worker that handles it finds nothing to do. */
const messages: Readonly<Record<string, (tenant: TenantReference, workspaceId: string) => object>> = {
  'certificates/revoke': (tenant) => ({ tenant, deviceId: 'none', certificateId: 'none' }),
  'certificates/tend': (tenant) => ({ kind: 'expiring', tenant, deviceId: 'none', certificateId: 'none', days: 7 }),
  'commands/send': (tenant) => ({ tenant, deviceId: 'none' }),
  'commands/take-acks': (_, workspaceId) => ({
    topic: `hexfence/${workspaceId}/019d14fc-b8d0-7238-9075-1fdcd7e986c5/commands/ack`,
    payload: '',
    at: 0,
  }),
  'commands/time-out': (tenant) => ({ tenant, deviceId: 'none', commandId: 'none' }),
  'components/fit-sensors': (tenant) => ({ tenant, componentId: 'none' }),
  'devices/equip': (tenant) => ({ tenant, deviceId: 'none' }),
  'exports/remove-files': (tenant) => ({ tenant, files: [] }),
  'exports/run': (tenant) => ({ tenant, lane: 'tables' }),
  'exports/watch': (tenant) => ({ tenant, lane: 'tables' }),
  'forms/sweep': (tenant) => ({ tenant, formId: 'none' }),
  'mobile/revoke-phones': (tenant) => ({ tenant, userId: 'none' }),
  'quarantine/run-replay': (tenant) => ({ tenant, replayId: 'none' }),
  'readings/fold': (tenant) => ({ tenant, deviceId: 'none', hour: 0 }),
  'readings/retire': (tenant) => ({ tenant, kind: 'sensor', id: 'none' }),
  'webhooks/attempt': (tenant) => ({ tenant, webhookId: 'none', deliveryId: 'none', attempt: 1 }),
  'webhooks/attempt-slow': (tenant) => ({ tenant, webhookId: 'none', deliveryId: 'none', attempt: 1 }),
  'webhooks/go-through': (tenant) => ({ tenant, webhookId: 'none', job: 'skip' }),
  'webhooks/match': (tenant) => ({ tenant, pk: `${tenant}#published#0#outbox`, sk: 'none' }),
  'webhooks/purge': (tenant) => ({ tenant, kind: 'webhook', id: 'none' }),
  'workflows/fire-schedules': (tenant) => ({ tenant, workflowId: 'none', versionNum: 1, activeSince: 0, at: 0 }),
  'workflows/match': (tenant) => ({ tenant, pk: `${tenant}#published#0#outbox`, sk: 'none' }),
  'workflows/purge': (tenant) => ({ tenant, kind: 'workflow', id: 'none' }),
  'workflows/run': (tenant) => ({ tenant, workflowId: 'none', executionId: 'none', turn: 0 }),
  'workflows/watch-devices': (tenant) => ({ tenant, job: 'look', deviceId: 'none' }),
  'geofences/run-actions': (tenant) => ({ tenant, pk: `${tenant}#published#0#outbox`, sk: 'none' }),
  'devices/fire-timers': (tenant) => ({ tenant, deviceId: 'none' }),
  'devices/ingest-points': (tenant) => ({ tenant, deviceId: 'none', receivedAt: 0, points: [] }),
  'devices/retire': (tenant) => ({ tenant, kind: 'device', id: 'none' }),
  'devices/settle-presence': (tenant) => ({ tenant, deviceId: 'none', session: 0 }),
  'devices/take-events': (_, workspaceId) => ({
    topic: `hexfence/${workspaceId}/019d14fc-b8d0-7238-9075-1fdcd7e986c5/events`,
    payload: '',
    at: 0,
  }),
  'devices/take-health': (_, workspaceId) => ({
    topic: `hexfence/${workspaceId}/019d14fc-b8d0-7238-9075-1fdcd7e986c5/health`,
    payload: '',
    at: 0,
  }),
  'devices/take-readings': (_, workspaceId) => ({
    topic: `hexfence/${workspaceId}/019d14fc-b8d0-7238-9075-1fdcd7e986c5/readings`,
    payload: '',
    at: 0,
  }),
  'devices/take-locations': (_, workspaceId) => ({
    topic: `hexfence/${workspaceId}/019d14fc-b8d0-7238-9075-1fdcd7e986c5/location`,
    payload: '',
    at: 0,
  }),
  'geocoding/geocode': (tenant) => ({ tenant, run: 'none', chunk: 0 }),
  'geofences/decide-batch': (tenant) => ({ tenant, batch: 'none', late: false }),
  'geofences/sweep-cells': (tenant) => ({ tenant, geofenceId: 'none', indexVersion: 1 }),
  'geofences/sync': (tenant) => ({ tenant, plan: 'none' }),
  'media/tend': (tenant) => ({ tenant, mediaId: 'none' }),
  'mail/send': (tenant) => ({ kind: 'verify_email', tenant, userId: 'none' }),
  'references/unlink': (tenant) => ({ tenant, kind: 'site', id: 'none' }),
  'notifications/notify': (tenant) => ({
    tenant,
    audience: { userId: 'none' },
    eventId: '019d14fc-b8d0-7238-9075-1fdcd7e986c5',
    type: 'member.joined',
    title: 'A member joined',
    body: 'One.',
  }),
};

/** The worker that receives the messages of one checks them; the broker's events name no workspace. */
const withoutWorkspace = ['outbox/relay-again', 'devices/take-presence'];
const ofQueues = Object.entries(workers).filter(
  ([name, { worker }]) => worker.source.kind === 'queue' && !withoutWorkspace.includes(name),
);
const main = new Table('main');
let database: DynamoDbFake;
let broker: IotFake;
let output: Output;
let workspace: WorkspaceRow;

beforeEach(async () => {
  output = catchOutput();
  for (const [name, value] of Object.entries({
    MAIL_FROM: 'a@example.com',
    PLACE_INDEX: 'p',
    GEOCODES_PER_SECOND: '50',
    DEVICE_POLICY: 'p',
  }))
    vi.stubEnv(name, value);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  takeMessages(() => undefined);
  mockClient(SESv2Client).rejects(new Error('No mail is to be sent'));
  database = new DynamoDbFake();
  broker = new IotFake();
  workspace = await workspaceWith();
});
afterEach(() => {
  database.restore();
  broker.restore();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function failuresOf(name: string, handler: WorkerHandler): Promise<number> {
  const record = {
    messageId: 'm0',
    body: JSON.stringify(messages[name]!(workspace.reference, workspace.id)),
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:hexfence-dev-${name.replace('/', '-')}`,
    receiptHandle: 'receipt',
    attributes: { ApproximateReceiveCount: '1' },
  };
  const answer = await handler({ Records: [record] } as never, {} as never);
  return answer.batchItemFailures.length;
}

test('there is a message here for each worker of a queue', () => {
  expect(Object.keys(messages).sort()).toEqual(ofQueues.map(([name]) => name).sort());
});

describe.each(ofQueues)('%s', (name, { worker, handler }) => {
  const failures = () => failuresOf(name, handler as WorkerHandler);

  test('handles a message of an active workspace, and of a deleted one', async () => {
    expect(await failures()).toBe(0);
    await main.delete(workspaceKeys.workspace(workspace.reference));
    expect(await failures()).toBe(0);
  });

  test('fails while its workspace is suspended, without another call, and works once it is resumed', async () => {
    await suspendWorkspace(workspace);
    database.calls.length = 0;
    expect(await failures()).toBe(1);
    expect(output.text()).toContain(`Workspace ${workspace.id} is suspended`);
    expect(database.calls.map(({ operation, input }) => [operation, input.Key?.sk])).toEqual([
      ['GetCommand', 'workspace'],
    ]);
    await resumeWorkspace(workspace);
    expect(await failures()).toBe(0);
  });

  test('drops the message while its workspace is being deleted', async () => {
    await suspendWorkspace(workspace);
    await main.update(workspaceKeys.workspace(workspace.reference), setAll({ deletingSince: Date.now() }));
    database.calls.length = 0;
    expect(await failures()).toBe(0);
    expect(database.calls).toHaveLength(1);
  });

  test('may read the workspace for that', () => {
    expect(workerUses(worker).flatMap(({ tables }) => tables?.main ?? [])).toContain('GetItem');
  });
});
