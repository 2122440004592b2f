import { tableFormats } from '../archives/tables.ts';
import type { WrittenFile } from '../archives/zip-writer.ts';
import { readRange } from '../files/store.ts';
import { linkReader, objectsOf } from '../media/links.ts';
import type { LinkRow } from '../media/record.ts';
import { readSlot } from '../media/slots.ts';
import { allFields } from '../sheets/layout.ts';
import { entryNames, pathName } from '../sheets/names.ts';
import { pagesOfSubmissions } from '../sheets/pages.ts';
import { positionOf } from '../submissions/submission.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type FormToExport, submissionsOf } from './form-to-export.ts';
import type { FilesPage, FilesPart, MediaOfFile, Part, StoredFile, TextPart } from './part.ts';

/** The media files of submissions, and the list of them. */

/** The number of bytes of a file that are in memory at a time. */
const bytesAtOnce = 4 * 1024 * 1024;
const { CSV } = tableFormats;
const columns = [
  'submission_id',
  'field_id',
  'filename',
  'path',
  'media_file_id',
  'content_type',
  'size_bytes',
  'sha256',
];

/** A submission with files, or the end of a page, which has none. */
interface Linked {
  readonly submissionId?: string;
  /** The position before it; absent before the first submission. */
  readonly after: string | undefined;
  /** Its own position. */
  readonly upTo: string | undefined;
  readonly links: readonly (LinkRow & { readonly path: string })[];
}

async function* linkedOf(of: FormToExport, from: string | undefined): AsyncGenerator<Linked> {
  if (!allFields(of.layout).some(({ family }) => family === 'media')) return;
  let after = from;
  for await (const { bodies, upTo } of pagesOfSubmissions(submissionsOf(of), from)) {
    const linksOf = await linkReader(of.tenant.reference, bodies);
    for (const body of bodies) {
      const links = withPaths(body.id, await linksOf(body));
      const upTo = positionOf(body);
      if (links.length > 0) yield { submissionId: body.id, after, upTo, links };
      after = upTo;
    }
    yield { after, upTo, links: [] };
    after = upTo;
  }
}

/** Files of one field in several rows of a repeat may have the same name. */
function withPaths(submissionId: string, links: readonly LinkRow[]) {
  const folders = links.map(({ fieldId }) => `media/${submissionId}/${readSlot(fieldId).field}`);
  const names = entryNames(links.map(({ filename }, i) => `${folders[i]}/${pathName(filename)}`));
  return links.map((link, i) => ({ ...link, path: names[i]! }));
}

/** Where the copying continues: after a slot of the submission `of`, the first one with files after `after`. */
interface Position {
  readonly after?: string | undefined;
  readonly of?: string;
  readonly slot?: string;
}

function mediaFilesPart(of: FormToExport): FilesPart {
  const { reference } = of.tenant;
  return {
    kind: 'files',
    pages: async function* (from): AsyncGenerator<FilesPage> {
      const begun: Position = (from as Position | undefined) ?? {};
      for await (const { submissionId, after, upTo, links } of linkedOf(of, begun.after)) {
        const passed = begun.of === upTo ? begun.slot : undefined;
        for (const link of links) {
          if (passed !== undefined && link.sk <= passed) continue;
          yield { files: [fileOf(reference, submissionId!, link)], position: { after, of: upTo, slot: link.sk } };
        }
        yield { files: [], position: { after: upTo } };
      }
    },
  };
}

function fileOf(tenant: TenantReference, submissionId: string, link: Linked['links'][number]): StoredFile {
  const { path, bytes, fieldId, filename, mediaId, contentType } = link;
  return {
    name: path,
    size: bytes,
    media: { submissionId, fieldId, filename, mediaId, contentType },
    read: (offset) => readFrom(objectsOf(tenant, link), offset, bytes),
  };
}

/** A file is moved once, soon after it was linked. This may happen between two reads, so each key is tried twice. */
async function readFrom(keys: readonly string[], offset: number, size: number) {
  if (offset >= size) return chunks('', Buffer.alloc(0), size, size);
  for (const key of [...keys, ...keys]) {
    const first = await readRange(key, offset, offset + bytesAtOnce - 1);
    if (first) return chunks(key, first, offset, size);
  }
  return undefined;
}

async function* chunks(key: string, first: Buffer, offset: number, size: number): AsyncGenerator<Buffer> {
  let bytes: Buffer | undefined = first;
  for (let at = offset; bytes; ) {
    yield bytes;
    at += bytes.length;
    if (at >= size || bytes.length === 0) return;
    bytes = await readRange(key, at, at + bytesAtOnce - 1);
  }
}

const rowOf = ({ name, size, sha256, note }: WrittenFile): (string | number)[] => {
  const { submissionId, fieldId, filename, mediaId, contentType } = note as MediaOfFile;
  return [submissionId, fieldId, filename, name, mediaId, contentType, size, sha256];
};

/** The number of rows that are formatted at a time. */
const rowsAtOnce = 100;

/** Lists the copied files; the submissions may have other files by now. */
const mediaIndexPart: TextPart = {
  kind: 'text',
  name: 'media/index.csv',
  head: CSV.header(columns),
  tail: '',
  isCounted: false,
  pages: async function* (from, files) {
    const copied = files.filter(({ note }) => note !== undefined);
    for (let i = (from as number | undefined) ?? 0; i < copied.length; i += rowsAtOnce) {
      const rows = copied.slice(i, i + rowsAtOnce).map(rowOf);
      yield { items: [CSV.rows(columns, rows)], rows: 0, position: i + rows.length };
    }
  },
};

export const mediaParts = (of: FormToExport): Part[] => [mediaFilesPart(of), mediaIndexPart];
