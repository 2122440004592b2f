import type { Caller } from '../auth/caller.ts';
import { placeLinks, showLinks } from '../media/links.ts';
import type { LinkRow } from '../media/record.ts';
import type { About } from '../outbox/publish.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { inParts } from '../table/parts.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import type { FreeObject } from '../wire/free-object.ts';
import { printInstant } from '../wire/schema.ts';
import type { Source, Submission, SubmissionFlag } from './wire.ts';

/** Submissions as rows: the guard of the `local_uuid`, the body, further parts of the data, and thin rows for lists. */

export interface SubmissionHead {
  readonly id: string;
  readonly formId: string;
  readonly versionId: string;
  readonly num: number;
  readonly projectId: string;
  readonly localUuid: string;
  readonly deviceId: string | null;
  readonly submittedBy: string;
  /** The user who submitted, also with a phone; absent for keys. */
  readonly userId?: string;
  readonly source: Source;
  /** Milliseconds since 1970. */
  readonly collectedAt: number;
  readonly receivedAt: number;
  readonly flags: readonly SubmissionFlag[];
  /** The shard of its thin rows. */
  readonly shard: number;
}

export interface BodyRow extends SubmissionHead {
  readonly data: Uint8Array;
  /** Further parts of the data. */
  readonly more: number;
  /** The length of the data as JSON. */
  readonly bytes: number;
  /** True once it has had a file; its files are in rows of their own (`shared/media/links.ts`). */
  readonly hasMedia?: true;
}

/** The row of a submission in lists. Its sort key is its position, which ends in its id. */
export interface ThinRow {
  readonly sk: string;
  readonly formId: string;
  readonly projectId: string;
  readonly source: Source;
  readonly shard: number;
  readonly deviceId?: string;
  readonly userId?: string;
}

/** The row of a `local_uuid`. A submission has it, or files wait for one, or both. */
export interface GuardRow {
  readonly id?: string;
  readonly formId?: string;
  /**
   * Changes with each file that begins to wait, so that a submission is stored only by a writer that has read all of
   * them.
   */
  readonly waiting?: string;
}

/** The submission that has a `local_uuid`. */
export type Holder = Required<Pick<GuardRow, 'id' | 'formId'>>;

const main = new Table('main');

/** Clocks of phones err, so an instant may lie before 1970. All years with four digits are positive with this. */
const offset = 100_000_000_000_000;
const instantDigits = 15;
const lowest = -62_200_000_000_000;
const highest = 253_500_000_000_000;

/** Sorts by the instant of the collection. */
const instantKey = (at: number): string =>
  String(Math.min(highest, Math.max(lowest, Math.trunc(at))) + offset).padStart(instantDigits, '0');

export const positionOf = ({ collectedAt, id }: Pick<SubmissionHead, 'collectedAt' | 'id'>): string =>
  `${instantKey(collectedAt)}#${id}`;

export const idAt = (position: string): string => position.slice(instantDigits + 1);

/** The positions of a span of instants, both ends included. */
export const positionsIn = ({ from, to }: { readonly from: number; readonly to: number }): [string, string] =>
  from > to ? ['~', '~'] : [instantKey(from), `${instantKey(to)}~`];

/** All shards in which a workspace has submissions. */
export const shardsOf = ({ outboxShards }: Tenant): number[] => Array.from({ length: outboxShards }, (_, i) => i);

export const thinKeys = (tenant: TenantReference, head: Omit<SubmissionHead, 'flags'>) => {
  const position = positionOf(head);
  return [
    submissionKeys.all(tenant, head.shard, position),
    submissionKeys.ofForm(tenant, head.formId, head.shard, position),
    ...(head.userId === undefined ? [] : [submissionKeys.ofUser(tenant, head.userId, position)]),
  ];
};

/** Writes all rows of a new submission except its guard. */
export function putSubmission(
  transaction: Transaction,
  tenant: TenantReference,
  head: SubmissionHead,
  data: FreeObject,
  hasMedia: boolean,
): void {
  const [first, ...rest] = inParts(data);
  const bytes = Buffer.byteLength(JSON.stringify(data));
  const body = { ...head, data: first, more: rest.length, bytes, ...(hasMedia ? { hasMedia } : {}) };
  transaction.put(main, submissionKeys.body(tenant, head.id), body);
  for (const [i, part] of rest.entries()) transaction.put(main, submissionKeys.part(tenant, head.id, i + 1), { part });
  const { formId, projectId, source, shard, deviceId, userId } = head;
  const thin = {
    formId,
    projectId,
    source,
    shard,
    ...(deviceId === null ? {} : { deviceId }),
    ...(userId === undefined ? {} : { userId }),
  };
  for (const key of thinKeys(tenant, head)) transaction.put(main, key, thin);
}

/** The further parts of a body, in their order. */
export const partKeys = (tenant: TenantReference, { id, more }: Pick<BodyRow, 'id' | 'more'>) =>
  Array.from({ length: more }, (_, i) => submissionKeys.part(tenant, id, i + 1));

/** The submission that has a `local_uuid`, if one has. */
export function holderIn(guard: GuardRow | undefined): Holder | undefined {
  const { id, formId } = guard ?? {};
  return id === undefined || formId === undefined ? undefined : { id, formId };
}

/** Who sent a submission. A phone submits for its user. */
export function submitterOf({
  principal,
  user,
  key,
  phone,
}: Caller): Pick<SubmissionHead, 'submittedBy' | 'userId' | 'source'> {
  if (phone) return { submittedBy: `user_${phone.user.id}`, userId: phone.user.id, source: 'mobile' };
  return { submittedBy: principal, source: key ? 'headless' : 'web', ...(user ? { userId: user.id } : {}) };
}

type Links = readonly Omit<LinkRow, 'sk'>[];

/** What responses and webhooks show of a submission beside its data. */
const showHead = (head: SubmissionHead, links: Links, origin?: string): Omit<Submission, 'data'> => ({
  id: head.id,
  form_id: head.formId,
  form_version_id: head.versionId,
  version_num: head.num,
  project_id: head.projectId,
  local_uuid: head.localUuid,
  device_id: head.deviceId,
  submitted_by: head.submittedBy,
  source: head.source,
  collected_at: printInstant(head.collectedAt),
  received_at: printInstant(head.receivedAt),
  flags: [...head.flags],
  media: showLinks(links, origin),
});

/** What events contain of a submission; see `complete-event.ts`. */
export const eventDataOf = (head: SubmissionHead, links: readonly Pick<LinkRow, 'mediaId'>[]) => ({
  ...showHead(head, []),
  media: links.map(({ mediaId }) => ({ media_file_id: mediaId })),
});

/** The fields by which webhooks and workflows filter events of a submission. */
export const aboutOf = ({ formId, deviceId }: Pick<SubmissionHead, 'formId' | 'deviceId'>): About => ({
  form_ids: [formId],
  ...(deviceId === null ? {} : { device_ids: [deviceId] }),
});

/** @param origin `https://<host>` of the API; absent where there is no request */
export function showSubmission(row: BodyRow, data: FreeObject, links: readonly LinkRow[], origin?: string): Submission {
  placeLinks(data, links);
  return { ...showHead(row, links, origin), data };
}

/** The date of an instant where the workspace is. West of Greenwich, the first day of the year 1 begins in the year 0. */
export function dateIn(timeZone: string, at: number): string {
  const parts = { timeZone, era: 'short', year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const named = new Intl.DateTimeFormat('en', parts).formatToParts(at).map(({ type, value }) => [type, value]);
  const { era, year, month, day } = Object.fromEntries(named);
  return `${era === 'BC' ? '0000' : year.padStart(4, '0')}-${month}-${day}`;
}
