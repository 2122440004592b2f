import { signatures } from './signatures.ts';
import { plainType } from './types.ts';

/** The type of a file, by its first bytes. The declared name and type decide only among texts and office files. */

/** The number of first bytes that decide. */
export const decidingBytes = 16 * 1024;

const zip = 'PK\x03\x04';
const word = 'application/vnd.openxmlformats-officedocument.';
const folders = [
  ['word/', `${word}wordprocessingml.document`, 'docx'],
  ['xl/', `${word}spreadsheetml.sheet`, 'xlsx'],
  ['ppt/', `${word}presentationml.presentation`, 'pptx'],
] as const;

export interface DeclaredFile {
  readonly filename: string;
  /** Absent if the caller has declared none. */
  readonly contentType?: string;
}

const extensionOf = (filename: string): string => /\.([A-Za-z0-9]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';

/** Whether there is the header of an archive's entry, with a version and a compression method that exist. */
function holdsArchive(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(zip, 1, 'latin1'); at >= 0 && at + 10 <= bytes.length; ) {
    if (bytes[at + 4]! <= 63 && bytes[at + 5] === 0 && [0, 8].includes(bytes.readUInt16LE(at + 8))) return true;
    at = bytes.indexOf(zip, at + 1, 'latin1');
  }
  return false;
}

const markup = /<(script|svg|html|body|head|iframe|object|embed|\?php|!doctype)[\s>/]/i;

/**
 * Whether a file could also be a page or a script, a document, or an archive: programs that look for these do not stop
 * at the beginning of a file.
 */
function isAmbiguous(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  return markup.test(text) || /%PDF-\d/.test(text.slice(1)) || holdsArchive(bytes);
}

const mostEntries = 64;

/** The names of the entries of a ZIP archive whose headers are among its first bytes. */
function entriesIn(bytes: Buffer): { readonly name: string; readonly content: string }[] {
  const entries: { name: string; content: string }[] = [];
  for (let at = 0; at >= 0 && at + 30 <= bytes.length && entries.length < mostEntries; ) {
    const start = at + 30;
    const end = start + bytes.readUInt16LE(at + 26);
    const extra = bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.subarray(start, end).toString('latin1'),
      content: bytes.subarray(end + extra, end + extra + bytes.readUInt32LE(at + 18)).toString('latin1'),
    });
    at = bytes.indexOf(zip, at + 4, 'latin1');
  }
  return entries;
}

function officeType(bytes: Buffer, { filename }: DeclaredFile): string | undefined {
  const entries = entriesIn(bytes);
  const [first] = entries;
  if (first?.name === 'mimetype') {
    return /^application\/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation|graphics)$/.exec(first.content)?.[0];
  }
  const isPackage = /^(\[Content_Types\]\.xml|_rels\/|docProps\/|word\/|xl\/|ppt\/)/.test(first?.name ?? '');
  if (!isPackage) return undefined;
  const known = folders.find(([folder]) => entries.some(({ name }) => name.startsWith(folder)));
  return (known ?? folders.find(([, , extension]) => extension === extensionOf(filename)))?.[1];
}

/** Tabs, ends of lines and pages, and the escapes of some Asian encodings. */
const textControls = [0x09, 0x0a, 0x0c, 0x0d, 0x1b];
const isControl = (byte: number): boolean => (byte < 0x20 && !textControls.includes(byte)) || byte === 0x7f;

/** Text has no control characters, whatever its encoding. Markup is not plain text. */
function textType(bytes: Buffer, { filename, contentType }: DeclaredFile): string | undefined {
  const isWide = ['\xff\xfe', '\xfe\xff'].includes(bytes.subarray(0, 2).toString('latin1'));
  if (!isWide && bytes.some(isControl)) return undefined;
  // Characters of two bytes that are ASCII have a zero in them.
  const text = Buffer.from(bytes.filter((byte) => byte !== 0)).toString('latin1');
  if (/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*</.test(text) || isAmbiguous(Buffer.from(text, 'latin1'))) return undefined;
  return plainType(contentType ?? '') === 'text/csv' || extensionOf(filename) === 'csv' ? 'text/csv' : 'text/plain';
}

/**
 * The type of a file; undefined if the type is not accepted, or if the file could also be taken for another type.
 *
 * @param bytes its first {@link decidingBytes}, or all of them
 */
export function detectType(bytes: Buffer, declared: DeclaredFile): string | undefined {
  const first = bytes.subarray(0, decidingBytes);
  const found = signatures.find(([, test]) => test(first))?.[0];
  if (found) return isAmbiguous(first) ? undefined : found;
  if (first.subarray(0, 4).toString('latin1') === zip) return officeType(first, declared);
  return textType(first, declared);
}
