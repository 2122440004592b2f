import { createHash } from 'node:crypto';
import type { Published } from '../outbox/publish.ts';
import { absent } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { webhookKeys } from '../table/keys/webhooks.ts';
import { fromParts, inParts } from '../table/parts.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import type { WebhookKind } from '../wire/webhook-kind.ts';
import type { DeliveryRow } from './delivery.ts';

/** The body of a delivery: made once, and sent as it is on every attempt. */

/** How a body is stored, as the row of its delivery says. */
type Stored = Pick<DeliveryRow, 'parts' | 'bytes'>;

interface PartRow {
  /** A part of the body: as text if it is short, else compressed. */
  readonly text?: string;
  readonly bytes?: Uint8Array;
  /** The body to which the part belongs; absent if it has one part. */
  readonly digest?: string;
  /** With the first part of a body that is not short. */
  readonly stored?: Stored;
  readonly ttl: number;
}

const main = new Table('main');

const shortText = 16 * 1024;

export const eventIdOf = (id: string): string => `evt_${id}`;

/** The envelope of an event; `data` is put into it as it was written. */
export function bodyOf(workspaceId: string, { id, type, happenedAt, data }: Omit<Published, 'about' | 'publishedAt'>) {
  const head = { id: eventIdOf(id), type, workspace_id: workspaceId, occurred_at: printInstant(happenedAt) };
  return `${JSON.stringify(head).slice(0, -1)},"data":${data}}`;
}

/** The body for a webhook of this kind: the envelope of the event, or only the submission for a webhook of a form. */
export const bodyFor = (kind: WebhookKind, workspaceId: string, event: Parameters<typeof bodyOf>[1]): string =>
  kind === 'form' ? event.data : bodyOf(workspaceId, event);

/** The parts of a body, as rows that hold them. */
export function partsOf(body: string, ttl: number): readonly PartRow[] {
  if (body.length <= shortText) return [{ text: body, ttl }];
  const all = inParts(body);
  const stored = { parts: all.length, bytes: 2 * body.length };
  const digest = all.length > 1 ? { digest: createHash('sha256').update(body).digest('hex') } : {};
  return all.map((bytes, i) => ({ bytes, ...digest, ...(i === 0 ? { stored } : {}), ttl }));
}

/**
 * Stores the body of a delivery unless there is one. Idempotent, also with another body and for concurrent calls: the
 * first part that is stored decides which body the delivery has. Other parts of a body that came too late expire.
 *
 * @returns how the body of the delivery is stored, whether this one or another
 */
export async function putBody(
  tenant: TenantReference,
  webhookId: string,
  id: string,
  [first, ...others]: readonly PartRow[],
): Promise<Stored> {
  const put = (part: PartRow, i: number) =>
    main.put(webhookKeys.body(tenant, webhookId, id, i + 1, part.digest), { ...part });
  await Promise.all(others.map(put));
  const key = webhookKeys.body(tenant, webhookId, id, 0);
  const isFirst = await main.put(key, { ...first }, absent).then(() => true, unlessChanged);
  return storedAs(isFirst ? first : await main.get<PartRow>(key));
}

const storedAs = (first: PartRow | undefined): Stored => first?.stored ?? { parts: 1 };

/**
 * The body from the rows of its parts, in their order; parts of other bodies are skipped.
 *
 * @returns undefined if a part is gone
 */
export function joined(rows: readonly (object | undefined)[], parts = 1): string | undefined {
  const [first, ...others] = rows as readonly (PartRow | undefined)[];
  if (!first || first.text !== undefined) return first?.text;
  const all = [first, ...others.filter((row) => row !== undefined && row.digest === first.digest)];
  return all.length < parts ? undefined : fromParts<string>(all.map((row) => row!.bytes ?? new Uint8Array()));
}

export async function readBody(
  tenant: TenantReference,
  webhookId: string,
  id: string,
  parts: number,
): Promise<string | undefined> {
  const first = await main.get<PartRow>(webhookKeys.body(tenant, webhookId, id, 0));
  const keyOf = (_: unknown, i: number) => webhookKeys.body(tenant, webhookId, id, i + 1, first?.digest);
  return joined([first, ...(await main.getMany(Array.from({ length: parts - 1 }, keyOf)))], parts);
}
