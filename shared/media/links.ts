import { mediaFiles } from '../files/keys.ts';
import { mediaKeys } from '../table/keys/media.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { sideBySide } from '../worker/side-by-side.ts';
import type { LinkRow } from './record.ts';

/**
 * The files of submissions. Who exports the files of a form reads its submissions page by page, as their list does, asks
 * `linksOf` for the files of each page, and reads the object of each file at the first of `objectsOf` that is there.
 */

const main = new Table('main');

/** A submission, as far as it tells whether it has files: `BodyRow` of `shared/submissions`. */
export interface MayHaveMedia {
  readonly id: string;
  /** Absent if it never had a file; no row is read for it. */
  readonly hasMedia?: true;
}

/** The files of submissions by the ids of these, each in the order of its fields. One without files is missing. */
export async function linksOf(
  tenant: TenantReference,
  submissions: readonly MayHaveMedia[],
): Promise<Map<string, readonly LinkRow[]>> {
  const found = new Map<string, readonly LinkRow[]>();
  const read = async ({ id }: MayHaveMedia) => {
    const links = await main.queryAll<LinkRow>(mediaKeys.links(tenant, id));
    if (links.length > 0) found.set(id, links);
  };
  const some = submissions.filter(({ hasMedia }) => hasMedia);
  await sideBySide(some, read, Number.POSITIVE_INFINITY);
  return found;
}

/**
 * Where the object of a linked file is: at the first key, or in the seconds after it was linked at the second. A reader
 * that finds neither asks once more, since it may be moved between the two, and then treats the file as gone.
 */
export const objectsOf = (
  tenant: TenantReference,
  { mediaId, copy }: Pick<LinkRow, 'mediaId' | 'copy'>,
): readonly [string, string] => [mediaFiles.linked(tenant, mediaId), mediaFiles.pending(tenant, mediaId, copy)];

/** Puts the ids of the files into the data, which was read for this caller alone. */
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
 * @param host `https://<host>` of the API; where there is no request, that of the one who sent the file
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
