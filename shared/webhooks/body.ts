import type { Published } from '../outbox/publish.ts';
import { absent } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { fromParts, inParts } from '../table/parts.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import type { WebhookKind } from '../wire/webhook-kind.ts';

/** The body of a delivery: made once, and sent as it is on every attempt. */

interface PartRow {
  /** A part of the body: as text if it is short, else compressed. */
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly ttl: number;
}

const main = new Table('main');

export const shortText = 16 * 1024;

export const eventIdOf = (id: string): string => `evt_${id}`;

/** The envelope of an event; `data` is put into it as it was written. */
export function bodyOf(workspaceId: string, { id, type, happenedAt, data }: Omit<Published, 'about' | 'publishedAt'>) {
  const head = { id: eventIdOf(id), type, workspace_id: workspaceId, occurred_at: printInstant(happenedAt) };
  return `${JSON.stringify(head).slice(0, -1)},"data":${data}}`;
}

/** What a webhook of this kind is sent: the envelope of an event, or, for that of a form, the submission alone. */
export const bodyFor = (kind: WebhookKind, workspaceId: string, event: Parameters<typeof bodyOf>[1]): string =>
  kind === 'form' ? event.data : bodyOf(workspaceId, event);

/** The parts of a body, as rows that hold them. */
export function partsOf(body: string, ttl: number): readonly PartRow[] {
  if (body.length <= shortText) return [{ text: body, ttl }];
  return inParts(body).map((bytes) => ({ bytes, ttl }));
}

/**
 * May be repeated. A body of one row, as nearly all have, is written once, even if a repetition would make another one
 * of it; see `match.ts`.
 */
export async function putBody(
  tenant: TenantReference,
  webhookId: string,
  id: string,
  parts: readonly PartRow[],
): Promise<void> {
  const once = parts.length === 1 ? absent : undefined;
  const put = (part: PartRow, i: number) => main.put(webhookKeys.body(tenant, webhookId, id, i), { ...part }, once);
  await Promise.all(parts.map((part, i) => put(part, i).catch(unlessChanged)));
}

/** The body from its rows, in their order; undefined if one is gone. */
export function joined(parts: readonly (object | undefined)[]): string | undefined {
  const rows = parts as readonly (PartRow | undefined)[];
  if (rows.length === 0 || rows.includes(undefined)) return undefined;
  if (rows[0]!.text !== undefined) return rows[0]!.text;
  return fromParts<string>(rows.map((row) => row!.bytes ?? new Uint8Array()));
}

export async function readBody(
  tenant: TenantReference,
  webhookId: string,
  id: string,
  parts: number,
): Promise<string | undefined> {
  const keys = Array.from({ length: parts }, (_, i) => webhookKeys.body(tenant, webhookId, id, i));
  return joined(await main.getMany(keys));
}
