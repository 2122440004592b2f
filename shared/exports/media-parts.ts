import { tableFormats } from '../archives/tables.ts';
import { readRange } from '../files/store.ts';
import { linksOf, objectsOf } from '../media/links.ts';
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

interface Linked {
  readonly submissionId: string;
  /** The position of the submission before; absent before the first one. */
  readonly after: string | undefined;
  readonly links: readonly (LinkRow & { readonly path: string })[];
}

/** Submissions with files, and how far they are read. */
async function* linkedPages(of: FormToExport, from: string | undefined) {
  if (!allFields(of.layout).some(({ family }) => family === 'media')) return;
  let last = from;
  for await (const { bodies, upTo } of pagesOfSubmissions(submissionsOf(of), from)) {
    const found = await linksOf(of.tenant.reference, bodies);
    const linked: Linked[] = [];
    for (const body of bodies) {
      const links = found.get(body.id);
      if (links) linked.push({ submissionId: body.id, after: last, links: withPaths(body.id, links) });
      last = positionOf(body);
    }
    last = upTo;
    yield { linked, upTo };
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

export function mediaFilesPart(of: FormToExport): FilesPart {
  const { reference } = of.tenant;
  return {
    kind: 'files',
    pages: async function* (from): AsyncGenerator<FilesPage> {
      const { after, slot }: Position = (from as Position | undefined) ?? {};
      let passed = slot;
      for await (const { linked, upTo } of linkedPages(of, after)) {
        for (const one of linked) {
          for (const link of one.links) {
            if (passed !== undefined && link.sk <= passed) continue;
            yield { files: [fileOf(reference, link)], position: { after: one.after, slot: link.sk } };
          }
          passed = undefined;
        }
        yield { files: [], position: { after: upTo } };
      }
    },
  };
}

const fileOf = (tenant: TenantReference, { mediaId, path, bytes }: Linked['links'][number]): StoredFile => ({
  name: path,
  read: (offset) => readFrom(objectsOf(tenant, mediaId), offset, bytes),
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

export function mediaIndexPart(of: FormToExport): TextPart {
  // A file that was replaced or linked since the files were copied is not listed.
  function* itemsOf(linked: readonly Linked[], isWritten: (name: string) => boolean) {
    for (const { submissionId, links } of linked) {
      yield CSV.rows(
        columns,
        links
          .filter(({ path }) => isWritten(path))
          .map(({ fieldId, filename, path, mediaId, contentType, bytes, sha256 }) => [
            submissionId,
            fieldId,
            filename,
            path,
            mediaId,
            contentType,
            bytes,
            sha256,
          ]),
      );
    }
  }
  return {
    kind: 'text',
    name: 'media/index.csv',
    head: CSV.header(columns),
    tail: '',
    isCounted: false,
    pages: async function* (from, isWritten) {
      for await (const { linked, upTo } of linkedPages(of, from as string | undefined)) {
        yield { items: itemsOf(linked, isWritten), rows: 0, position: upTo };
      }
    },
  };
}

export const mediaParts = (of: FormToExport): Part[] => [mediaFilesPart(of), mediaIndexPart(of)];
