import type { KeyRow } from '../auth/key-record.ts';
import { type DueStep, dropDue, putDue } from '../due/due.ts';
import { NotifyMessage } from '../messages/notify.ts';
import { idFor } from '../table/ids.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/** Notices to the admins before a key expires. */

const noticeDays = [14, 7, 1];
const millisecondsPerDay = 86_400_000;
/**
 * When the end of a key is set, a notice that is due within this time afterwards would say nothing new, and is left
 * out. When the end stays the same, a notice that was due within this time before may not have been sent yet, so it is
 * scheduled again; sending it twice is harmless, since its id is the same.
 */
const slackMilliseconds = 3_600_000;

const subjectOf = ({ id }: KeyRow) => `api-key#${id}`;

/** The `defersTo` of all capabilities that write keys. */
export const defersOfKeys = [NotifyMessage];

/** Reschedules the notices about a key, in the transaction that writes the key. */
export function scheduleNotices(
  transaction: Transaction,
  tenant: TenantReference,
  before: KeyRow | undefined,
  after: KeyRow,
): void {
  const sameEnd = before?.expiresAt === after.expiresAt;
  const sameWords = before?.name === after.name && before?.replacedBy === after.replacedBy;
  if (sameEnd && sameWords && after.revokedAt === undefined) return;
  const now = Date.now();
  const steps =
    after.revokedAt === undefined
      ? stepsOf(tenant, after, sameEnd ? now - slackMilliseconds : now + slackMilliseconds)
      : [];
  if (steps.length > 0) putDue(transaction, tenant, subjectOf(after), NotifyMessage, steps);
  else if (before?.expiresAt !== undefined) dropDue(transaction, tenant, subjectOf(after));
}

function stepsOf(tenant: TenantReference, row: KeyRow, after: number): DueStep<NotifyMessage>[] {
  const { expiresAt } = row;
  if (expiresAt === undefined) return [];
  const instants = noticeDays.map((days) => expiresAt - days * millisecondsPerDay).filter((at) => at > after);
  return instants.map((at) => ({ at, message: noticeOf(tenant, row, expiresAt, at) }));
}

/** The text names the day, not the number of days left, so that it is correct whenever it is read. */
function noticeOf(tenant: TenantReference, row: KeyRow, expiresAt: number, at: number): NotifyMessage {
  const [day = '', time = ''] = new Date(expiresAt).toISOString().split('T');
  const advice = row.replacedBy
    ? 'It was rotated: what still uses it needs the key that replaced it.'
    : 'Extend it, or replace it with a new key before then.';
  return {
    tenant,
    audience: 'admins',
    eventId: idFor(at, `${row.id} ${expiresAt}`),
    type: 'api_key.expiring',
    title: `The API key "${row.name}" expires on ${day}`,
    body: `The key ${row.prefix} stops working on ${day} at ${time.slice(0, 5)} UTC. ${advice}`,
    link: `/api/v1/account/api-keys/${row.id}`,
    expiringKeyId: row.id,
  };
}
