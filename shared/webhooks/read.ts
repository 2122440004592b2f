import type { z } from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { findEntity, readEntity, requireEntity } from '../entity/rows.ts';
import { notFound } from '../problems/problem.ts';
import { idsCreatedIn, type Span } from '../table/ids.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { detailsOf, webhookKeys } from '../table/keys/webhooks.ts';
import { type PageRequest, type PageResult, pageOfPartition, readThrough, showPage } from '../table/page.ts';
import { type Expression, optional, type Row, Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { joined } from './body.ts';
import { type AttemptRow, type DeliveryRow, isKept, showAttempt, showBody, showDelivery, waiting } from './delivery.ts';
import type { DeliveryDetail, DeliveryStatus, ShownDelivery } from './delivery-wire.ts';
import { type Webhook, webhooks } from './kind.ts';

/** Reads deliveries. */

const main = new Table('main');

export interface Asked {
  readonly status?: DeliveryStatus | undefined;
  readonly event_type?: string | undefined;
  /** When they were created. */
  readonly created: Span | undefined;
}

/** The filter for a status; must agree with `statusOf`. */
function withStatus(status: DeliveryStatus, { values }: Webhook): Expression {
  const names = { '#status': 'status' };
  // Waiting deliveries whose schedule began before this are skipped.
  const since = values.is_active ? values.active_since : Number.MAX_SAFE_INTEGER;
  if (waiting.includes(status)) {
    const expression = '#status = :status AND startedAt >= :since';
    return { expression, names, values: { ':status': status, ':since': since } };
  }
  if (status !== 'skipped') return { expression: '#status = :status', names, values: { ':status': status } };
  return {
    expression: '(#status = :status OR ((#status = :pending OR #status = :failed) AND startedAt < :since))',
    names,
    values: { ':status': status, ':pending': 'pending', ':failed': 'failed', ':since': since },
  };
}

/** Rows that are kept, of a type and with a status if those are asked for. */
function filterOf({ status, event_type: type }: Omit<Asked, 'created'>, webhook: Webhook): Expression {
  const state = status && withStatus(status, webhook);
  return {
    expression: [
      '#ttl > :now',
      ...(type === undefined ? [] : ['eventType = :type']),
      ...(state ? [state.expression] : []),
    ].join(' AND '),
    names: { '#ttl': 'ttl', ...state?.names },
    values: {
      ':now': Math.floor(Date.now() / 1000),
      ...(type === undefined ? {} : { ':type': type }),
      ...state?.values,
    },
  };
}

/** Newest first. @throws NOT_FOUND */
async function list(tenant: Tenant, webhookId: string, asked: Asked, page: PageRequest) {
  const webhook = await requireEntity(webhooks, tenant, webhookId);
  const found = await pageOfPartition<DeliveryRow>(main, webhookKeys.deliveries(tenant.reference, webhookId), page, {
    filter: filterOf(asked, webhook),
    ...optional('between', asked.created && idsCreatedIn(asked.created)),
  });
  return showPage(found, (row) => showDelivery(row, webhook));
}

/** @throws NOT_FOUND */
export async function requireDelivery(tenant: TenantReference, webhookId: string, id: string): Promise<DeliveryRow> {
  const row = await main.get<DeliveryRow>(webhookKeys.delivery(tenant, webhookId, id));
  if (!row || !isKept(row)) throw notFound('delivery');
  return row;
}

/** @throws NOT_FOUND */
async function get(tenant: Tenant, webhookId: string, id: string): Promise<z.input<typeof DeliveryDetail>> {
  const { reference } = tenant;
  const webhook = await requireEntity(webhooks, tenant, webhookId);
  const row = await requireDelivery(reference, webhookId, id);
  const details = await main.queryAll<Row & { sk: string }>(webhookKeys.details(reference, webhookId), {
    between: detailsOf(id),
  });
  const of = (what: string) => details.filter(({ sk }) => sk.startsWith(`${id}#${what}#`));
  const body = joined(of('body'), row.parts);
  return {
    ...showDelivery(row, webhook),
    attempts: (of('attempt') as unknown as AttemptRow[]).map(showAttempt),
    payload: body === undefined ? {} : showBody(body),
  };
}

interface UndeliveredRow {
  readonly sk: string;
  readonly webhookId: string;
  readonly status: 'dead' | 'skipped';
  readonly ttl: number;
}

/** Dead letters of the workspace, or of one webhook; newest first. Those of a deleted webhook are gone with it. */
async function deadLetters(
  tenant: Tenant,
  webhookId: string | undefined,
  created: Span | undefined,
  page: PageRequest,
): Promise<PageResult<ShownDelivery>> {
  const { reference } = tenant;
  const owners = await ownersOf(reference, webhookId);
  const filter = {
    expression: `#ttl > :now AND #status = :dead${webhookId === undefined ? '' : ' AND webhookId = :webhook'}`,
    names: { '#ttl': 'ttl', '#status': 'status' },
    values: {
      ':now': Math.floor(Date.now() / 1000),
      ':dead': 'dead',
      ...(webhookId === undefined ? {} : { ':webhook': webhookId }),
    },
  };
  const between = created && idsCreatedIn(created);
  return await readThrough(
    page,
    (asked) =>
      pageOfPartition<UndeliveredRow>(main, webhookKeys.allUndelivered(reference), asked, {
        filter,
        ...optional('between', between),
        passes: (row) => owners.has(row.webhookId),
      }),
    async (rows) => {
      const keys = rows.map(({ item }) => webhookKeys.delivery(reference, item.webhookId, item.sk));
      const found = await main.getMany<DeliveryRow>(keys);
      const shown = found.flatMap((row, i) =>
        row ? [{ position: rows[i]!.position, item: showDelivery(row, owners.get(row.webhookId)!) }] : [],
      );
      return { rows: shown, isFull: false };
    },
  );
}

/** The webhooks whose dead letters may be shown, by their ids. */
async function ownersOf(tenant: TenantReference, webhookId: string | undefined): Promise<Map<string, Webhook>> {
  if (webhookId !== undefined) {
    const webhook = await findEntity(webhooks, tenant, webhookId);
    return new Map(webhook ? [[webhookId, webhook]] : []);
  }
  const thins = await main.queryAll<{ sk: string }>(entityKeys.thins(tenant, webhooks.name));
  const bodies = await main.getMany<Row>(thins.map(({ sk }) => entityKeys.body(tenant, webhooks.name, sk)));
  const all = bodies.flatMap((row) => (row ? [readEntity(row) as Webhook] : []));
  return new Map(all.map((webhook) => [webhook.id, webhook]));
}

export const readDeliveries = defineCapability({
  tables: { main: ['GetItem', 'Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ list, get }),
});

export const readDeadLetters = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'] },
  open: () => ({ list: deadLetters }),
});
