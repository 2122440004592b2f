import type { Context, SQSRecord } from 'aws-lambda';
import { handler } from '../../../functions/webhooks/attempt-slow.ts';
import { systemPrincipal } from '../../../shared/auth/caller.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { answerTargetsWith } from '../../../shared/outbound/connector.ts';
import { resolveWith } from '../../../shared/outbound/resolve.ts';
import { newId } from '../../../shared/table/ids.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { tenantReference } from '../../../shared/tenancy/tenant.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { createWebhooks } from '../../../shared/webhooks/create.ts';
import { deliver } from '../../../shared/webhooks/deliver.ts';
import { WebhookDraft } from '../../../shared/webhooks/wire.ts';
import { systemCaller } from '../../../shared/workspaces/workspaces.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { KmsFake } from '../../support/kms-fake.ts';

/**
 * Makes a batch of concurrent webhook calls in this process, with bodies of the largest size. Prints the
 * used memory as JSON; `node test/bench/deliveries/engine.ts <calls> <megabytes of a body>`.
 */

const calls = Number(process.argv[2] ?? 64);
const megabytes = Number(process.argv[3] ?? 2);

process.env.LOG_LEVEL = 'SILENT';
process.env.SECRETS_KEY = 'arn:aws:kms:::key/secrets';
process.env.WEBHOOKS_ATTEMPT_QUEUE_URL = 'https://sqs/webhooks-attempt';

const database = new DynamoDbFake();
new KmsFake();
const id = '00000000-0000-4000-8000-000000000001';
const reference = tenantReference(id);
const times = { createdAt: Date.now(), updatedAt: Date.now(), version: 1 };
const named = { id, reference, name: 'T', slug: 't', environment: 'live', plan: 'enterprise' } as const;
const workspace: WorkspaceRow = { ...named, ...times };
database.set('main', { ...workspaceKeys.workspace(reference), ...workspace });
const caller = { ...systemCaller(workspace), principal: systemPrincipal };
resolveWith(async () => ['93.184.215.14']);

const draft = WebhookDraft.parse({ name: 'Hook', url: 'https://a.example/', events: ['*'] });
const webhook = await createWebhooks.open().create(caller as never, draft, 'api.example.com', unrecorded);

const records: SQSRecord[] = [];
takeMessages(({ MessageBody: body }) => {
  records.push({ messageId: String(records.length), body } as SQSRecord);
});
/** One character that is not Latin doubles the memory of a text. */
const text = 'ж'.padEnd(megabytes * 2 ** 20 - 100, 'answer ');
for (let i = 0; i < calls; i++) {
  const event = { id: newId(Date.now()), type: 'submission.created' } as const;
  const ttl = Math.ceil(Date.now() / 1000) + 86_400;
  await deliver(reference, { sk: webhook.id, is_active: true }, event, JSON.stringify({ text, i }), ttl);
}

let [inFlight, mostInFlight] = [0, 0];
answerTargetsWith(async (_target, _addresses, { body }) => {
  // While it is sent, a body is also in memory as bytes.
  const bytes = Buffer.from(body);
  inFlight += 1;
  mostInFlight = Math.max(mostInFlight, inFlight);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  inFlight -= 1;
  return { status: bytes.length > 0 ? 200 : 500, retryAfter: undefined, body: 'ok' };
});

globalThis.gc?.();
const before = process.memoryUsage.rss();
let most = before;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 20);
const { batchItemFailures } = await handler({ Records: records }, {} as Context);
clearInterval(watch);
const megabytesOf = (bytes: number) => Math.round(bytes / 2 ** 20);
console.log(
  JSON.stringify({
    failures: batchItemFailures.length,
    mostInFlight,
    growthMegabytes: megabytesOf(most - before),
    mostMegabytes: megabytesOf(most),
  }),
);
process.exit();
