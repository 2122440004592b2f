import { vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import { environmentNames } from '../../../shared/capability/environment.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { NotifyMessage } from '../../../shared/messages/notify.ts';
import { RelayAgainMessage } from '../../../shared/messages/relay-again.ts';
import { UnlinkMessage } from '../../../shared/messages/unlink.ts';
import {
  AttemptMessage,
  GoThroughMessage,
  MatchMessage,
  PurgeMessage,
  SlowAttemptMessage,
} from '../../../shared/messages/webhooks.ts';
import { MatchWorkflowsMessage } from '../../../shared/messages/workflows.ts';
import { answerTargetsWith, type OutboundRequest } from '../../../shared/outbound/connector.ts';
import { resolveWith } from '../../../shared/outbound/resolve.ts';
import { type Publication, publish } from '../../../shared/outbox/publish.ts';
import { dueSweeper } from '../../../shared/relay/due-sweeper.ts';
import { OutboxRow, outboxRelay, setAsideRows } from '../../../shared/relay/outbox-relay.ts';
import { forgetDataKeys } from '../../../shared/secrets/data-key.ts';
import { newId } from '../../../shared/table/ids.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { attemptDeliveries } from '../../../shared/webhooks/attempt.ts';
import { createWebhooks } from '../../../shared/webhooks/create.ts';
import { goThroughDeliveries } from '../../../shared/webhooks/delivery-jobs.ts';
import { matchWebhooks } from '../../../shared/webhooks/match.ts';
import { patchWebhooks } from '../../../shared/webhooks/patch.ts';
import { purgeDeliveries } from '../../../shared/webhooks/purge.ts';
import { readDeliveries } from '../../../shared/webhooks/read.ts';
import { WebhookDraft, WebhookPatch } from '../../../shared/webhooks/wire.ts';
import { type SentMessage, takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { KmsFake } from '../../support/kms-fake.ts';
import { caller, tenant, workspaceOf } from '../support/people.ts';

/**
 * The whole way of an event to its receivers, under a clock of the test's own: the relay, the queues with their delays,
 * the sweeper that runs each minute, the workers, and targets that answer by a script.
 */

const workers = [
  MatchMessage,
  AttemptMessage,
  SlowAttemptMessage,
  GoThroughMessage,
  PurgeMessage,
  NotifyMessage,
  RelayAgainMessage,
  UnlinkMessage,
  // There are no workflows here: the message is accepted and ignored.
  MatchWorkflowsMessage,
];
const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The answer of a target: a status, or a failure without one. */
export type Reply = number | { readonly status: number; readonly retryAfter?: string } | 'timeout' | 'reset' | 'tls';

/** A call as it arrived. */
export interface Arrived extends OutboundRequest {
  readonly at: number;
}

interface Queued {
  readonly worker: string;
  readonly message: Record<string, unknown>;
  readonly at: number;
}

const codes = { reset: 'ECONNRESET', tls: 'CERT_HAS_EXPIRED', timeout: 'UND_ERR_HEADERS_TIMEOUT' } as const;

export class Yard {
  readonly me = caller(tenant(1));
  readonly database = new DynamoDbFake();
  readonly kms = new KmsFake();
  readonly calls: Arrived[] = [];
  readonly notices: Record<string, unknown>[] = [];
  /** The next answers of each target; the last one is repeated. */
  readonly scripts = new Map<string, Reply[]>();
  /** How often a message that is sent is delivered. */
  copies: (sent: SentMessage) => number = () => 1;
  readonly failures: unknown[] = [];
  #queue: Queued[] = [];
  #relayed = new Set<string>();

  /** @param timers whether timers are fake too, and not only dates */
  constructor({ timers = false } = {}) {
    vi.useFakeTimers({ now: Date.parse('2026-03-22T09:40:00Z'), ...(timers ? {} : { toFake: ['Date'] as const }) });
    vi.stubEnv('SECRETS_KEY', 'arn:aws:kms:::key/secrets');
    forgetDataKeys();
    for (const { worker } of workers)
      vi.stubEnv(environmentNames.queueUrl(worker), `https://sqs.example.com/${worker}`);
    this.settle(this.me);
    takeMessages((sent) => this.#take(sent));
    resolveWith(async () => ['93.184.215.14']);
    answerTargetsWith(async (_target, _addresses, request) => this.#answer(request));
  }

  /** Stores the workspace of a tenant. */
  settle({ tenant }: Pick<Caller, 'tenant'>): void {
    this.database.set('main', { ...workspaceKeys.workspace(tenant.reference), ...workspaceOf(tenant) });
  }

  end(): void {
    answerTargetsWith(undefined);
    resolveWith(undefined);
    this.database.restore();
    this.kms.restore();
    vi.useRealTimers();
    vi.unstubAllEnvs();
  }

  #take(sent: SentMessage): void {
    const worker = sent.QueueUrl.replace('https://sqs.example.com/', '');
    const message = JSON.parse(sent.MessageBody) as Record<string, unknown>;
    const { DelaySeconds: delay = 0 } = sent;
    if (!(delay >= 0 && delay <= 900)) throw new Error(`SQS takes no delay of ${delay} seconds`);
    const at = Date.now() + delay * 1000;
    for (let i = this.copies(sent); i > 0; i--) this.#queue.push({ worker, message, at });
  }

  #answer(request: OutboundRequest) {
    this.calls.push({ ...request, at: Date.now() });
    const script = this.scripts.get(request.url) ?? [200];
    const reply = script.length > 1 ? script.shift()! : script[0]!;
    if (typeof reply === 'string') throw Object.assign(new Error(reply), { code: codes[reply] });
    const { status, retryAfter } =
      typeof reply === 'number' ? { status: reply, retryAfter: undefined } : { retryAfter: undefined, ...reply };
    return { status, retryAfter, body: `answer ${status}` };
  }

  async webhook(more: object = {}, by = this.me): Promise<string> {
    const draft = WebhookDraft.parse({ name: 'Hook', url: 'https://a.example/hook', events: ['*'], ...more });
    const { id } = await createWebhooks.open().create(by, draft, 'api.example.com', unrecorded);
    return id;
  }

  async activate(id: string, isActive: boolean): Promise<void> {
    const given = WebhookPatch.parse({ is_active: isActive });
    await patchWebhooks.open().patch(this.me, id, given, 'api.example.com', undefined);
  }

  /** Records an event, and returns its id. */
  async happens(more: Partial<Publication> = {}, by = this.me): Promise<string> {
    const id = newId(Date.now());
    const transaction = new Transaction();
    publish(transaction, by.tenant, { id, type: 'device.online', subject: 'd', data: { n: 1 }, ...more });
    await transaction.commit();
    return id;
  }

  /** Relays the published events that were not relayed yet, as the stream does. */
  async relay(): Promise<void> {
    const isNew = ({ pk, sk }: object & { pk?: unknown; sk?: unknown }) =>
      String(pk).endsWith('#outbox') && !this.#relayed.has(String(sk));
    for (const row of this.database.rows('main', isNew)) {
      await outboxRelay.open().relay(OutboxRow.parse(row));
      this.#relayed.add(String(row.sk));
    }
  }

  /** The stream loses the events that were not relayed yet, as after a day. */
  loseStream(): void {
    this.database.rows('main', ({ pk, sk }) => {
      if (String(pk).endsWith('#outbox')) this.#relayed.add(String(sk));
      return false;
    });
  }

  /** Handles the messages that are due, in parallel as a batch; those that fail are redelivered. */
  async work(most = Number.POSITIVE_INFINITY): Promise<void> {
    await this.relay();
    for (let round = 0; round < most; round++) {
      const now = Date.now();
      const ready = this.#queue.filter(({ at }) => at <= now);
      if (ready.length === 0) return;
      this.#queue = this.#queue.filter(({ at }) => at > now);
      await Promise.all(ready.map((one) => this.#handle(one)));
      await this.relay();
    }
  }

  async #handle(one: Queued): Promise<void> {
    try {
      await this.#run(one);
    } catch (error) {
      this.failures.push(String(error));
      // It is redelivered after a while, as by a queue.
      this.#queue.push({ ...one, at: Date.now() + 5000 });
    }
  }

  async #run({ worker, message }: Queued): Promise<void> {
    if (worker === MatchMessage.worker) await matchWebhooks.open().match(MatchMessage.parse(message));
    else if (worker === AttemptMessage.worker) await attemptDeliveries.open().attempt(AttemptMessage.parse(message));
    else if (worker === SlowAttemptMessage.worker)
      await attemptDeliveries.open().attemptSlowly(SlowAttemptMessage.parse(message));
    else if (worker === GoThroughMessage.worker) await goThroughDeliveries.open().run(GoThroughMessage.parse(message));
    else if (worker === PurgeMessage.worker) await purgeDeliveries.open().purge(PurgeMessage.parse(message));
    else if (worker === NotifyMessage.worker) this.notices.push(message);
    else if (worker === RelayAgainMessage.worker) await this.#relayAgain(RelayAgainMessage.parse(message));
  }

  async #relayAgain(keys: RelayAgainMessage): Promise<void> {
    const row = await setAsideRows.open().find(keys);
    if (row) await outboxRelay.open().relay(row);
  }

  /** Lets time pass; the sweeper runs each minute, and messages are delivered when they are due. */
  async passes(milliseconds: number): Promise<void> {
    const end = Date.now() + milliseconds;
    await this.work();
    while (Date.now() < end) {
      const next = Math.min(end, this.#nextDue(), ...this.#queue.map(({ at }) => at).filter((at) => at > Date.now()));
      // The sweeper begins each full minute.
      const swept = Math.ceil((next + 1) / minute) * minute;
      const isQueued = this.#queue.some(({ at }) => at <= next);
      vi.setSystemTime(isQueued ? next : Math.min(end, swept));
      await this.#sweep();
      await this.work();
    }
  }

  /** Work that was due and not sent, since the sweeper crashed, is due now. */
  #nextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    const now = Date.now();
    this.database.rows('main', ({ due, dueAt }) => {
      if (due !== undefined) next = Math.min(next, Math.max(now, Number(dueAt)));
      return false;
    });
    return next;
  }

  async #sweep(): Promise<void> {
    await dueSweeper
      .open()
      .sweep()
      .catch((error: unknown) => void this.failures.push(String(error)));
  }

  /** All deliveries of a webhook as the API shows them, newest first. */
  async deliveries(webhookId: string) {
    const page = { limit: 10_000, offset: 0, after: undefined, counted: false };
    const { rows } = await readDeliveries.open().list(this.me.tenant, webhookId, { created: undefined }, page);
    return rows.map(({ item }) => item);
  }

  async delivery(webhookId: string) {
    const [first] = await this.deliveries(webhookId);
    return await readDeliveries.open().get(this.me.tenant, webhookId, first!.id);
  }

  get idle(): boolean {
    return this.#queue.length === 0;
  }
}
