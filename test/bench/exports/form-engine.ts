import { gzipSync } from 'node:zlib';
import { systemPrincipal } from '../../../shared/auth/caller.ts';
import { creates } from '../../../shared/entity/create.ts';
import { createExports } from '../../../shared/exports/create.ts';
import { findExport } from '../../../shared/exports/record.ts';
import { runExports } from '../../../shared/exports/run.ts';
import type { FormInclude } from '../../../shared/exports/terms.ts';
import { createForms } from '../../../shared/fieldwork/create.ts';
import { projects } from '../../../shared/fieldwork/projects.ts';
import { publishForms } from '../../../shared/fieldwork/publish.ts';
import { fewestBytesOfPart } from '../../../shared/files/store.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { listSubmissions } from '../../../shared/submissions/read.ts';
import { positionOf } from '../../../shared/submissions/submission.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { tenantReference } from '../../../shared/tenancy/tenant.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { systemCaller } from '../../../shared/workspaces/workspaces.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { S3Fake } from '../../support/s3-fake.ts';

/**
 * Lists and exports many submissions of a form in this process, with a database of generated rows. Prints the
 * measurements as JSON; `node test/bench/exports/form-engine.ts <submissions> <SUBMISSIONS_…>`.
 */

const submissions = Number(process.argv[2] ?? 100_000);
const include = (process.argv[3] ?? 'SUBMISSIONS_PACKAGE') as FormInclude;

process.env.LOG_LEVEL = 'SILENT';
process.env.EXPORTS_RUN_QUEUE_URL = 'https://sqs/exports-run';

const database = new DynamoDbFake();
const store = new S3Fake();
const id = '00000000-0000-4000-8000-000000000001';
const reference = tenantReference(id);
const times = { createdAt: Date.now(), updatedAt: Date.now(), version: 1 };
const named = { id, reference, name: 'T', slug: 't', environment: 'live', plan: 'enterprise' } as const;
const workspace: WorkspaceRow = { ...named, ...times };
database.set('main', { ...workspaceKeys.workspace(reference), ...workspace });
const caller = {
  ...systemCaller(workspace),
  principal: systemPrincipal,
  scopes: new Set(['forms:write', 'submissions:export', 'submissions:read', 'exports:read'] as const),
};

const point = { latitude: -0.2295, longitude: -78.5243, accuracy: 4 };
const questions = Array.from({ length: 20 }, (_, i) => ({ id: `q${i}`, type: 'text', label: `Question ${i}` }));
const fields = [
  ...questions,
  { id: 'gps', type: 'geopoint', label: 'GPS' },
  { id: 'way', type: 'route', label: 'Way' },
  { id: 'members', type: 'repeat', label: 'Members', fields: [{ id: 'name', type: 'text', label: 'Name' }] },
];

const project = await creates(projects)
  .open()
  .create(caller, { name: 'P', description: '' } as never, unrecorded);
const { id: formId } = await createForms
  .open()
  .create(caller, { project_id: project.id, name: 'Survey', schema: { title: 'Survey', fields } } as never, unrecorded);
const { id: versionId } = await publishForms.open().publish(caller, formId, undefined, unrecorded);

/** Some answers, generated in advance so that they cost nothing while the engine runs. */
const answers = Array.from({ length: 97 }, (_, n) => {
  const texts = Object.fromEntries(questions.map((one, i) => [one.id, `answer ${n * 31 + i} with some words`]));
  const way = { points: [0, 1, 2].map((i) => ({ ...point, timestamp: `2026-03-17T10:0${i}:00Z` })) };
  const data = { ...texts, gps: point, way, members: [{ name: `Ana ${n}` }, { name: 'Bo' }] };
  const text = JSON.stringify(data);
  return { data: gzipSync(text), bytes: text.length };
});

let most = 0;
const began = Date.parse('2026-01-01T00:00:00Z');
const idOf = (n: number) => `01957e2b-a423-7c3e-8a51-${n.toString(16).padStart(12, '0')}`;
const numberOf = (sk: string) => Number.parseInt(sk.slice(-12), 16);
const headOf = (n: number) => ({ id: idOf(n), collectedAt: began + n * 1000 });

function body(n: number): object {
  const pk = `${reference}#submission#${idOf(n)}`;
  const head = { ...headOf(n), formId, versionId, num: 1, projectId: project.id, localUuid: `l${n}`, deviceId: null };
  const by = { submittedBy: systemPrincipal, source: 'headless', receivedAt: began, flags: [], shard: 0, more: 0 };
  return { pk, sk: 'body', ...head, ...by, ...answers[n % answers.length] };
}

/** The outbox of the workspace has several shards; the submissions are spread over them by turns. */
const shards = caller.tenant.outboxShards;

const modulo = (number: number) => ((number % shards) + shards) % shards;

// biome-ignore lint/suspicious/noExplicitAny: the input of a query
function thinRows(asked: any): object {
  const { ExpressionAttributeValues: values, ExclusiveStartKey: after, Limit, ScanIndexForward: ascends } = asked;
  const pk: string = values[':pk'];
  const shard = Number(pk.split('#').at(-1));
  // The key after which a page begins may be of another shard.
  const from = after ? numberOf(after.sk) + (ascends ? 1 : -1) : ascends ? 0 : most - 1;
  const first = ascends ? from + modulo(shard - from) : from - modulo(from - shard);
  const Items: object[] = [];
  for (let n = first; n >= 0 && n < most && Items.length < Limit; n += ascends ? shards : -shards) {
    Items.push({ pk, sk: positionOf(headOf(n)), formId, projectId: project.id, source: 'headless', shard });
  }
  const ends = Items.length < Limit ? {} : { LastEvaluatedKey: { pk, sk: (Items.at(-1) as { sk: string }).sk } };
  return { Items, Count: Items.length, ScannedCount: Items.length, ...ends };
}

database.around = async (send, { operation, input }) => {
  database.calls.length = 0;
  const asked = input;
  if (operation === 'QueryCommand' && String(asked.ExpressionAttributeValues[':pk']).includes('#form-submissions#')) {
    return thinRows(asked);
  }
  if (operation === 'BatchGetCommand') {
    const [[table, { Keys }]] = Object.entries(asked.RequestItems) as [[string, { Keys: { pk: string }[] }]];
    if (Keys[0]?.pk.includes('#submission#')) {
      return { Responses: { [table]: Keys.map(({ pk }) => body(numberOf(pk))) } };
    }
  }
  return await send();
};
/** The memory of the fake store must not count as that of the worker, so it keeps this one part in place of each. */
const part = Buffer.alloc(fewestBytesOfPart);
store.after = () => {
  store.calls.length = 0;
  for (const { parts } of store.uploads.values()) {
    for (const [number, { etag }] of parts) parts.set(number, { bytes: part, etag });
  }
};

let waiting = 0;
takeMessages(() => {
  waiting += 1;
});

async function exportAll() {
  const asked = { scopeType: 'FORM', scopeId: formId, includes: [include], format: 'CSV' };
  const { id: exportId } = await createExports.open().create(caller, asked as never, unrecorded);
  for (waiting = 1; waiting > 0; waiting--) await runExports.open().run({ tenant: reference, lane: 'forms' });
  store.files.clear();
  return (await findExport(reference, exportId))!;
}

async function listAll(): Promise<number> {
  let [listed, after]: [number, string | undefined] = [0, undefined];
  for (;;) {
    const page = { limit: 200, offset: 0, after, counted: false };
    const { rows, more } = await listSubmissions.open().list(caller, { form_id: formId }, page, 'https://localhost');
    listed += rows.length;
    after = rows.at(-1)?.position;
    if (!more) return listed;
  }
}

// A process that has worked a little already holds all code and its usual heap.
most = 5000;
await exportAll();
await listAll();
globalThis.gc?.();
most = submissions;
const before = process.memoryUsage.rss();
let peak = before;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 20);
const [start, used] = [performance.now(), process.cpuUsage()];
const row = await exportAll();
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(used);
const listed = await listAll();
clearInterval(watch);
console.log(
  JSON.stringify({
    status: row.status,
    rows: row.rows?.[include],
    listed,
    sizeBytes: row.sizeBytes,
    seconds,
    processorSeconds: (user + system) / 1e6,
    growthMegabytes: (peak - before) / 2 ** 20,
    mostMegabytes: peak / 2 ** 20,
  }),
);
process.exit();
