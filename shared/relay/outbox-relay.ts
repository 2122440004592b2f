import * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { log } from '../log/log.ts';
import type { RelayAgainMessage } from '../messages/relay-again.ts';
import { MatchMessage } from '../messages/webhooks.ts';
import { MatchWorkflowsMessage } from '../messages/workflows.ts';
import { concernsWorkflows } from '../outbox/event-types.ts';
import type { Order, OrderInLine } from '../queue/message.ts';
import { sendInLine, sendTo } from '../queue/sender.ts';
import { keyOf, tenantIn } from '../table/key.ts';
import { Table } from '../table/table.ts';
import { asTenantReference } from '../tenancy/tenant.ts';
import { concurrently } from '../worker/concurrently.ts';

/** The part of an outbox row that the relay reads: its orders, and what it publishes. */
export const OutboxRow = z.object({
  pk: z.string(),
  sk: z.string(),
  /** The type of what was published. */
  action: z.string(),
  orders: z.string().optional(),
  data: z.unknown().optional(),
});

/** The workers that receive published events. Webhooks may subscribe to any type, workflows only to some. */
const matchers = [MatchMessage, MatchWorkflowsMessage] as const;

const Orders = z.array(
  z.object({
    worker: z.string(),
    message: z.looseObject({}),
    // Only in orders for a FIFO queue.
    group: z.string().optional(),
    name: z.string().optional(),
  }),
);

/**
 * Sends the orders of an outbox row to the queues of their workers, and its event to those that match webhooks and
 * workflows.
 */
async function relay({ pk, sk, action, orders = '[]', data }: z.output<typeof OutboxRow>): Promise<void> {
  const all = Orders.parse(JSON.parse(orders)) as readonly object[] as readonly (Order | OrderInLine)[];
  const send: (() => Promise<void>)[] = [
    ...all.map((order) => () => ('group' in order ? sendInLine(order) : sendTo(order, tenantIn({ pk })))),
    ...(data === undefined ? [] : sendsToMatchers(action, { pk, sk })),
  ];
  await concurrently(send, (one) => one(), Number.POSITIVE_INFINITY);
}

/** Only workspaces publish events. Other rows may have none, such as those of sign-ins with an unknown address. */
function sendsToMatchers(type: string, row: { readonly pk: string; readonly sk: string }): (() => Promise<void>)[] {
  const tenant = asTenantReference(tenantIn(row));
  const matching = concernsWorkflows(type) ? matchers : ([MatchMessage] as const);
  return matching.map((one) => () => sendTo(one.order({ tenant, ...row }), tenant));
}

export const outboxRelay = defineCapability({ relays: 'handsTo', handsTo: matchers, open: () => ({ relay }) });

const main = new Table('main');

/** The row that was set aside; undefined if it was deleted with its workspace, or after the retention of its plan. */
async function find(keys: RelayAgainMessage): Promise<z.output<typeof OutboxRow> | undefined> {
  const row = await main.get(keyOf(keys));
  if (row) return OutboxRow.parse(row);
  log().warn('row set aside is gone', { ...keys });
  return undefined;
}

export const setAsideRows = defineCapability({
  tables: { main: ['GetItem'] },
  open: () => ({ find }),
});
