import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicationRow } from '../outbox/publish.ts';
import { findForm } from '../sheets/form.ts';
import type { SubmissionHead } from '../submissions/submission.ts';
import { idsCreatedIn, type Span } from '../table/ids.ts';
import { outboxKeys } from '../table/keys/outbox.ts';
import { type Expression, optional, type Page, Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';

/** A form as a file shows it. */
export interface FormSnapshot {
  readonly name: string;
  /** The number of the newest version that counts; 0 for none. */
  readonly num: number;
  /** When the file was begun, in milliseconds since 1970: what is received later is not in it. */
  readonly at: number;
  /** The number of events of the form in the minute before; null if they are too many to count. */
  readonly recent: number | null;
}

/** The state that all parts of a file show, whichever run writes them. */
export interface Snapshot {
  readonly form: FormSnapshot;
  /**
   * The submissions that were received in the minute before and were stored when the file was begun. Null if they are too
   * many to list: then nothing is written before all of that minute is stored.
   */
  readonly recentIds: readonly string[] | null;
}

const main = new Table('main');

/** An event has the instant of its request, and is stored within the 29 seconds that a request may take. */
const longestRequestMilliseconds = 60_000;
/** Pages of a megabyte of each shard. A worker that finds more has to wait; a request has less time to read. */
const mostPages = { ofWorker: 20, ofRequest: 3 };
/** An id takes some 20 bytes of the record of the job. */
const mostIds = 2000;

type Received = Pick<SubmissionHead, 'id' | 'receivedAt'>;

/** Undefined if the form is deleted. */
export async function snapshotOf(tenant: Tenant, formId: string): Promise<Snapshot | undefined> {
  const at = Date.now();
  const form = await findForm(tenant.reference, formId);
  if (!form) return undefined;
  // Events that are stored during this read are of submissions that the file leaves out.
  const events = await eventsOf(tenant, formId, { from: at - longestRequestMilliseconds, to: at }, mostPages.ofWorker);
  const ids = events?.filter(({ action }) => action === 'submission.created').map(({ resourceId }) => resourceId);
  return {
    form: { name: form.name, num: form.published?.num ?? 0, at, recent: events?.length ?? null },
    recentIds: ids && ids.length <= mostIds ? ids : null,
  };
}

/**
 * Tells which submissions were stored when the file was begun. An id has the instant of the request, so a submission of
 * the minute before may be stored after that, when some parts of the file are written already.
 */
export function wasStored({ form, recentIds }: Snapshot): (submission: Received) => boolean {
  const recent = recentIds && new Set(recentIds);
  const settledUntil = form.at - longestRequestMilliseconds;
  return ({ id, receivedAt }) =>
    receivedAt <= form.at && (recent === null || receivedAt < settledUntil || recent.has(id));
}

/**
 * If the stored submissions are not listed, waits until no request from before the file can store one any more.
 *
 * @returns false if that is later than `until`
 */
export async function isSettled({ form, recentIds }: Snapshot, until: number): Promise<boolean> {
  if (recentIds) return true;
  const settledAt = form.at + longestRequestMilliseconds;
  await sleep(Math.max(0, Math.min(settledAt, until) - Date.now()));
  return settledAt <= until;
}

/**
 * Whether a file is current: nothing of the form was stored since the file was begun. Undefined if there are too many
 * events in the workspace to find out.
 */
export async function isCurrent(tenant: Tenant, formId: string, snapshot: FormSnapshot): Promise<boolean | undefined> {
  const { name, num, at, recent } = snapshot;
  const form = await findForm(tenant.reference, formId);
  if (form?.name !== name || (form.published?.num ?? 0) !== num) return false;
  if (recent === null) return undefined;
  const since = { from: at - longestRequestMilliseconds, to: Number.MAX_SAFE_INTEGER };
  const events = await eventsOf(tenant, formId, since, mostPages.ofRequest);
  return events && events.length === recent;
}

type RecentEvent = Pick<PublicationRow, 'action' | 'resourceId'>;

/**
 * The events of submissions and media of a form in a span. They are stored in the transactions that they report, so
 * this needs no rows of its own. Undefined if there are too many to read.
 */
async function eventsOf(tenant: Tenant, formId: string, span: Span, most: number): Promise<RecentEvent[] | undefined> {
  const filter: Expression = {
    expression: 'begins_with(#action, :kind) AND (contains(#data, :form) OR contains(#about, :form))',
    names: { '#action': 'action', '#data': 'data', '#about': 'about' },
    values: { ':kind': 'submission.', ':form': formId },
  };
  const selection = { between: idsCreatedIn(span), filter, attributes: '#action, resourceId' };
  const found = await Promise.all(
    Array.from({ length: tenant.outboxShards }, async (_, shard) => {
      const of = outboxKeys.allPublished(tenant.reference, shard);
      const events: RecentEvent[] = [];
      let after: string | undefined;
      for (let pages = 0; pages < most; pages++) {
        const page: Page<RecentEvent> = await main.query(of, { ...selection, ...optional('after', after) });
        events.push(...page.rows);
        after = page.next;
        if (after === undefined) return events;
      }
      return undefined;
    }),
  );
  return found.every((events) => events !== undefined) ? found.flat() : undefined;
}
