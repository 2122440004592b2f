import { findForm } from '../sheets/form.ts';
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
  /** How many events of the form there were of the time just before; null if they are too many to count. */
  readonly recent: number | null;
}

const main = new Table('main');

/** An event has the instant of its request, and is stored within the 29 seconds that a request may take. */
const longestRequestMilliseconds = 60_000;
/** Pages of a megabyte. */
const mostPages = 3;

/** Undefined if the form is deleted. */
export async function snapshotOf(tenant: Tenant, formId: string): Promise<FormSnapshot | undefined> {
  const at = Date.now();
  const form = await findForm(tenant.reference, formId);
  if (!form) return undefined;
  // An event that follows while they are counted is of a submission that the file leaves out.
  const recent = await countEvents(tenant, formId, { from: at - longestRequestMilliseconds, to: at });
  return { name: form.name, num: form.published?.num ?? 0, at, recent: recent ?? null };
}

/**
 * Whether a file still shows all that there is: nothing of the form was stored since the file was begun. Undefined if so
 * much happens in the workspace that nobody can tell.
 */
export async function isCurrent(tenant: Tenant, formId: string, snapshot: FormSnapshot): Promise<boolean | undefined> {
  const { name, num, at, recent } = snapshot;
  const form = await findForm(tenant.reference, formId);
  if (form?.name !== name || (form.published?.num ?? 0) !== num) return false;
  if (recent === null) return undefined;
  const since = { from: at - longestRequestMilliseconds, to: Number.MAX_SAFE_INTEGER };
  const now = await countEvents(tenant, formId, since);
  return now === undefined ? undefined : now === recent;
}

/**
 * The events of submissions and media of a form in a span. They are stored in the transaction of what they tell, so no
 * row has to be written for this. Undefined if there are too many to count.
 */
async function countEvents(tenant: Tenant, formId: string, span: Span): Promise<number | undefined> {
  const filter: Expression = {
    expression: 'begins_with(#action, :kind) AND (contains(#data, :form) OR contains(#about, :form))',
    names: { '#action': 'action', '#data': 'data', '#about': 'about' },
    values: { ':kind': 'submission.', ':form': formId },
  };
  const between = idsCreatedIn(span);
  const counts = await Promise.all(
    Array.from({ length: tenant.outboxShards }, async (_, shard) => {
      const of = outboxKeys.allPublished(tenant.reference, shard);
      let [matched, after]: [number, string | undefined] = [0, undefined];
      for (let pages = 0; pages < mostPages; pages++) {
        const page: Page<unknown> = await main.query(of, { between, filter, count: true, ...optional('after', after) });
        matched += page.matched;
        after = page.next;
        if (after === undefined) return matched;
      }
      return undefined;
    }),
  );
  return counts.includes(undefined) ? undefined : counts.reduce((sum: number, count) => sum + (count ?? 0), 0);
}
