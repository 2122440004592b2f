import type * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { unknownReference } from '../entity/references.ts';
import type { Once } from '../http/once.ts';
import { ReplayMessage } from '../messages/replay.ts';
import { type Actor, type OutboxEvent, recordEvent } from '../outbox/event.ts';
import { invalidFields, noneHasGivenId, notFound } from '../problems/problem.ts';
import { type ItemRow, keptMilliseconds } from '../quarantine/item.ts';
import { quarantineKeys } from '../table/keys/quarantine.ts';
import { replayKeys } from '../table/keys/replays.ts';
import { pack } from '../table/packed.ts';
import { optional, type Row, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { deviceTarget } from '../topology/device-terms.ts';
import { spanOf } from '../wire/time-span.ts';
import type { ProgressRow } from './record.ts';
import { type ReplayRequest, type ReplayResult, showReplay } from './wire.ts';

/** Asking for a replay, and reading how far it is. */

const [main, telemetry] = [new Table('main'), new Table('telemetry')];
const mostFailures = 100;

/** The response to a request for a replay, with the address to poll. */
export interface Started {
  readonly body: z.input<typeof ReplayResult>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * @param replays the address below which replays are read
 * @throws VALIDATION_ERROR for ids of no item, or of no device
 */
async function start(actor: Actor, asked: ReplayRequest, once: Once, replays: string): Promise<Started> {
  const { reference } = actor.tenant;
  const { dryRun = true } = asked;
  await requireKnown(reference, asked);
  const [id, now] = [once.objectId, Date.now()];
  const ttl = Math.ceil((now + keptMilliseconds) / 1000);
  const progress: ProgressRow = {
    dryRun,
    status: 'RUNNING',
    serial: 0,
    index: 0,
    total: 0,
    accepted: 0,
    causes: {},
    ttl,
  };
  const started = { body: showReplay(id, progress), headers: { Location: `${replays}/${id}`, 'Retry-After': '2' } };
  const transaction = new Transaction();
  transaction.put(main, replayKeys.request(reference, id), { ...wanted(asked, now), ttl });
  transaction.put(main, replayKeys.progress(reference, id), { ...progress });
  recordEvent(transaction, actor, {
    action: 'quarantine_replay.create',
    resourceType: 'quarantine_replay',
    resourceId: id,
    changes: { dryRun: [null, dryRun], ...auditChanges(asked) },
    handOver: [ReplayMessage.order({ tenant: reference, replayId: id })],
  });
  once.record(transaction, { status: 202, ...started });
  await transaction.commit();
  return started;
}

/** What the audit log records of a request. */
const auditChanges = ({ ids, filter }: ReplayRequest): OutboxEvent['changes'] =>
  ids
    ? { items: [null, ids.length] }
    : { cause: [null, filter?.cause ?? null], deviceId: [null, filter?.deviceId ?? null] };

async function requireKnown(tenant: TenantReference, { ids, filter }: ReplayRequest): Promise<void> {
  if (ids) await requireItems(tenant, ids);
  const deviceId = filter?.deviceId;
  if (deviceId !== undefined && !(await main.get<Row>(deviceTarget.key(tenant, deviceId)))) {
    throw unknownReference(deviceTarget, deviceId, 'filter', 'deviceId');
  }
}

/** The content of the row of a request. Items that arrive later are not included. */
function wanted({ ids, filter }: ReplayRequest, now: number): Row {
  if (ids) return { ids: pack([...new Set(ids)].sort()) };
  const { cause, deviceId, key, ...ends } = filter ?? {};
  const { from = 0, to = now } = spanOf(ends) ?? {};
  return {
    ...optional('cause', cause),
    ...optional('deviceId', deviceId),
    ...optional('key', key),
    from: Math.max(0, from),
    to: Math.min(now, to),
  };
}

async function requireItems(tenant: TenantReference, ids: readonly string[]): Promise<void> {
  const different = [...new Set(ids)];
  const rows = await telemetry.getMany<ItemRow>(different.map((id) => quarantineKeys.item(tenant, id)));
  const isKept = (row: ItemRow | undefined) => row !== undefined && row.ttl > Date.now() / 1000;
  const known = new Set(different.filter((_, i) => isKept(rows[i])));
  const failures = ids.flatMap((id, i) =>
    known.has(id)
      ? []
      : [{ type: 'unknown_reference', loc: ['body', 'ids', i], msg: noneHasGivenId('quarantine item', id) }],
  );
  if (failures.length > 0) throw invalidFields(failures.slice(0, mostFailures));
}

/** @throws NOT_FOUND */
async function get({ reference }: Tenant, id: string): Promise<z.input<typeof ReplayResult>> {
  const row = await main.get<ProgressRow & object>(replayKeys.progress(reference, id));
  if (!row || row.ttl <= Date.now() / 1000) throw notFound('replay');
  return showReplay(id, row);
}

export const startReplays = defineCapability({
  tables: { main: ['GetItem', 'PutItem'], telemetry: ['BatchGetItem'] },
  raises: ['VALIDATION_ERROR'],
  handsTo: [ReplayMessage],
  open: () => ({ start }),
});

export const readReplays = defineCapability({
  tables: { main: ['GetItem'] },
  raises: ['NOT_FOUND'],
  open: () => ({ get }),
});
