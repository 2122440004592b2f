import { tableFormats } from '../archives/tables.ts';
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
import type { FilesPage, FilesPart, Part, StoredFile, TextPart } from './part.ts';

/** The media files of submissions, and the list of them. */

/** How many bytes of a file are in memory. */
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
  /** The position behind it. */
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
      const behind = positionOf(body);
      if (links.length > 0) yield { submissionId: body.id, after, upTo: behind, links };
      after = behind;
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

/** Where the copying goes on: behind a slot of the first submission that follows. */
interface Position {
  readonly after?: string | undefined;
  readonly slot?: string;
}

function mediaFilesPart(of: FormToExport): FilesPart {
  const { reference } = of.tenant;
  return {
    kind: 'files',
    pages: async function* (from): AsyncGenerator<FilesPage> {
      const { after: begin, slot }: Position = (from as Position | undefined) ?? {};
      let passed = slot;
      for await (const { after, upTo, links } of linkedOf(of, begin)) {
        for (const link of links) {
          if (passed !== undefined && link.sk <= passed) continue;
          yield { files: [fileOf(reference, link)], position: { after, slot: link.sk } };
        }
        if (links.length > 0) passed = undefined;
        yield { files: [], position: { after: upTo } };
      }
    },
  };
}

const fileOf = (tenant: TenantReference, link: Linked['links'][number]): StoredFile => ({
  name: link.path,
  read: (offset) => readFrom(objectsOf(tenant, link), offset, link.bytes),
});

/** A file is moved once, soon after it was linked, and may be so between two looks. */
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

const rowsOf = ({ submissionId, links }: Linked): (string | number)[][] =>
  links.map(({ fieldId, filename, path, mediaId, contentType, bytes, sha256 }) => [
    submissionId!,
    fieldId,
    filename,
    path,
    mediaId,
    contentType,
    bytes,
    sha256,
  ]);

const mediaIndexPart = (of: FormToExport): TextPart => ({
  kind: 'text',
  name: 'media/index.csv',
  head: CSV.header(columns),
  tail: '',
  isCounted: false,
  pages: async function* (from, isWritten) {
    for await (const one of linkedOf(of, from as string | undefined)) {
      // A file that was replaced or linked since the files were copied is not listed.
      const links = one.links.filter(({ path }) => isWritten(path));
      yield { items: [CSV.rows(columns, rowsOf({ ...one, links }))], rows: 0, position: one.upTo };
    }
  },
});

export const mediaParts = (of: FormToExport): Part[] => [mediaFilesPart(of), mediaIndexPart(of)];
