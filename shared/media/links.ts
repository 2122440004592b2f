import { mediaFiles } from '../files/keys.ts';
import { mediaKeys } from '../table/keys/media.ts';
import { type Page, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { concurrently } from '../worker/concurrently.ts';
import type { LinkRow } from './record.ts';

/**
 * The files of submissions. To export the files of a form, read its submissions page by page, get the files of each
 * page from `linkReader`, and read the object of each file at the first key of `objectsOf` that exists.
 */

const main = new Table('main');

/** The fields of a submission that say whether it has files: `BodyRow` of `shared/submissions` has them. */
export interface MayHaveMedia {
  readonly id: string;
  /** Absent if it never had a file; no row is read for it. */
  readonly hasMedia?: true;
}

/** The files of a submission, in the order of its fields. */
export const linksOf = async (tenant: TenantReference, { id, hasMedia }: MayHaveMedia): Promise<readonly LinkRow[]> =>
  hasMedia ? await main.queryAll<LinkRow>(mediaKeys.links(tenant, id)) : [];

/** Nearly every submission has at most this many. */
const fewLinks = 50;

/**
 * Reads the first files of many submissions in parallel. A submission may have thousands, so the rest of its files is
 * read on demand: the files of all submissions together would not fit into memory.
 *
 * @returns as {@link linksOf}, for each of these submissions
 */
export async function linkReader(tenant: TenantReference, submissions: readonly MayHaveMedia[]) {
  const pages = new Map<string, Page<LinkRow>>();
  const read = async ({ id }: MayHaveMedia) =>
    void pages.set(id, await main.query<LinkRow>(mediaKeys.links(tenant, id), { pageSize: fewLinks }));
  const some = submissions.filter(({ hasMedia }) => hasMedia);
  await concurrently(some, read, Number.POSITIVE_INFINITY);
  return async ({ id }: MayHaveMedia): Promise<readonly LinkRow[]> => {
    const { rows, next: after } = pages.get(id) ?? { rows: [], next: undefined };
    if (after === undefined) return rows;
    return [...rows, ...(await main.queryAll<LinkRow>(mediaKeys.links(tenant, id), { after }))];
  };
}

/**
 * The two keys at which the object of a linked file may be: for some seconds after the linking it is at the second,
 * then it is moved to the first. A reader that finds neither tries both again, since the object may have been moved in
 * between, and then treats the file as gone.
 */
export const objectsOf = (
  tenant: TenantReference,
  { mediaId, copy }: Pick<LinkRow, 'mediaId' | 'copy'>,
): readonly [string, string] => [mediaFiles.linked(tenant, mediaId), mediaFiles.pending(tenant, mediaId, copy)];

/** Writes the ids of the files into the data. Changes the given object. */
export function placeLinks(data: object, links: readonly LinkRow[]): void {
  for (const { at, mediaId } of links) {
    let holder = data as Record<string | number, unknown>;
    for (const step of at.slice(0, -1)) {
      // A group without answers may be missing; rows of a repeat are not, since a link to one requires it.
      holder[step] ??= {};
      holder = holder[step] as typeof holder;
    }
    holder[at.at(-1)!] = mediaId;
  }
}

/**
 * A file as submissions show it: `SubmissionMedia`.
 *
 * @param host `https://<host>` of the API; by default the one to which the file was sent
 */
export const showLinks = (links: readonly Omit<LinkRow, 'sk'>[], host?: string) =>
  links.map(({ mediaId, fieldId, filename, contentType, bytes, origin }) => ({
    media_file_id: mediaId,
    field_id: fieldId,
    filename,
    content_type: contentType,
    size_bytes: bytes,
    url: `${host ?? origin}/api/v1/media/${mediaId}`,
  }));

/** How many bytes files take in an answer. */
export const bytesOfLinks = (links: Parameters<typeof showLinks>[0]): number =>
  Buffer.byteLength(JSON.stringify(showLinks(links)));
