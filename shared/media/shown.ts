import type { LinkRow } from './record.ts';

/** A file as submissions show it: `SubmissionMedia`. */

/** @param host `https://<host>` of the API; where there is no request, that of the one who sent the file */
export const showLinks = (links: readonly Omit<LinkRow, 'sk'>[], host?: string) =>
  links.map(({ mediaId, fieldId, filename, contentType, bytes, origin }) => ({
    media_file_id: mediaId,
    field_id: fieldId,
    filename,
    content_type: contentType,
    size_bytes: bytes,
    url: `${host ?? origin}/api/v1/media/${mediaId}`,
  }));
