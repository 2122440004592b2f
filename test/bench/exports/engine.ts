import { systemPrincipal } from '../../../shared/auth/caller.ts';
import { devices } from '../../../shared/devices/devices.ts';
import { creates } from '../../../shared/entity/create.ts';
import { createExports } from '../../../shared/exports/create.ts';
import { findExport } from '../../../shared/exports/record.ts';
import { runExports } from '../../../shared/exports/run.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { tenantReference } from '../../../shared/tenancy/tenant.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { components } from '../../../shared/topology/components.ts';
import { sensors } from '../../../shared/topology/sensors.ts';
import { systemCaller } from '../../../shared/workspaces/workspaces.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { S3Fake } from '../../support/s3-fake.ts';

/**
 * Runs the export of many readings in this process: the whole engine, with a database of generated rows. Prints
 * the measurements as JSON; `node test/bench/exports/engine.ts <readings>`.
 */

const readings = Number(process.argv[2] ?? 1_000_000);
const perMinute = 60;
const chunksPerPage = 1000;
const minute = 60_000;

process.env.LOG_LEVEL = 'SILENT';
process.env.EXPORTS_RUN_QUEUE_URL = 'https://sqs/exports-run';

const database = new DynamoDbFake();
const store = new S3Fake();
const id = '00000000-0000-4000-8000-000000000001';
const reference = tenantReference(id);
const times = { createdAt: Date.now(), updatedAt: Date.now(), version: 1 };
const workspace: WorkspaceRow = {
  id,
  reference,
  name: 'T',
  slug: 't',
  environment: 'live',
  plan: 'enterprise',
  ...times,
};
database.set('main', { ...workspaceKeys.workspace(reference), ...workspace });
const caller = { ...systemCaller(workspace), principal: systemPrincipal };

const to = Math.floor(Date.now() / minute) * minute;

const deviceId = (
  await creates(devices)
    .open()
    .create(caller, { name: 'D' } as never, unrecorded)
).id;
const component = await creates(components)
  .open()
  .create(caller, { deviceId, name: 'boiler-1' } as never, unrecorded);
const measured = { componentId: component.id, key: 'temperature', valueType: 'DOUBLE', unit: '°C' };
await creates(sensors)
  .open()
  .create(caller, measured as never, unrecorded);

/** The newest minute that was read so far, and when the first part was sent. */
let [newest, newestAtFirstPart] = [0, 0];
let seed = 1;
const random = () => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
};

/** The readings of some minutes, generated in advance so that they cost nothing while the engine runs. */
const minutes = Array.from({ length: 997 }, () =>
  JSON.stringify(Array.from({ length: perMinute }, (_, i) => [i * 1000, Math.round(random() * 5000) / 100, i])),
);

const minuteOf = (sk: string) => Number(sk.slice(0, 9));

/** A page of made-up chunks of a query, each with a reading a second. */
function chunks({ ExpressionAttributeValues: values, ExclusiveStartKey: after }: never): object {
  const { ':pk': pk, ':from': first, ':to': last } = values as Record<string, string>;
  const begin = after ? minuteOf((after as { sk: string }).sk) + 1 : minuteOf(first!);
  const year = Number(pk!.slice(-4));
  const Items: object[] = [];
  for (let at = begin; at <= minuteOf(last!) && Items.length < chunksPerPage; at++) {
    if (new Date(at * minute).getUTCFullYear() !== year || at * minute >= to) continue;
    const sk = `${String(at).padStart(9, '0')}#${String(at * minute).padStart(15, '0')}#000#abcdefgh`;
    Items.push({ pk, sk, readings: minutes[at % minutes.length], ttl: 4_000_000_000 });
    newest = Math.max(newest, at * minute);
  }
  const ends =
    Items.length < chunksPerPage ? {} : { LastEvaluatedKey: { pk, sk: (Items.at(-1) as { sk: string }).sk } };
  return { Items, Count: Items.length, ScannedCount: Items.length, ...ends };
}

database.around = async (send, { operation, input }) => {
  database.calls.length = 0;
  const isAsked = operation === 'QueryCommand' && String(input.ExpressionAttributeValues[':pk']).includes('#readings#');
  return isAsked ? chunks(input as never) : await send();
};
store.before = (call) => {
  if (call.startsWith('UploadPart')) newestAtFirstPart ||= newest;
};

let waiting = 0;
takeMessages(() => {
  waiting += 1;
});

/** Exports the newest readings, and returns the record of the job and the number of its runs. */
async function exportNewest(readings: number) {
  const range = { from: to - (readings / perMinute) * minute, to };
  const asked = { scopeType: 'DEVICE', scopeId: deviceId, ...range, includes: ['READINGS'], format: 'CSV' };
  const { id: exportId } = await createExports.open().create(caller, asked as never, unrecorded);
  let runs = 0;
  for (waiting = 1; waiting > 0; waiting--, runs++) await runExports.open().run({ tenant: reference, lane: 'tables' });
  return { row: (await findExport(reference, exportId))!, runs };
}

// A process that has exported little already holds all code and its usual heap.
await exportNewest(60_000);
[newest, newestAtFirstPart] = [0, 0];
globalThis.gc?.();
const before = process.memoryUsage.rss();
let most = before;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 20);
const [began, used] = [performance.now(), process.cpuUsage()];
const { row, runs } = await exportNewest(readings);
const { user, system } = process.cpuUsage(used);
clearInterval(watch);
console.log(
  JSON.stringify({
    status: row.status,
    rows: row.rows?.READINGS,
    sizeBytes: row.sizeBytes,
    runs,
    seconds: (performance.now() - began) / 1000,
    processorSeconds: (user + system) / 1e6,
    /** How many readings had not been read when the first part was sent. */
    unreadAtFirstPart: Math.max(0, to - minute - newestAtFirstPart) / 1000,
    growthMegabytes: (most - before) / 2 ** 20,
    mostMegabytes: most / 2 ** 20,
  }),
);
process.exit();
