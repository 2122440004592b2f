import { parseExactly } from '../json/exact.ts';
import { linksOf, placeLinks } from '../media/links.ts';
import type { LinkRow } from '../media/record.ts';
import type { Published } from '../outbox/publish.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { FreeObject } from '../wire/free-object.ts';
import { dataOf } from './data.ts';
import { goneForms } from './gone.ts';
import type { BodyRow } from './submission.ts';

/** Events of submissions hold all but the data, which may be larger than a row. Who delivers one adds the data here. */

const main = new Table('main');

/** What an event has of a submission. */
type Told = FreeObject & { readonly id: string; readonly media: readonly { readonly media_file_id: string }[] };

/**
 * The event with the data of its submission, which names the files that the submission had then; other events as they
 * are. Undefined if the submission is gone with its form: then nobody is told any more.
 */
export async function whole(tenant: TenantReference, event: Published): Promise<Published | undefined> {
  if (!event.type.startsWith('submission.')) return event;
  const head = parseExactly(event.data) as Told;
  const [row, gone] = await Promise.all([main.get<BodyRow>(submissionKeys.body(tenant, head.id)), goneForms(tenant)]);
  if (!row || gone.has(row.formId)) return undefined;
  const [data, links] = await Promise.all([
    dataOf(tenant, row),
    head.media.length === 0 ? new Map<string, readonly LinkRow[]>() : linksOf(tenant, [row]),
  ]);
  if (!data) return undefined;
  const had = new Set(head.media.map(({ media_file_id }) => media_file_id));
  placeLinks(
    data,
    (links.get(row.id) ?? []).filter(({ mediaId }) => had.has(mediaId)),
  );
  return { ...event, data: JSON.stringify({ ...head, data }) };
}
