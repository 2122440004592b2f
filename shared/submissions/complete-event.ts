import { parseExactly } from '../json/exact.ts';
import { linksOf, placeLinks, showLinks } from '../media/links.ts';
import type { Published } from '../outbox/publish.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { FreeObject } from '../wire/free-object.ts';
import { dataOf } from './data.ts';
import { goneForms } from './gone.ts';
import type { BodyRow } from './submission.ts';

/**
 * Events of submissions contain neither the data nor the shown fields of the files, since each may be larger than a
 * row. Both are added here on delivery.
 */

const main = new Table('main');

/** What an event contains of a submission. */
type EventHead = FreeObject & { readonly id: string; readonly media: readonly { readonly media_file_id: string }[] };

/**
 * The event with the data of its submission and the files that it had then, without those that were replaced meanwhile;
 * other events as they are. Undefined if the submission was deleted with its form: then the event is not delivered.
 */
export async function completeEvent(tenant: TenantReference, event: Published): Promise<Published | undefined> {
  if (!event.type.startsWith('submission.')) return event;
  const head = parseExactly(event.data) as EventHead;
  const [row, gone] = await Promise.all([main.get<BodyRow>(submissionKeys.body(tenant, head.id)), goneForms(tenant)]);
  if (!row || gone.has(row.formId)) return undefined;
  const [data, links] = await Promise.all([dataOf(tenant, row), head.media.length === 0 ? [] : linksOf(tenant, row)]);
  if (!data) return undefined;
  const had = new Set(head.media.map(({ media_file_id }) => media_file_id));
  const left = links.filter(({ mediaId }) => had.has(mediaId));
  placeLinks(data, left);
  return { ...event, data: JSON.stringify({ ...head, media: showLinks(left), data }) };
}
