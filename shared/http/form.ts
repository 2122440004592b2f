import { Busboy } from '@fastify/busboy';
import type * as z from 'zod';
import { type Problem, problem } from '../problems/problem.ts';
import { requireUnencoded } from './body.ts';
import type { HttpRequest } from './request.ts';
import { maxFileBytes, maxFormBytes, type SentFile, uploadEndpoint } from './sent-file.ts';

/** A body of `multipart/form-data` with one file. */

export const fileTooLarge = (detail: string): Problem =>
  problem('FILE_TOO_LARGE', detail, { max_bytes: maxFileBytes, upload_url_endpoint: uploadEndpoint });

const limits = {
  fileSize: maxFileBytes,
  files: 2,
  fields: 20,
  parts: 20,
  fieldSize: 4096,
  headerPairs: 50,
  headerSize: 8192,
};

const malformed = (why: string): Problem => problem('MALFORMED_JSON', `The body is no multipart/form-data: ${why}.`);

function requireFormType(headers: HttpRequest['headers']): string {
  const type = headers['content-type'] ?? '';
  if (!/^\s*multipart\/form-data\s*(;|$)/i.test(type)) {
    const given = type.split(';')[0]!.trim();
    throw problem('UNSUPPORTED_MEDIA_TYPE', `Send a form with "Content-Type: multipart/form-data", not "${given}".`);
  }
  requireUnencoded(headers);
  return type;
}

/**
 * The parts of a form by their names: texts, and files as {@link SentFile}. A name that occurs twice has a list.
 *
 * @throws MALFORMED_JSON, FILE_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE
 */
async function readForm({ body, headers }: Pick<HttpRequest, 'body' | 'headers'>): Promise<object> {
  if (body && body.bytes > maxFormBytes) throw fileTooLarge(`The form has ${body.bytes} bytes.`);
  const type = requireFormType(headers);
  if (!body) throw malformed('it is empty');
  const parts = new Map<string, unknown>();
  await parse(type, body.raw(), (name, value) => {
    const before = parts.get(name);
    parts.set(name, before === undefined ? value : [before, value].flat());
  });
  return Object.fromEntries(parts);
}

/** A form as a route declares it. Only bundles of such routes contain the parser. */
export const fileForm = <const F extends z.ZodType>(fields: F) => ({ fields, read: readForm });

type Take = (name: string, value: string | SentFile) => void;

async function parse(type: string, body: Buffer, take: Take): Promise<void> {
  const parser = begin(type);
  await new Promise<void>((resolve, reject) => {
    parser.on('field', (name, value, _isNameCut, isCut) => {
      if (isCut) reject(malformed(`the part "${name}" has more than ${limits.fieldSize} bytes`));
      else if (name === undefined) reject(malformed('a part has no name'));
      else if (value.includes('\ufffd')) reject(malformed(`the part "${name}" is not in UTF-8`));
      else take(name, value);
    });
    parser.on('file', (name, stream, filename) => {
      if (filename?.includes('\ufffd')) reject(malformed(`the name of the file in the part "${name}" is not in UTF-8`));
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
      stream.on('limit', () => reject(fileTooLarge(`The file has more than ${maxFileBytes} bytes.`)));
      stream.on('error', () => reject(malformed('it ends too early')));
      stream.on('end', () => take(name, { filename: filename ?? '', bytes: Buffer.concat(chunks) }));
    });
    for (const limit of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const) {
      parser.on(limit, () => reject(malformed('it has too many parts')));
    }
    parser.on('error', () => reject(malformed('it ends too early, or its parts are not separated by its boundary')));
    parser.on('finish', resolve);
    parser.end(body);
  });
}

function begin(type: string) {
  try {
    return new Busboy({ headers: { 'content-type': type }, limits });
  } catch {
    throw malformed('its Content-Type names no boundary');
  }
}
